namespace Lading.Log.Postgres;

/// <summary>Turns a batch into statements: one per table and shape, sent in one round trip with the commit.</summary>
internal sealed class PostgresBatchWriter(PostgresProjections projections)
{
    private readonly PostgresRows rows = new();
    private readonly Dictionary<Table, Projection> owners = [];

    /// <summary>The inline read models whose rows a batch may hold.</summary>
    public void Serve(IReadOnlyList<Projection> inline)
    {
        foreach (var projection in inline)
        foreach (var table in projection.Tables)
            owners[table] = projection;
    }

    /// <summary>Queues everything and answers the head it leads to.</summary>
    public PostgresHead Write(PostgresTransaction to, BatchWrite batch, PostgresHead head)
    {
        PostgresFacts.Write(to, batch.Streams);
        PostgresFacts.Write(to, batch.Facts);
        WriteOutcomes(to, batch);
        WriteDues(to, batch);
        WriteMarks(to, batch);
        WriteSnapshots(to, batch);
        if (batch.Rows.Count > 0)
            rows.Write(to, batch.Rows.Changes, Serving);
        foreach (var step in batch.Builds)
            WriteBuild(to, step);
        var next = head with { Batch = head.Batch + 1, Projections = head.Projections + Math.Sign(batch.Builds.Count) };
        if (batch.Facts is [.., var last])
            next = next with { Position = last.Position, Hash = last.Hash };
        if (batch.Streams is [.., var (id, _)])
            next = next with { Streams = id };
        next.Write(to);
        return next;
    }

    private (string, int) Serving(Table table)
    {
        var projection = owners[table];
        return PostgresProjections.Target(projection, table, projections.Of(projection.Name).Generation);
    }

    private void WriteBuild(PostgresTransaction to, BuildStep step)
    {
        rows.Write(to, step.Rows.Changes, t => PostgresProjections.Target(step.Projection, t, step.Generation));
        if (step.Promote)
            projections.Promote(to, step.Projection, step.Generation, step.Position);
        else
            projections.Save(to, projections.Of(step.Projection.Name) with { BuiltTo = step.Position });
    }

    private static void WriteOutcomes(PostgresTransaction to, BatchWrite batch)
    {
        if (batch.Outcomes is { } outcomes)
            to.Add(
                "insert into lading.outcome (tenant, block, at, body) values ($1, $2, $3, $4)",
                PostgresValue.Of(to.Tenant.Value),
                PostgresValue.Of(outcomes.Block),
                PostgresValue.Of(outcomes.At.Ticks),
                PostgresValue.Of(outcomes.Body)
            );
    }

    private static void WriteDues(PostgresTransaction to, BatchWrite batch)
    {
        if (batch.Dues.Count > 0)
            to.Add(
                """
                insert into lading.due (tenant, at, stream, kind, payload)
                select $1, u.* from unnest($2::bigint[], $3::text[], $4::text[], $5::text[]) as u on conflict do nothing
                """,
                PostgresValue.Of(to.Tenant.Value),
                PostgresValue.Of(batch.Dues.Select(d => d.At.Ticks).ToArray()),
                PostgresValue.Of(batch.Dues.Select(d => d.Stream.ToString()).ToArray()),
                PostgresValue.Of(batch.Dues.Select(d => d.Kind).ToArray()),
                PostgresValue.Of(batch.Dues.Select(d => d.Payload).ToArray())
            );
        if (batch.DuesDone.Count > 0)
            to.Add(
                """
                delete from lading.due d using unnest($2::bigint[], $3::text[], $4::text[]) as u (at, stream, kind)
                where d.tenant = $1 and d.at = u.at and d.stream = u.stream and d.kind = u.kind
                """,
                PostgresValue.Of(to.Tenant.Value),
                PostgresValue.Of(batch.DuesDone.Select(d => d.At.Ticks).ToArray()),
                PostgresValue.Of(batch.DuesDone.Select(d => d.Stream.ToString()).ToArray()),
                PostgresValue.Of(batch.DuesDone.Select(d => d.Kind).ToArray())
            );
    }

    private static void WriteMarks(PostgresTransaction to, BatchWrite batch)
    {
        if (batch.Marks.Count > 0)
            to.Add(
                """
                insert into lading.mark (tenant, policy, position) select $1, u.* from unnest($2::text[],
                    $3::bigint[]) as u
                on conflict (tenant, policy) do update set position = excluded.position
                """,
                PostgresValue.Of(to.Tenant.Value),
                PostgresValue.Of(batch.Marks.Keys.ToArray()),
                PostgresValue.Of(batch.Marks.Values.ToArray())
            );
    }

    private static void WriteSnapshots(PostgresTransaction to, BatchWrite batch)
    {
        if (batch.Snapshots.Count > 0)
            to.Add(
                """
                insert into lading.snapshot (tenant, stream, version, shape, state)
                select $1, u.* from unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bytea[]) as u
                on conflict (tenant, stream) do update set version = excluded.version, shape = excluded.shape, state =
                    excluded.state
                """,
                PostgresValue.Of(to.Tenant.Value),
                PostgresValue.Of(batch.Snapshots.Select(s => s.StreamId).ToArray()),
                PostgresValue.Of(batch.Snapshots.Select(s => s.Version).ToArray()),
                PostgresValue.Of(batch.Snapshots.Select(s => (long)s.SnapshotVersion).ToArray()),
                PostgresValue.Of(batch.Snapshots.Select(s => s.State).ToArray())
            );
    }
}
