using Lading.Kernel;
using Lading.Log;

namespace Lading.Floors.Tests.Log;

/// <summary>Compares what clients were told with what the log holds, using nothing of the engine but its event registry
/// and hash.</summary>
internal static class SimulationCheck
{
    public static List<string> Check(LogSimulation run)
    {
        var wrong = new List<string>(run.Contradictions);
        var types = new TestModel().Build().Events;
        var log = run.Disk.State;
        var facts = log.Facts.Select(f => (Stored: f, Fact: types.Read(f.Type, f.Body))).ToList();
        Chain(run, log, wrong);
        Commands(run, facts, wrong);
        States(run, facts, wrong);
        Echoes(facts, wrong);
        Bells(run, log, facts, wrong);
        Rows(run, log, facts, wrong);
        return wrong;
    }

    private static void Chain(LogSimulation run, LossyLog log, List<string> wrong)
    {
        var (hash, versions) = (LogHead.Empty.Hash, new Dictionary<string, long>());
        for (var i = 0; i < log.Facts.Count; i++)
        {
            var fact = log.Facts[i];
            hash = HashChain.Next(hash, run.Id, fact);
            versions[fact.Stream] = versions.GetValueOrDefault(fact.Stream) + 1;
            if (
                fact.Position != i + 1
                || fact.Version != versions[fact.Stream]
                || !hash.AsSpan().SequenceEqual(fact.Hash)
            )
                wrong.Add(
                    $"position {i + 1}: holds position {fact.Position}, version {fact.Version} of {fact.Stream}, or "
                        + $"its hash does not follow"
                );
        }
    }

    private static void Commands(LogSimulation run, List<(StoredFact Stored, object Fact)> facts, List<string> wrong)
    {
        var byCommand = facts.GroupBy(f => f.Stored.Command).ToDictionary(g => g.Key, g => g.ToList());
        foreach (var (id, group) in byCommand)
            if (group[^1].Stored.Position - group[0].Stored.Position + 1 != group.Count)
                wrong.Add($"the facts of {group[0].Stored.Actor} {id} do not stand together: it took effect twice");
        foreach (var (number, answer) in run.Told)
        {
            var there = byCommand.GetValueOrDefault(
                SimulatedCommand.IdOf(Math.Max(number, LogSimulation.Other(number)))
            );
            if (answer.Accepted && there is null)
                wrong.Add($"command {number} was acknowledged at {answer.Position} and is not there");
            else if (answer.Accepted && there![^1].Stored.Position != answer.Position)
                wrong.Add(
                    $"command {number} was acknowledged at {answer.Position} and stands at {there[^1].Stored.Position}"
                );
            else if (!answer.Accepted && there is not null)
                wrong.Add($"command {number} was refused and is there");
        }
    }

    private static void States(LogSimulation run, List<(StoredFact Stored, object Fact)> facts, List<string> wrong)
    {
        var replay = new Dictionary<string, Counter>();
        foreach (var command in facts.Where(f => f.Fact is CounterMoved).GroupBy(f => f.Stored.Command))
        {
            foreach (var (stored, fact) in command)
            {
                var key = StreamName.Parse(stored.Stream).Key;
                var state = replay.GetValueOrDefault(key) ?? new Counter(0, 0);
                replay[key] = new Counter(state.Value + ((CounterMoved)fact).By, state.Moves + 1);
            }

            if (replay.Values.Any(s => s.Value is < 0 or > LogSimulation.Limit))
                wrong.Add($"{command.First().Stored.Actor} was decided on a state that was not current");
        }

        if (run.Seen.Count < LogSimulation.Counters)
            wrong.Add("in the end nothing is decided any more");
        foreach (var (key, seen) in run.Seen)
            if ((replay.GetValueOrDefault(key) ?? new Counter(0, 0)) != seen)
                wrong.Add($"{key} is {seen} in memory and {replay.GetValueOrDefault(key)} in the log");
    }

    private static void Echoes(List<(StoredFact Stored, object Fact)> facts, List<string> wrong)
    {
        var expected = facts
            .Where(f => f.Fact is CounterMoved)
            .GroupBy(f => f.Stored.Command)
            .Select(g => new Echoed(g.Last().Stored.Position, g.Count()));
        var echoed = facts.Select(f => f.Fact).OfType<Echoed>();
        if (!expected.SequenceEqual(echoed))
            wrong.Add(
                $"the policy reacted to {string.Join(",", echoed.Select(e => e.Position))} instead of "
                    + $"{string.Join(",", expected.Select(e => e.Position))}"
            );
    }

    private static void Bells(
        LogSimulation run,
        LossyLog log,
        List<(StoredFact Stored, object Fact)> facts,
        List<string> wrong
    )
    {
        if (log.Dues.Count > 0)
            wrong.Add($"{log.Dues.Count} due commands still wait");
        var rung = facts.Where(f => f.Fact is Rang).Select(f => int.Parse(((Rang)f.Fact).Payload)).ToList();
        if (rung.Count != rung.Distinct().Count())
            wrong.Add("a due command ran twice");
        var there = facts.Select(f => f.Stored.Command).ToHashSet();
        foreach (var number in rung.Where(n => !there.Contains(SimulatedCommand.IdOf(n))))
            wrong.Add($"a bell rang for command {number}, which is not there");
        foreach (
            var command in facts
                .Where(f => f.Stored.Actor.StartsWith("client:", StringComparison.Ordinal))
                .Select(f => int.Parse(f.Stored.Actor[7..]))
                .Distinct()
        )
            if (SimulatedCommand.AsksForDue(run.Seed, command) && !rung.Contains(command))
                wrong.Add($"the bell of command {command} never rang");
    }

    private static void Rows(
        LogSimulation run,
        LossyLog log,
        List<(StoredFact Stored, object Fact)> facts,
        List<string> wrong
    )
    {
        var moves = facts
            .Where(f => f.Fact is CounterMoved)
            .Select(f => (f.Stored.Position, StreamName.Parse(f.Stored.Stream).Key, ((CounterMoved)f.Fact).By))
            .ToList();
        var counters = moves
            .GroupBy(m => m.Key)
            .OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => $"{g.Key} {g.Sum(m => m.By)} {g.Last().Position}");
        var inline = log
            .Tables.Query("select counter, value, moved_at from test_counters", [])
            .Select(r => $"{r.Text(0)} {r.Integer(1)} {r.Integer(2)}");
        if (!counters.SequenceEqual(inline))
            wrong.Add($"inline rows are {string.Join("; ", inline)} instead of {string.Join("; ", counters)}");
        var history = run
            .ReadDisk.State.Query("select position, by, seen from test_history", [])
            .Select(r => (r.Integer(0), r.Integer(1), r.Integer(2)));
        if (!history.SequenceEqual(moves.Select(m => (m.Position, m.By, 1L))))
            wrong.Add(
                $"followed rows differ from the log: "
                    + $"{string.Join(", ", history.Except(moves.Select(m => (m.Position, (long)m.By, 1L))))} / "
                    + $"{string.Join(", ", moves.Select(m => (m.Position, (long)m.By, 1L)).Except(history))}; "
                    + $"{run.ReadDisk.State.Of(TestModel.HistoryName)}"
            );
    }
}
