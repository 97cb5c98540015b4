using Lading.Kernel;
using Npgsql;

namespace Lading.Log.Postgres;

/// <summary>
/// Followers' rows and checkpoints. Every node may try: a page is written by the one that gets the tenant's follow lock
/// while the checkpoint still stands where its page began, so each fact takes effect once. Commits do not wait for the
/// disk: rows and checkpoint are one transaction, and what a crash takes back is read from the log again.
/// </summary>
public sealed class PostgresFollowStore : IFollowStore
{
    private const string Unsynced = "select set_config('synchronous_commit', 'off', true)";
    private readonly PostgresSession session;
    private readonly PostgresProjections projections = new(inline: false);
    private readonly PostgresRows rows = new();
    private readonly PostgresSweeper sweeper;
    private readonly long lockKey;

    private PostgresFollowStore(PostgresSession session)
    {
        this.session = session;
        sweeper = new PostgresSweeper(session);
        Reads = new PostgresReads(session);
        lockKey = PostgresLogStore.LockKey(session.Tenant, "follow");
    }

    /// <summary>
    /// Opens a tenant's followers; <paramref name="app"/> comes from <see cref="PostgresDatabase.DataSource"/>.
    /// </summary>
    public static PostgresFollowStore Open(NpgsqlDataSource app, TenantId tenant, TimeSpan? lockWait = null) =>
        new(new PostgresSession(app, tenant, lockWait));

    /// <inheritdoc />
    public IReads Reads { get; }

    /// <inheritdoc />
    public IReadOnlyDictionary<string, ProjectionState> States => projections.States;

    /// <summary>
    /// Makes followers known; a build of the same version that another node began is joined, not begun anew.
    /// </summary>
    public void Declare(IReadOnlyList<Projection> followers, long head)
    {
        session.See(followers);
        InLock(to =>
        {
            foreach (var projection in followers)
            {
                PostgresProjections.Ensure(to, projection);
                var state = projections.Of(projection.Name);
                if (
                    projections.Building(projection) > 0
                    || (state.Version == projection.Version && state.Building == 0)
                )
                    continue;
                var generation = projections.Start(to, projection);
                if (head == 0)
                    projections.Promote(to, projection, generation, 0);
            }
        });
    }

    /// <inheritdoc />
    public void Refresh()
    {
        using var from = session.Begin();
        projections.Load(from);
    }

    /// <inheritdoc />
    public int StartBuild(Projection projection)
    {
        var generation = 0;
        InLock(to => generation = projections.Start(to, projection));
        return generation;
    }

    /// <summary>Nothing: here a build keeps its indexes from the start, so that nodes that take turns see the same
    /// tables.</summary>
    public bool MakeIndex(Projection projection, int generation) => false;

    /// <summary>Nothing: a table is dropped with the generation that takes over, which costs little here.</summary>
    public bool ClearSome() => false;

    /// <inheritdoc />
    public bool Apply(IReadOnlyList<FollowStep> steps)
    {
        using var to = session.Begin();
        to.Add(Unsynced);
        var held = to.Query("select pg_try_advisory_xact_lock($1)", r => r.GetBoolean(0), PostgresValue.Of(lockKey))[0];
        projections.Load(to);
        if (!held || !steps.All(Continues))
            return false;
        try
        {
            foreach (var step in steps)
                Write(to, step);
            to.Commit();
            projections.Publish();
        }
        catch (OutcomeUnknown lost) when (lost.Recoverable)
        {
            // The checkpoint, read again, says whether the page is there.
            throw new StoreUnavailable(lost.Message, lost);
        }

        foreach (var step in steps.Where(s => s.Promote))
            sweeper.Sweep(step.Projection, step.Generation);
        return true;
    }

    /// <inheritdoc />
    public void SetFailure(string name, string? reason, long standing) =>
        InLock(to =>
        {
            if (projections.Of(name) is var state && state.Position == standing)
                projections.Save(to, state with { Failure = reason });
        });

    /// <inheritdoc />
    public void Skip(string name, long position) =>
        InLock(to => projections.Save(to, projections.Of(name) with { Position = position, Failure = null }));

    /// <inheritdoc />
    public void Dispose() => sweeper.Dispose();

    /// <summary>
    /// Whether the store stands where the step begins; another node may have gone on, or replaced the generation.
    /// </summary>
    private bool Continues(FollowStep step)
    {
        var state = projections.Of(step.Projection.Name);
        return state.Version == step.Projection.Version && state.Generation == step.Generation
            ? state.Position == step.From
            : projections.Building(step.Projection) == step.Generation && state.BuiltTo == step.From;
    }

    private void Write(PostgresTransaction to, FollowStep step)
    {
        rows.Write(to, step.Rows.Changes, t => PostgresProjections.Target(step.Projection, t, step.Generation));
        var state = projections.Of(step.Projection.Name);
        if (step.Promote)
            projections.Promote(to, step.Projection, step.Generation, step.To);
        else if (state.Generation == step.Generation)
            projections.Save(to, state with { Position = step.To, Failure = null });
        else
            projections.Save(to, state with { BuiltTo = step.To });
    }

    private void InLock(Action<PostgresTransaction> change)
    {
        using var to = session.Begin();
        to.Add(Unsynced);
        to.Add("select pg_advisory_xact_lock($1)", PostgresValue.Of(lockKey));
        projections.Load(to);
        try
        {
            change(to);
            to.Commit();
            projections.Publish();
        }
        catch (OutcomeUnknown lost) when (lost.Recoverable)
        {
            throw new StoreUnavailable(lost.Message, lost);
        }
    }
}
