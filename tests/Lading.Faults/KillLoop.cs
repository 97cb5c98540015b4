using System.Collections.Concurrent;

namespace Lading.Faults;

/// <summary>Starts the writer, kills it without warning, checks its log; again, until the time is over.</summary>
internal static class KillLoop
{
    private const int KillsPerLog = 500;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static readonly IReadOnlyList<Experiment> Experiments =
    [
        new(
            "H1.sqlite",
            "What SQLite acknowledged survives kill -9 under load, at start-up, in recovery and in a checkpoint.",
            "kills",
            t => Run(t, "")
        )
        {
            Short = new(4, 45),
            Least = [new Least("kills-startup", 0.08), new Least("kills-checkpoint", 0.01)],
            Controls =
            [
                new(BuggyStore.AckBeforeCommit, t => Run(t, BuggyStore.AckBeforeCommit)),
                new(BuggyStore.SplitBatch, t => Run(t, BuggyStore.SplitBatch)),
                new(BuggyStore.HeadInMemory, t => Run(t, BuggyStore.HeadInMemory)),
            ],
        },
        new(
            "H1.postgres",
            "What PostgreSQL acknowledged survives kill -9 of the server, of the writer and of both.",
            "kills",
            t => PostgresKillLoop.Run(t, "")
        )
        {
            Short = new(5, 45),
            Least = [new Least("kills-server", 0.2), new Least("kills-writer", 0.1)],
            Controls =
            [
                new(BuggyStore.AckBeforeCommit, t => PostgresKillLoop.Run(t, BuggyStore.AckBeforeCommit)),
                new(BuggyStore.HeadInMemory, t => PostgresKillLoop.Run(t, BuggyStore.HeadInMemory)),
            ],
        },
    ];

    private static async Task Run(Trial trial, string bug)
    {
        for (var log = 0; trial.GoesOn(trial.CountOf("kills")); log++)
        {
            var folder = trial.NewFolder($"log{log}");
            var acknowledged = new ConcurrentDictionary<int, long>();
            await RunOn(trial, folder, acknowledged, bug);
            new LedgerCheck(folder).ReadOn(acknowledged, trial.Violated); // everything again, from the start
            if (bug.Length == 0 && trial.Verdict == Verdict.Ok)
                await Derived.Check(folder, trial.Violated);
            trial.Count("acknowledged", acknowledged.Count);
            trial.Count("logs");
            if (trial.Verdict == Verdict.Ok)
                Directory.Delete(folder, true);
        }
    }

    private static async Task RunOn(
        Trial trial,
        string folder,
        ConcurrentDictionary<int, long> acknowledged,
        string bug
    )
    {
        var check = new LedgerCheck(folder);
        var next = Start(trial, folder, acknowledged, bug);
        for (var kills = 0; kills < KillsPerLog && trial.GoesOn(trial.CountOf("kills")); kills++)
        {
            using var writer = next;
            await writer.Ready;
            var how = await Kill(trial, writer);
            next = Start(trial, folder, acknowledged, bug); // its runtime starts while the log is checked
            check.ReadOn(acknowledged, trial.Violated);
            Note(trial, how, writer, acknowledged.Count, check.Payments);
        }

        next.Dispose();
    }

    /// <summary>A kill, what had been answered since the one before, and how much is there.</summary>
    public static void Note(Trial trial, string how, WriterProcess writer, int acknowledged, int payments)
    {
        var answers = writer.Answers();
        trial.Note(
            new
            {
                how,
                acknowledged,
                payments,
                answers,
            },
            200 + (50 * answers.Count)
        );
    }

    private static WriterProcess Start(
        Trial trial,
        string folder,
        ConcurrentDictionary<int, long> acknowledged,
        string bug
    ) =>
        new(
            new WriterOptions(folder, acknowledged.IsEmpty ? 0 : acknowledged.Keys.Max() + 1, trial.Random.Next())
            {
                Bug = bug,
                Checkpoint = trial.Random.Next(5) == 0 ? trial.Random.Next(20, 400) : 0,
            },
            acknowledged
        );

    /// <summary>One in five dies while it opens and recovers; those that were asked to make checkpoints die in one;
    /// the rest within 50 ms, or now and then a second, of the first answer.</summary>
    private static async Task<string> Kill(Trial trial, WriterProcess writer)
    {
        var random = trial.Random;
        writer.Go();
        if (random.Next(5) == 0)
            await Pause(random.NextDouble() * 60);
        else
        {
            await writer.Answered.WaitAsync(Patience);
            var checkpoint = writer.Checkpoint;
            var pause = Pause(random.Next(10) == 0 ? random.Next(1_200) : random.NextDouble() * 50);
            if (await Task.WhenAny(pause, checkpoint) == checkpoint)
                await Pause(random.NextDouble() * 3);
        }

        var (killed, how) = (await writer.Kill(), "load");
        if (!killed)
            trial.Violated($"the writer ended by itself: {await writer.Error}");
        if (!writer.IsOpen)
            how = "startup";
        else if (writer.InCheckpoint)
            how = "checkpoint";
        trial.Count("kills");
        trial.Count($"kills-{how}");
        foreach (var contradiction in writer.Contradictions)
            trial.Violated(contradiction);
        return how;
    }

    /// <summary>Waits so many milliseconds.</summary>
    public static async Task Pause(double milliseconds)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(Math.Max(1, milliseconds)));
        await timer.WaitForNextTickAsync();
    }
}
