using Lading.Kernel;
using Lading.Log;

namespace Lading.Faults;

/// <summary>
/// Compares what was acknowledged with what the log holds. Each call reads on from where the last one ended; a new one
/// reads from the start,
/// so the last check of a run sees everything again. The chain is verified as a whole each time.
/// </summary>
internal sealed class LogCheck(LogPlace place)
{
    private readonly Dictionary<CommandId, (long First, long Last, int Count)> commands = [];
    private readonly HashSet<int> passed = [];
    private long position;

    public async Task ReadOn(Dictionary<int, long> acknowledged, List<string> wrong)
    {
        using (var store = place.Store())
            while (await store.Reader.ReadAfter(position, 20_000, default) is { Count: > 0 } page)
            {
                foreach (var fact in page)
                    See(fact, wrong);
                position = page[^1].Position;
            }

        foreach (var (number, at) in acknowledged.Where(a => passed.Add(a.Key)))
            if (!commands.TryGetValue(Ledger.IdOf(number), out var there))
                wrong.Add($"payment {number}, acknowledged at {at}, is not there");
            else if (there.Last != at || there.Count != Ledger.FactsOf(number))
                wrong.Add($"payment {number}, acknowledged at {at}, ends at {there.Last}: {there.Count} facts");
        if (place.Verify() is { Whole: false } report)
            wrong.Add($"position {report.BadPosition}: {report.Problem}");
    }

    private void See(StoredFact fact, List<string> wrong)
    {
        if (!commands.TryGetValue(fact.Command, out var seen))
            commands[fact.Command] = (fact.Position, fact.Position, 1);
        else if (fact.Position == seen.Last + 1)
            commands[fact.Command] = (seen.First, fact.Position, seen.Count + 1);
        else
            wrong.Add($"command {fact.Command} stands twice: from {seen.First} on and at {fact.Position}");
    }
}
