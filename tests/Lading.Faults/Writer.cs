using Lading.Log;

namespace Lading.Faults;

/// <summary>How the writer is started; as arguments of its process.</summary>
/// <param name="Where">A folder, or the app's connection to PostgreSQL.</param>
/// <param name="First">The first payment that is not acknowledged yet.</param>
internal sealed record WriterOptions(string Where, int First, int Seed)
{
    /// <summary>Payments sent at the same time.</summary>
    public int Payers { get; init; } = 48;

    /// <summary>Ends in good order after so many.</summary>
    public int Most { get; init; } = int.MaxValue;

    /// <summary>Acknowledgements between two checkpoints that it asks for; 0: none.</summary>
    public int Checkpoint { get; init; }

    /// <summary>A seeded bug, or empty.</summary>
    public string Bug { get; init; } = "";

    public string[] Arguments => ["write", Where, $"{First}", $"{Seed}", $"{Payers}", $"{Most}", $"{Checkpoint}", Bug];

    public static WriterOptions Read(string[] rest) =>
        new(rest[0], int.Parse(rest[1]), int.Parse(rest[2]))
        {
            Payers = int.Parse(rest[3]),
            Most = int.Parse(rest[4]),
            Checkpoint = int.Parse(rest[5]),
            Bug = rest[6],
        };
}

/// <summary>
/// The process that is killed. Says "ready", waits for a line, opens the log and says "open"; then pays, and says
/// "number position" once a payment is acknowledged, "checkpoint" and "checkpointed" around each checkpoint.
/// </summary>
internal static class Writer
{
    public static async Task Run(WriterOptions options)
    {
        using var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
        output.WriteLine("ready");
        Console.ReadLine();
        using var place = new LogPlace(options.Where);
        var store = new BuggyStore(place.Store(), options.Bug);
        await using var log = await Ledger.Open(place, store);
        output.WriteLine("open");
        var next = Math.Max(0, options.First - 300); // what the last one left unanswered is sent again
        var end = options.Most == int.MaxValue ? int.MaxValue : next + options.Most;
        var gate = new Lock();
        var told = 0;

        void Tell(int number, long position)
        {
            lock (gate)
            {
                output.WriteLine($"{number} {position}");
                if (options.Checkpoint == 0 || ++told % options.Checkpoint != 0)
                    return;
                output.WriteLine("checkpoint");
                store.CheckpointSoon(() => output.WriteLine("checkpointed"));
            }
        }

        async Task Pay(int payer)
        {
            var random = new Random(options.Seed + payer);
            using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
            while (Interlocked.Increment(ref next) - 1 is var number && number < end)
            {
                if (random.Next(20) == 0)
                    number = random.Next(number + 1);
                while (await Send(number) is null)
                    await pause.WaitForNextTickAsync(); // unanswered: sent again under the same id
            }
        }

        async Task<Answer?> Send(int number)
        {
            if (options.Bug == BuggyStore.AckBeforeCommit)
                Tell(number, 0);
            try
            {
                var answer = await log.Send(Ledger.Payment(number));
                if (answer.Accepted && options.Bug != BuggyStore.AckBeforeCommit)
                    Tell(number, answer.Position);
                return answer;
            }
            catch (StoreFault fault) when (fault.MayPass)
            {
                return null;
            }
        }

        await Task.WhenAll(Enumerable.Range(0, options.Payers).Select(p => Task.Run(() => Pay(p))));
    }
}
