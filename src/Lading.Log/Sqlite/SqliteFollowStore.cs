namespace Lading.Log.Sqlite;

/// <summary>
/// Followers' tables in <c>read.db</c>, by its own single writer with <c>synchronous=NORMAL</c>: after a power cut it
/// may be behind the
/// log, never ahead of its checkpoint, and it catches up.
/// </summary>
public sealed class SqliteFollowStore : IFollowStore
{
    private readonly SqliteDb db;
    private readonly SqliteRows rows;
    private readonly SqliteProjections projections;
    private readonly SqlitePool pool;

    /// <summary>Opens or creates the file.</summary>
    public SqliteFollowStore(string path)
    {
        db = SqliteDb.OpenWriter(path, full: false);
        db.Execute(SqliteProjections.Registry);
        rows = new SqliteRows(db);
        projections = new SqliteProjections(db);
        projections.Load();
        pool = new SqlitePool(path);
        Reads = new SqliteReads(pool);
    }

    /// <inheritdoc />
    public IReads Reads { get; }

    /// <inheritdoc />
    public IReadOnlyDictionary<string, ProjectionState> States => projections.States;

    /// <inheritdoc />
    public void Declare(IReadOnlyList<Projection> followers, long head)
    {
        foreach (var projection in followers)
        {
            projections.NoteLeftOver(projection);
            var state = projections.Of(projection.Name);
            if (projections.IsBuilding(projection) || (state.Version == projection.Version && state.Building == 0))
                continue;
            InTransaction(() =>
            {
                var generation = projections.Start(projection, indexed: head == 0);
                if (head == 0)
                    projections.Promote(projection, generation, 0);
            });
        }
    }

    /// <summary>Nothing: no other process writes these files.</summary>
    public void Refresh() { }

    /// <inheritdoc />
    public int StartBuild(Projection projection)
    {
        var generation = 0;
        InTransaction(() => generation = projections.Start(projection, indexed: false));
        return generation;
    }

    /// <inheritdoc />
    public bool MakeIndex(Projection projection, int generation)
    {
        if (projections.MissingIndex(projection, generation) is not { } sql)
            return false;
        db.Execute("pragma temp_store=file"); // a sort of millions of rows does not belong in memory
        try
        {
            InTransaction(() => db.Execute(sql));
        }
        finally
        {
            db.Execute("pragma temp_store=memory");
        }

        return true;
    }

    /// <inheritdoc />
    public bool Apply(IReadOnlyList<FollowStep> steps)
    {
        InTransaction(() =>
        {
            foreach (var step in steps)
            {
                rows.Write(
                    step.Rows.Changes,
                    t => ProjectionState.Physical(t, step.Projection.Version, step.Generation)
                );
                var state = projections.Of(step.Projection.Name);
                if (step.Promote)
                    projections.Promote(step.Projection, step.Generation, step.To, drop: false);
                else if (state.Generation == step.Generation)
                    projections.Save(state with { Position = step.To });
                else
                    projections.Save(state with { BuiltTo = step.To });
            }
        });
        foreach (var step in steps)
            if (step.Promote)
                projections.NoteLeftOver(step.Projection);
        return true;
    }

    /// <inheritdoc />
    public bool ClearSome()
    {
        if (!projections.HasLeftOver)
            return false;
        InTransaction(projections.ClearSome);
        return true;
    }

    /// <inheritdoc />
    public void SetFailure(string name, string? reason, long standing) =>
        InTransaction(() => projections.Save(projections.Of(name) with { Failure = reason }));

    /// <inheritdoc />
    public void Skip(string name, long position) =>
        InTransaction(() => projections.Save(projections.Of(name) with { Position = position, Failure = null }));

    /// <inheritdoc />
    public void Dispose()
    {
        pool.Dispose();
        db.Checkpoint();
        db.Dispose();
    }

    private void InTransaction(Action write)
    {
        db.Execute("begin immediate");
        try
        {
            write();
            db.Execute("commit");
            projections.Committed();
        }
        catch
        {
            if (db.InTransaction)
                db.Execute("rollback");
            projections.Load();
            throw;
        }
    }
}
