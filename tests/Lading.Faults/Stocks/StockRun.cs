using Lading.Kernel;
using Lading.Log;
using Lading.Log.Sqlite;

namespace Lading.Faults.Stocks;

/// <summary>H7 in process: 64 clients on a tenant's log with the product's modules, hot SKUs, copies, lapses.</summary>
internal sealed class StockRun(Trial trial, StockBug bug)
{
    private const int Clients = 64;
    private const int Skus = 50;

    /// <summary>A bug must show within so many operations.</summary>
    private const int Shown = 4_000;
    private static readonly TenantId Tenant = new(Guid.Parse("0198c7a2-0000-7000-8000-000000000007"));
    private readonly StockWork work = new(trial.Seed, Skus, longestTtl: 6);
    private readonly StockOracle oracle = new(trial.Violated);
    private readonly Lock gate = new();
    private long sent;

    public static Experiment Experiment { get; } =
        new(
            "H7.engine",
            "No stock is promised twice and nobody is refused, or waits, while there is enough; 64 clients in process.",
            "operations",
            trial => new StockRun(trial, StockBug.None).Run()
        )
        {
            Short = new Short(6, 8),
            Least = [new Least("shortages", 0.04), new Least("refusals-judged", 0.03), new Least("lapsed", 0.005)],
            Controls =
            [
                new Control("check-then-act", trial => new StockRun(trial, StockBug.CheckThenAct).Run()),
                new Control("lost-release", trial => new StockRun(trial, StockBug.LostRelease).Run()),
                new Control("retry-as-new", trial => new StockRun(trial, StockBug.RetryAsNew).Run()),
                new Control("refused-in-vain", trial => new StockRun(trial, StockBug.RefusedInVain).Run()),
            ],
        };

    private async Task Run()
    {
        var folder = trial.NewFolder("log");
        var log = await TenantLog.Open(
            new TenantLogParts(
                Tenant,
                StockModel.Build(TimeProvider.System),
                new SqliteLogStore(Path.Combine(folder, "log.db")),
                new SqliteFollowStore(Path.Combine(folder, "read.db")),
                new NoPersonal(),
                TimeProvider.System,
                new CommitterOptions()
            )
            {
                Follow = false,
            }
        );
        await using (log)
        {
            for (var i = 0; i < Skus; i++)
                await log.Send(work.Register(i));
            trial.Begin();
            await Task.WhenAll(Enumerable.Range(0, Clients).Select(c => Task.Run(() => Client(log, c))));
            await Settle(log);
            await oracle.Judge(
                (after, most) =>
                {
                    trial.Stir();
                    return log.ReadAfter(after, most, default);
                }
            );
        }

        trial.Count("operations", sent);
        trial.Count("facts", log.Head);
        trial.Count("promises", oracle.Replay.Promised);
        trial.Count("lapsed", oracle.Replay.Lapsed);
        trial.Count("shortages", oracle.Replay.Waited);
        trial.Count("refusals-judged", oracle.RefusalsJudged);
    }

    private async Task Client(TenantLog log, int client)
    {
        var random = new Random(unchecked((trial.Seed * 131) + client));
        while (trial.GoesOn(Volatile.Read(ref sent)) && (bug == StockBug.None || sent < Shown))
        {
            var number = (int)Interlocked.Increment(ref sent) - 1;
            var copy = number > 500 && random.Next(20) == 0;
            if (copy)
                number -= random.Next(1, 500);
            var one = StockBugs.Bend(work.Make(number), bug, copy);
            try
            {
                var answer = await log.Send(one.Command);
                var (at, refused) = (answer.Position, answer.Refusal?.Code);
                trial.Note(
                    new
                    {
                        client,
                        number,
                        copy,
                        at,
                        refused,
                    }
                );
                if (answer.Refusal is not { Kind: RefusalKind.Unavailable })
                    lock (gate)
                        oracle.Told(number, answer.Accepted, at, refused, one.Wish);
            }
            catch (StoreFault fault)
            {
                trial.Note(
                    new
                    {
                        client,
                        number,
                        copy,
                        unknown = fault.Message,
                    }
                );
                trial.Unclear($"command {number}: {fault.Message}");
            }
        }
    }

    private static async Task Settle(TenantLog log)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (log.Status().Any(s => s.Kind == "policy" && s.Position < log.Head && s.Failure is null))
        {
            patience.Token.ThrowIfCancellationRequested();
            await log.WaitPast(log.Head, new CancellationTokenSource(20).Token);
        }

        foreach (var stuck in log.Status().Where(s => s.Failure is not null))
            throw new InvalidOperationException($"{stuck.Name}: {stuck.Failure}");
    }
}
