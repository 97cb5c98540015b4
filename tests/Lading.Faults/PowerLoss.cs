using System.Collections.Concurrent;
using System.Diagnostics;
using Lading.Faults.Disk;
using Lading.Log;
using Lading.Log.Sqlite;

namespace Lading.Faults;

/// <summary>
/// Records what a writing process does to its disk, then loses power on paper, at any moment and in any way the record
/// allows; the product opens what is left, and what it had acknowledged must be there.
/// </summary>
internal static class PowerLoss
{
    private const string WithoutWal = "copy-without-wal";
    private const int ImagesPerRun = 400;

    public static readonly IReadOnlyList<Experiment> Experiments =
    [
        new(
            "H2.sqlite",
            "What SQLite acknowledged survives power loss, whatever of the unsynced writes and names is lost or torn.",
            "images",
            t => Run(t, "")
        )
        {
            Short = new(4, 10),
            Least = [new Least("acknowledged", 1)],
            Controls =
            [
                Seeded(BuggyStore.SyncNormal),
                Seeded(BuggyStore.SyncOff),
                Seeded(BuggyStore.AckBeforeCommit),
                Seeded(WithoutWal),
            ],
        },
        PostgresPowerLoss.Experiment,
    ];

    private static Control Seeded(string bug) => new(bug, t => Run(t, bug));

    private static async Task Run(Trial trial, string bug)
    {
        _ = DiskRecord.Library;
        var memory = Directory.Exists("/dev/shm") ? "/dev/shm" : trial.Folder;
        var images = Directory.CreateDirectory(Path.Combine(memory, $"lading-images-{Environment.ProcessId}")).FullName;
        try
        {
            while (trial.GoesOn(trial.CountOf("images")))
            {
                var folder = trial.NewFolder($"run{trial.CountOf("runs")}");
                var changes = await Record(trial, folder, bug);
                if (trial.CountOf("runs") == 0)
                    trial.Begin();
                await Lose(trial, changes, images, bug);
                trial.Count("runs");
                trial.Count("changes", changes.Count);
                if (trial.Verdict == Verdict.Ok)
                    Directory.Delete(folder, true);
            }
        }
        finally
        {
            Directory.Delete(images, true);
        }
    }

    /// <summary>One life of a writer: new log, load, now and then checkpoints, a good end or a kill.</summary>
    private static async Task<List<DiskChange>> Record(Trial trial, string folder, string bug)
    {
        var data = Directory.CreateDirectory(Path.Combine(folder, "data")).FullName;
        var log = Path.Combine(folder, "record");
        var acknowledged = new ConcurrentDictionary<int, long>();
        var options = new WriterOptions(data, 0, trial.Random.Next())
        {
            Payers = trial.Random.Next(1, 12),
            Most = trial.Random.Next(20, 150),
            Checkpoint = trial.Random.Next(2) == 0 ? trial.Random.Next(5, 60) : 0,
            Bug = bug == WithoutWal ? "" : bug,
        };
        using var writer = new WriterProcess(options, acknowledged, s => DiskRecord.Under(s, data, log));
        writer.Go();
        if (await writer.Ended() is not 0 and var code)
            trial.Unclear($"the recorded writer ended with {code}: {await writer.Error}");
        return DiskRecord.Read(log, data);
    }

    private static async Task Lose(Trial trial, List<DiskChange> changes, string images, string bug)
    {
        var disk = new DiskReplay(changes, null);
        var acknowledged = new Dictionary<int, long>();
        var heard = 0;
        var moments = Enumerable.Range(0, ImagesPerRun).Select(_ => trial.Random.Next(1, changes.Count + 1));
        foreach (var moment in moments.Order())
        {
            if (!trial.GoesOn(trial.CountOf("images")))
                break;
            disk.AdvanceTo(moment);
            for (; heard < disk.Answers.Count; heard++)
                if (WriterProcess.Acknowledgement(disk.Answers[heard]) is { } said)
                    Hear(trial, acknowledged, said, moment);
            var image = Path.Combine(images, $"{trial.CountOf("images")}");
            Directory.CreateDirectory(image);
            disk.WriteImage(
                image,
                trial.Random,
                bug == WithoutWal ? path => path.EndsWith("-wal", StringComparison.Ordinal) : null
            );
            var wrong = new List<string>();
            await Check(trial, image, acknowledged, wrong.Add);
            trial.Count("images");
            trial.Count("acknowledged", acknowledged.Count);
            Lost(trial, moment, changes.Count, acknowledged.Count, wrong);
            if (wrong.Count > 0)
                Keep(image, Path.Combine(trial.Folder, "image"));
            Directory.Delete(image, true);
        }
    }

    /// <summary>The writer was answered: it heard so before power was lost.</summary>
    public static void Hear(
        Trial trial,
        Dictionary<int, long> acknowledged,
        (int Number, long Position) said,
        int moment
    )
    {
        acknowledged[said.Number] = said.Position;
        trial.Note(
            new
            {
                payment = said.Number,
                said.Position,
                before = moment,
            }
        );
    }

    /// <summary>What came of one image.</summary>
    public static void Lost(Trial trial, int moment, int changes, int acknowledged, List<string> wrong)
    {
        trial.Note(
            new
            {
                moment,
                changes,
                acknowledged,
                wrong,
            }
        );
        foreach (var one in wrong.Take(3))
            trial.Violated($"power lost after change {moment} of {changes}: {one}");
    }

    /// <summary>The product opens the image first; then plain SQL reads what it made of it.</summary>
    private static async Task Check(Trial trial, string image, Dictionary<int, long> acknowledged, Action<string> wrong)
    {
        try
        {
            if (trial.Random.Next(40) == 0)
                await Reopen(image, acknowledged, wrong);
            else
            {
                using var store = new SqliteLogStore(Path.Combine(image, "log.db"));
                using var followers = new SqliteFollowStore(Path.Combine(image, "read.db"));
            }

            using (var log = new PlainLog(image, Ledger.Tenant.Value))
                if (log.Integrity() is not "ok" and var damage)
                    wrong($"integrity_check: {damage}");
            new LedgerCheck(image).ReadOn(acknowledged, wrong);
        }
        catch (Exception fault) when (fault is StoreFault or InvalidDataException)
        {
            wrong($"it does not open: {fault.Message}");
        }
    }

    /// <summary>The whole log on the image: a retry gets the answer it was given, and paying goes on.</summary>
    public static async Task Reopen(string where, Dictionary<int, long> acknowledged, Action<string> wrong)
    {
        using var place = new LogPlace(where);
        await using (var log = await Ledger.Open(place))
        {
            foreach (var (number, position) in acknowledged.Where(a => a.Value != 0).TakeLast(3))
                if (await log.Send(Ledger.Payment(number)) is var again && again.Position != position)
                    wrong($"payment {number}, acknowledged at {position}, is answered {again.Position} now");
            await log.Send(Ledger.Payment(1_000_000));
        }

        await Derived.Check(where, wrong);
    }

    private static void Keep(string image, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(image))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
    }
}
