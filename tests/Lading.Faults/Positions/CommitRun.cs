using Lading.Faults.Stocks;
using Lading.Log;
using Lading.Log.Postgres;
using Npgsql;

namespace Lading.Faults.Positions;

/// <summary>
/// A commit waits for a standby that is gone, and the wait is cancelled: the server commits here alone, says so in a
/// warning, and the driver reports success. The log must not call that acknowledged.
/// </summary>
internal static class CommitRun
{
    private const string Cancel =
        "select count(pg_cancel_backend(pid)) from pg_stat_activity where wait_event = 'SyncRep'";

    public static Experiment Experiment { get; } =
        new(
            "H4.commit",
            "A commit that stopped waiting for its standby is never acknowledged.",
            "told-unknown",
            trial => Try(trial, "")
        )
        {
            Short = new Short(1, 1),
            Controls = [new Control("the-driver's-word", trial => Try(trial, BuggyStore.SwallowFault))],
        };

    /// <summary>With the bug the store says what the driver says: that it is committed.</summary>
    private static async Task Try(Trial trial, string bug)
    {
        await using var cluster = await Servers.NewCluster();
        await using var app = PostgresDatabase.DataSource(await PostgresDatabase.Init(cluster.Admin));
        await using var log = await TenantLog.Open(
            new TenantLogParts(
                Ledger.Tenant,
                Ledger.Model(),
                new BuggyStore(PostgresLogStore.Open(app, Ledger.Tenant), bug),
                PostgresFollowStore.Open(app, Ledger.Tenant),
                new NoPersonal(),
                TimeProvider.System,
                new CommitterOptions()
            )
            {
                Follow = false,
                React = false,
            }
        );
        await using var admin = NpgsqlDataSource.Create(cluster.Admin);
        await LoseTheStandby(admin);
        var sending = log.Send(Ledger.Payment(1)).AsTask();
        if (!await CancelTheWait(admin, sending))
            trial.Unclear("the commit did not wait for the standby: there was nothing to cancel");
        try
        {
            var answer = await sending;
            trial.Note(new { payment = 1, answer.Position });
            trial.Violated($"acknowledged at {answer.Position} without the standby");
        }
        catch (OutcomeUnknown unknown) when (!unknown.Recoverable)
        {
            trial.Note(new { payment = 1, unknown.Message });
            trial.Count("told-unknown");
        }

        if (log.Stopped is null)
            trial.Violated("the node goes on writing");
        try
        {
            await log.Send(Ledger.Payment(2));
            trial.Violated("the next payment was acknowledged");
        }
        catch (StoreFault refused)
        {
            trial.Note(new { payment = 2, refused.Message });
            trial.Count("refused-after");
        }
    }

    private static async Task LoseTheStandby(NpgsqlDataSource admin)
    {
        await Run(admin, "alter system set synchronous_standby_names = 'missing'");
        await Run(admin, "select pg_reload_conf()");
        while (await Run(admin, "show synchronous_standby_names") is not "missing")
            await Pause.For(5);
    }

    /// <summary>Cancels the commit's wait as soon as there is one; false when it was over without.</summary>
    private static async Task<bool> CancelTheWait(NpgsqlDataSource admin, Task committing)
    {
        while (await Run(admin, Cancel) is 0L)
            if (committing.IsCompleted)
                return false;
            else
                await Pause.For(5);
        return true;
    }

    private static async Task<object?> Run(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}
