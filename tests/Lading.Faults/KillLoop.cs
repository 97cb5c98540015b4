using System.Diagnostics;
using Lading.Log;

namespace Lading.Faults;

/// <summary>Starts the writer, kills it without warning, checks its log; again, until the time is over.</summary>
internal static class KillLoop
{
    public static readonly IReadOnlyList<Experiment> Experiments =
    [
        new("H1.sqlite", "No acknowledged command is lost by kill -9 on SQLite.", t => Run(t, t.NewFolder("log"))),
        new(
            "H1.postgres",
            "No acknowledged command is lost by kill -9 on PostgreSQL.",
            async t => await Run(t, await t.Servers.NewDatabase())
        ),
    ];

    /// <param name="where">A folder, or a connection to an empty PostgreSQL database as the app.</param>
    private static async Task Run(Trial trial, string where)
    {
        using var place = new LogPlace(where);
        var acknowledged = new Dictionary<int, long>();
        var wrong = new List<string>();
        var check = new LogCheck(place);
        for (var kills = 0; trial.GoesOn(kills) && wrong.Count == 0; kills++)
        {
            Kill(where, acknowledged, trial.Random, wrong);
            trial.Count("kills");
            await check.ReadOn(acknowledged, wrong);
        }

        await new LogCheck(place).ReadOn(acknowledged, wrong);
        if (wrong.Count == 0)
            await CheckDerived(place, wrong);
        trial.Count("acknowledged", acknowledged.Count);
        wrong.ForEach(trial.Violated);
    }

    private static void Kill(string folder, Dictionary<int, long> acknowledged, Random random, List<string> wrong)
    {
        var first = acknowledged.Count == 0 ? 0 : acknowledged.Keys.Max() + 1;
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["write", folder, $"{first}", $"{random.Next()}"])
        {
            RedirectStandardOutput = true,
        };
        using var writer = Process.Start(start)!;
        var (after, clock) = (TimeSpan.FromMilliseconds(random.Next(1, 1_200)), (Stopwatch?)null);
        using var killer = new Timer(_ => writer.Kill(), null, Timeout.Infinite, Timeout.Infinite);
        while (writer.StandardOutput.ReadLine() is { } line)
        {
            if (clock is null)
            {
                clock = Stopwatch.StartNew();
                killer.Change(after, Timeout.InfiniteTimeSpan); // from its first answer: not slow starts alone
            }

            if (
                line.Split(' ') is [var number, var position]
                && int.TryParse(number, out var n)
                && long.TryParse(position, out var at)
            )
                if (!acknowledged.TryAdd(n, at) && acknowledged[n] != at)
                    wrong.Add($"payment {n} was acknowledged at {acknowledged[n]}, then at {at}");
        }

        writer.WaitForExit();
        if (writer.ExitCode != 128 + 9)
            wrong.Add($"the writer ended by itself with code {writer.ExitCode}");
    }

    /// <summary>Balances, journal and notes say what the log says.</summary>
    public static async Task CheckDerived(LogPlace place, List<string> wrong)
    {
        await using var log = await Ledger.Open(place);
        while (log.Reached(Ledger.Policy) < log.Head || log.Reached(Ledger.Journal) < log.Head)
            await log.WaitPast(log.Head, new CancellationTokenSource(20).Token);
        var facts = await log.ReadAfter(0, int.MaxValue, default);
        var paid = facts.Where(f => f.Fact is Paid).ToList();
        var notes = facts.Select(f => f.Fact).OfType<Noted>();
        if (!notes.SequenceEqual(paid.GroupBy(f => f.Command).Select(g => new Noted(g.Last().Position, g.Count()))))
            wrong.Add("the policy did not note each payment once and in order");
        var balances = await log.Inline.Query(
            "select account, balance from faults_balances",
            r => (r.Text(0)!, r.Integer(1)),
            default
        );
        var expected = paid.GroupBy(f => f.Stream.Key).Select(g => (g.Key, g.Sum(f => ((Paid)f.Fact).Amount)));
        if (!balances.Order().SequenceEqual(expected.Order()) || balances.Sum(b => b.Item2) != 0)
            wrong.Add("the balances are not those of the log");
        var journal = await log.Followed.Query(
            "select position, amount from faults_journal order by position",
            r => (r.Integer(0), r.Integer(1)),
            default
        );
        if (!journal.SequenceEqual(paid.Select(f => (f.Position, ((Paid)f.Fact).Amount))))
            wrong.Add("the journal is not that of the log");
    }
}
