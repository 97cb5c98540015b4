using System.Runtime.InteropServices;
using System.Text.Json;
using Lading.Faults.Disk;
using Lading.Log;

namespace Lading.Faults;

/// <summary>
/// The process on the failing disk: a log's first steps, payments on a log that is there, payments around a
/// checkpoint. For each place where the disk can fail it runs the workload anew, then starts again on what is left.
/// </summary>
internal static class FailingWriter
{
    private const int Payments = 12;
    private static readonly string[] Workloads = ["first-steps", "load", "checkpoint"];

    /// <summary>How often a place is tried again: how many calls a workload makes differs a little.</summary>
    private const int Tries = 3;

    private sealed record Point(string Workload, int Fault, long Nth);

    private sealed record Outcome(
        Dictionary<int, long> Acknowledged,
        string? Stopped,
        bool LogSyncFailed,
        int After,
        long Seen
    );

    public static async Task Run(string folder, int seed, string bug)
    {
        using var said = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
        var template = Directory.CreateDirectory(Path.Combine(folder, "template")).FullName;
        using (var place = new LogPlace(template))
        await using (var log = await Ledger.Open(place))
            for (var number = 0; number < 30; number++)
                await log.Send(Ledger.Payment(number));
        var (points, ends) = (new List<Point>(), new List<Point>());
        foreach (var workload in Workloads)
            for (var fault = 0; fault < FaultyDisk.Kinds.Count; fault++)
            {
                var kind = FaultyDisk.Kinds[fault];
                var dry = await Work(workload, New(folder, workload, template), () => kind.Strike(long.MaxValue), "");
                points.AddRange(Enumerable.Range(1, (int)dry.Seen).Select(n => new Point(workload, fault, n)));
                ends.Add(new Point(workload, fault, dry.Seen));
            }

        new Random(seed).Shuffle(CollectionsMarshal.AsSpan(points));
        said.WriteLine("begin");
        foreach (var point in points)
        {
            for (var tries = 1; !await Fails(point, folder, template, bug, said) && tries < Tries; )
                tries++;
        }

        // The dry run tells about how many calls there are; the last of them is where the next one does not come.
        foreach (var end in ends)
            for (var nth = end.Nth + 1; await Fails(end with { Nth = nth }, folder, template, bug, said); )
                nth++;
    }

    /// <summary>One life with one fault in it, and the next one; false when there was no such call.</summary>
    private static async Task<bool> Fails(Point point, string folder, string template, string bug, StreamWriter said)
    {
        var data = New(folder, point.Workload, template);
        var kind = FaultyDisk.Kinds[point.Fault];
        var outcome = await Work(point.Workload, data, () => kind.Strike(point.Nth), bug);
        var wrong = new List<string>();
        await Check(data, point.Workload, outcome, wrong.Add);
        Directory.Delete(data, true);
        var life = new
        {
            point.Workload,
            kind.Name,
            point.Nth,
            outcome,
        };
        said.WriteLine($"note {JsonSerializer.Serialize(life)}");
        foreach (var one in wrong.Take(2))
            said.WriteLine($"{point.Workload}, {kind.Name} {point.Nth}: {one}");
        if (outcome.Seen < point.Nth)
        {
            said.WriteLine("count not-reached");
            return false;
        }

        if (outcome.Stopped is not null)
            said.WriteLine("count stopped");
        said.WriteLine($"count {kind.Name}\ncount points");
        return true;
    }

    private static string New(string folder, string workload, string template)
    {
        var data = Directory.CreateDirectory(Path.Combine(folder, $"{Guid.NewGuid():n}")).FullName;
        if (workload != Workloads[0])
            foreach (var file in Directory.EnumerateFiles(template))
                File.Copy(file, Path.Combine(data, Path.GetFileName(file)));
        return data;
    }

    /// <summary>One life with a fault in it.</summary>
    private static async Task<Outcome> Work(string workload, string data, Action arm, string bug)
    {
        var acknowledged = new Dictionary<int, long>();
        var (stopped, after, failed) = ((string?)null, 0, false);
        using var place = new LogPlace(data);
        if (workload == Workloads[0])
            arm();
        try
        {
            var store = new BuggyStore(place.Store(), bug);
            await using var log = await Ledger.Open(place, store);
            if (workload != Workloads[0])
                arm();
            for (var number = 30; number < 30 + Payments; number++)
            {
                if (workload == Workloads[2] && number % 4 == 0)
                    store.CheckpointSoon(() => { });
                try
                {
                    acknowledged[number] = (await log.Send(Ledger.Payment(number))).Position;
                }
                catch (StoreFault)
                {
                    // Not acknowledged: whether it is there shows after the restart.
                }
            }

            failed = FaultyDisk.SyncsFailed > 0;
            if (failed)
                await Probe(log); // decided behind the failure, so it is known by now what came of it
            (stopped, after) = (log.Stopped, FaultyDisk.WritesAfter);
        }
        catch (StoreFault)
        {
            // It did not open: nothing was acknowledged.
        }

        var seen = FaultyDisk.Seen;
        FaultyDisk.Heal();
        return new Outcome(acknowledged, stopped, failed, after, seen);
    }

    private static async Task Probe(TenantLog log)
    {
        try
        {
            await log.Send(Ledger.Payment(0));
        }
        catch (StoreFault)
        {
            // It has stopped: that is what should be.
        }
    }

    /// <summary>After the restart nothing acknowledged is missing and all can be paid, once; a commit
    /// whose sync failed was the last thing written.</summary>
    private static async Task Check(string data, string workload, Outcome outcome, Action<string> wrong)
    {
        if (outcome.LogSyncFailed && workload == Workloads[1])
        {
            if (outcome.Stopped is not { Length: > 20 })
                wrong("a commit was not synced, and the log goes on without a word");
            if (outcome.After > 0)
                wrong($"{outcome.After} writes came after a sync that failed");
        }

        using (var place = new LogPlace(data))
        await using (var log = await Ledger.Open(place))
        {
            new LedgerCheck(data).ReadOn(outcome.Acknowledged, wrong);
            for (var number = 30; number < 30 + Payments; number++)
                if (
                    await log.Send(Ledger.Payment(number)) is var answer
                    && outcome.Acknowledged.GetValueOrDefault(number, answer.Position) != answer.Position
                )
                    wrong($"payment {number} is answered {answer.Position} after the restart");
        }

        await Derived.Check(data, wrong);
        new LedgerCheck(data).ReadOn(outcome.Acknowledged, wrong);
    }
}
