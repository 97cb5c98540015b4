using Lading.Kernel;
using Npgsql;

namespace Lading.Log.Postgres;

/// <summary>
/// One transaction in a tenant's scope: READ COMMITTED, the scope set before anything else, statements sent together as
/// far as possible, no time-out and no cancellation, because a cancelled COMMIT can be reported as a success. Only the
/// wait for a lock is bounded, and only before COMMIT. Ends with <see cref="Commit"/>, else undone.
/// </summary>
public sealed class PostgresTransaction : IDisposable
{
    private readonly NpgsqlConnection connection;
    private readonly List<NpgsqlBatchCommand> queued = [];
    private int skipped;
    private bool sent;
    private bool over;
    private string? warning;

    internal PostgresTransaction(NpgsqlDataSource app, TenantId tenant, string searchPath, TimeSpan lockWait)
    {
        Tenant = tenant;
        try
        {
            connection = app.OpenConnection();
        }
        catch (Exception fault) when (PostgresFault.IsDatabase(fault))
        {
            throw PostgresFault.Of(fault);
        }

        connection.Notice += Heard;
        Add("begin isolation level read committed");
        Add(
            PostgresSession.KeyedScope,
            PostgresValue.Of(tenant.Value.ToString()),
            PostgresValue.Of(searchPath),
            PostgresValue.Of($"{lockWait.TotalMilliseconds:0}ms")
        );
    }

    /// <summary>The tenant whose rows are visible.</summary>
    public TenantId Tenant { get; }

    /// <summary>
    /// Adds a statement; it is sent with the next query or the commit. Parameters are positional: $1, $2 …
    /// </summary>
    public void Add(string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter);
        queued.Add(command);
        if (sql.StartsWith("select", StringComparison.Ordinal))
            skipped++;
    }

    /// <summary>Sends what is queued and this query, and reads its rows.</summary>
    public List<T> Query<T>(string sql, Func<NpgsqlDataReader, T> map, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        ObjectDisposedException.ThrowIf(over, this);
        var skip = skipped;
        Add(sql, parameters);
        try
        {
            using var batch = Batch();
            using var reader = batch.ExecuteReader();
            for (; skip > 0; skip--)
                reader.NextResult();
            var rows = new List<T>();
            while (reader.Read())
                rows.Add(map(reader));
            return rows;
        }
        catch (Exception fault) when (PostgresFault.IsDatabase(fault))
        {
            End();
            throw PostgresFault.Of(fault);
        }
    }

    /// <summary>Sends what is queued and commits.</summary>
    /// <exception cref="OutcomeUnknown">
    /// The connection was lost (recoverable: the next transaction finds out), or the server warned while it committed
    /// (final: it may have committed without waiting for its standby).
    /// </exception>
    public void Commit()
    {
        ObjectDisposedException.ThrowIf(over, this);
        warning = null;
        Add("set local lock_timeout = 0");
        Add("commit");
        try
        {
            using var batch = Batch();
            batch.ExecuteNonQuery();
        }
        catch (PostgresException refused) when (warning is null && !PostgresFault.EndsSession(refused) && IsOpen)
        {
            End();
            throw PostgresFault.Of(refused);
        }
        catch (Exception fault) when (PostgresFault.IsDatabase(fault))
        {
            // A server that goes down warns before it hangs up: that is a lost connection, even where it ended a wait
            // for a standby. The commit that settles it waits for the standby too, and for everything before it.
            var ended = !IsOpen;
            End();
            if (warning is not null && !(ended && warning.StartsWith("57P", StringComparison.Ordinal)))
                throw Warned(fault);
            throw new OutcomeUnknown(
                $"The connection to PostgreSQL was lost during COMMIT: {fault.Message} "
                    + "A retry with the same id settles it.",
                fault
            )
            {
                Recoverable = true,
            };
        }

        sent = false;
        End();
        if (warning is not null)
            throw Warned(null);
    }

    private bool IsOpen => connection.FullState == System.Data.ConnectionState.Open;

    /// <summary>Undoes what was not committed.</summary>
    public void Dispose() => End();

    private NpgsqlBatch Batch()
    {
        var batch = new NpgsqlBatch(connection) { Timeout = 0 };
        foreach (var command in queued)
            batch.BatchCommands.Add(command);
        queued.Clear();
        skipped = 0;
        sent = true;
        return batch;
    }

    private void End()
    {
        if (over)
            return;
        over = true;
        try
        {
            if (sent && IsOpen)
            {
                using var undo = new NpgsqlCommand("rollback", connection) { CommandTimeout = 5 };
                undo.ExecuteNonQuery();
            }
        }
        catch (Exception fault) when (PostgresFault.IsDatabase(fault))
        {
            // The connection is gone, and its transaction with it.
        }
        finally
        {
            connection.Notice -= Heard;
            connection.Dispose();
        }
    }

    private void Heard(object sender, NpgsqlNoticeEventArgs heard)
    {
        if (heard.Notice.InvariantSeverity is "WARNING")
            warning ??= $"{heard.Notice.SqlState} {heard.Notice.MessageText}";
    }

    private OutcomeUnknown Warned(Exception? fault) =>
        new(
            $"PostgreSQL warned while committing ({warning}): it may have committed without its standby. "
                + "Writing has stopped; check replication, then restart.",
            fault
        );
}
