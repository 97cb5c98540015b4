using Lading.Log;

namespace Lading.Faults;

/// <summary>Balances, journal and notes say what the log says, once everybody who follows is level with it.</summary>
internal static class Derived
{
    public static async Task Check(string where, Action<string> wrong)
    {
        using var place = new LogPlace(where);
        await using var log = await Ledger.Open(place);
        while (log.Reached(Ledger.Policy) < log.Head || log.Reached(Ledger.Journal) < log.Head)
            await log.WaitPast(log.Head, new CancellationTokenSource(20).Token);
        var facts = await log.ReadAfter(0, int.MaxValue, default);
        var paid = facts.Where(f => f.Fact is Paid).ToList();
        var notes = facts.Select(f => f.Fact).OfType<Noted>();
        if (!notes.SequenceEqual(paid.GroupBy(f => f.Command).Select(g => new Noted(g.Last().Position, g.Count()))))
            wrong("the policy did not note each payment once and in order");
        var balances = await log.Inline.Query(
            "select account, balance from faults_balances",
            r => (r.Text(0)!, r.Integer(1)),
            default
        );
        var expected = paid.GroupBy(f => f.Stream.Key).Select(g => (g.Key, g.Sum(f => ((Paid)f.Fact).Amount)));
        if (!balances.Order().SequenceEqual(expected.Order()) || balances.Sum(b => b.Item2) != 0)
            wrong("the balances are not those of the log");
        var journal = await log.Followed.Query(
            "select position, amount from faults_journal order by position",
            r => (r.Integer(0), r.Integer(1)),
            default
        );
        if (!journal.SequenceEqual(paid.Select(f => (f.Position, ((Paid)f.Fact).Amount))))
            wrong("the journal is not that of the log");
    }
}
