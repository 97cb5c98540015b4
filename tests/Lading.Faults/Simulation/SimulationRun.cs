using System.Buffers.Binary;
using Lading.Contracts.Inventory;
using Lading.Faults.Stocks;
using Lading.Floors.Tests.Log;
using Lading.Kernel;
using Lading.Log;

namespace Lading.Faults.Simulation;

/// <summary>Seed after seed on two threads, each judged from what clients heard and what the disk holds.</summary>
internal static class SimulationRun
{
    private const int Threads = 2;

    public static Experiment Experiment { get; } =
        new(
            "simulation",
            "Decisions, reactions and followers keep every promise over a lossy disk, a bad network, crashes.",
            "seeds",
            trial => Run(trial, SimulationBug.None, int.MaxValue)
        )
        {
            Short = new Short(8, 8),
            Least = [new Least("recovered", 0.5), new Least("folded-in", 0.1), new Least("expired", 0.5)],
            Controls =
            [
                .. Enum.GetValues<SimulationBug>()
                    .Where(b => b != SimulationBug.None)
                    .Select(b => new Control(Words(b), trial => Run(trial, b, 60))),
            ],
        };

    private static string Words(SimulationBug bug) =>
        string.Concat(
            $"{bug}".Select((c, i) => char.IsUpper(c) ? (i > 0 ? "-" : "") + char.ToLowerInvariant(c) : $"{c}")
        );

    private static async Task Run(Trial trial, SimulationBug bug, int most)
    {
        var next = -1;
        await Task.WhenAll(
            Enumerable
                .Range(0, Threads)
                .Select(_ =>
                    Task.Factory.StartNew(
                        () =>
                        {
                            while (Interlocked.Increment(ref next) is var n && n < most && trial.GoesOn(n))
                                One(trial, unchecked(trial.Seed + n), bug);
                        },
                        TaskCreationOptions.LongRunning
                    )
                )
        );
        Again(trial, bug);
        Shares(trial);
    }

    /// <summary>The first seed once more: the same day to the last byte, or a failing one could not be
    /// replayed.</summary>
    private static void Again(Trial trial, SimulationBug bug)
    {
        using var one = new StockSimulation(trial.Seed, bug).Run();
        using var two = new StockSimulation(trial.Seed, bug).Run();
        var (first, second) = (one.Disk.State.Head, two.Disk.State.Head);
        if (first.Position != second.Position || !first.Hash.AsSpan().SequenceEqual(second.Hash))
            trial.Unclear($"seed {trial.Seed} is not the same run twice");
        trial.Note(new { trial.Seed, head = Convert.ToHexString(first.Hash) });
    }

    private static void One(Trial trial, int seed, SimulationBug bug)
    {
        using var run = new StockSimulation(seed, bug).Run();
        var wrong = new List<string>(run.Wrong);
        var lapsed = Judge(run, wrong);
        trial.Count("seeds");
        trial.Count("commands", run.Told.Count);
        trial.Count("facts", run.Disk.State.Facts.Count);
        trial.Count("recovered", run.Recoveries > 0 ? 1 : 0);
        trial.Count("folded-in", run.FoldedIn > 0 ? 1 : 0);
        trial.Count("expired", lapsed > 0 ? 1 : 0);
        trial.Count("net-dropped", run.Network.Dropped);
        trial.Count("net-repeated", run.Network.Repeated);
        trial.Count("net-overtaken", run.Network.Overtaken);
        foreach (var one in wrong.Take(5))
            trial.Violated($"seed {seed} (again: --seed {seed} --amount 1): {one}");
        if (run.Told.Count < StockSimulation.Commands)
            trial.Unclear($"seed {seed} told only {run.Told.Count} commands");
        trial.Note(
            new
            {
                seed,
                head = Convert.ToHexString(run.Disk.State.Head.Hash),
                run.Recoveries,
                run.FoldedIn,
                lapsed,
            }
        );
    }

    /// <summary>How many of a hundred seeds got to what is rare while the faults lasted.</summary>
    private static void Shares(Trial trial)
    {
        var seeds = Math.Max(1, trial.Counts.GetValueOrDefault("seeds"));
        foreach (var what in (string[])["recovered", "folded-in", "expired"])
            trial.Count($"%{what}", 100 * trial.Counts.GetValueOrDefault(what) / seeds);
    }

    /// <summary>How many promises lapsed while the faults lasted.</summary>
    private static int Judge(StockSimulation run, List<string> wrong)
    {
        var log = run.Disk.State;
        Chain(run, log, wrong);
        var oracle = new StockOracle(wrong.Add);
        foreach (var (number, (accepted, position, code)) in run.Told)
            oracle.Told(number, accepted, position, code, accepted ? null : run.WishOf(number));
        var facts = log.Facts.Select(f => run.Facts.Read(f)).ToArray();
        oracle
            .Judge(
                (after, most) =>
                    ValueTask.FromResult<IReadOnlyList<Recorded>>(facts.Skip((int)after).Take(most).ToArray())
            )
            .GetAwaiter()
            .GetResult();
        if (log.Dues.Count > 0)
            wrong.Add($"{log.Dues.Count} due commands still wait");
        wrong.AddRange(oracle.Replay.Lingering.Select(h => $"the promise of {h} never lapsed"));
        Levels(log, oracle.Replay, wrong);
        Seen(run, facts, wrong);
        return facts.Count(f => f.Fact is ReservationExpired && f.Position <= run.Faulted);
    }

    private static void Chain(StockSimulation run, LossyLog log, List<string> wrong)
    {
        var (hash, versions) = (new byte[32], new Dictionary<string, long>(StringComparer.Ordinal));
        for (var i = 0; i < log.Facts.Count; i++)
        {
            var fact = log.Facts[i];
            hash = PlainLog.Hash(hash, run.Id.Value, Plain(fact));
            versions[fact.Stream] = versions.GetValueOrDefault(fact.Stream) + 1;
            if (
                fact.Position != i + 1
                || fact.Version != versions[fact.Stream]
                || !hash.AsSpan().SequenceEqual(fact.Hash)
            )
                wrong.Add(
                    $"position {i + 1} holds {fact.Position}, version {fact.Version} of {fact.Stream}, "
                        + "or breaks the chain"
                );
        }
    }

    /// <summary>As it stands in a table, for a hash that is not the product's.</summary>
    private static PlainFact Plain(StoredFact fact)
    {
        var command = new byte[16];
        BinaryPrimitives.WriteUInt128LittleEndian(command, fact.Command.Value);
        return new PlainFact(
            fact.Position,
            fact.StreamId,
            fact.Version,
            fact.Stream,
            fact.Type,
            fact.Happened.Ticks,
            fact.RecordedAt.Ticks,
            fact.Actor,
            command,
            fact.Correlation,
            fact.Causation,
            fact.Body,
            fact.Hash
        );
    }

    /// <summary>The inline levels say what the facts say.</summary>
    private static void Levels(LossyLog log, StockReplay replay, List<string> wrong)
    {
        var rows = log
            .Tables.Query("select sku, on_hand, reserved, held, backordered from stock_level", [])
            .GroupBy(r => r.Text(0)!)
            .ToDictionary(
                g => g.Key,
                g =>
                    (
                        g.Sum(r => r.Integer(1)),
                        g.Sum(r => r.Integer(2)),
                        g.Sum(r => r.Integer(3)),
                        g.Sum(r => r.Integer(4))
                    )
            );
        foreach (var sku in rows.Keys.Union(replay.Skus))
            if (replay.Sum(sku) is var sum && rows.GetValueOrDefault(sku) is var row && row != sum)
                wrong.Add($"the levels of {sku} are {row}, the facts say {sum}");
    }

    /// <summary>Each movement and promise was followed once.</summary>
    private static void Seen(StockSimulation run, Recorded[] facts, List<string> wrong)
    {
        var followed = run
            .ReadDisk.State.Query("select position, times from sim_seen", [])
            .Select(r => (r.Integer(0), r.Integer(1)));
        var expected = facts.Where(f => f.Fact is StockMoved or StockReserved).Select(f => (f.Position, 1L));
        if (!followed.SequenceEqual(expected))
            wrong.Add("a movement or a promise was not followed exactly once");
    }
}
