using System.Buffers.Binary;
using System.Text;
using Lading.Kernel;
using Npgsql;

namespace Lading.Log.Postgres;

/// <summary>
/// The stored facts of one tenant in PostgreSQL, undecoded, also while nodes write. Needs a thread of its own: it
/// waits for pages.
/// </summary>
public sealed class PostgresRawFacts(NpgsqlDataSource app, TenantId tenant) : IRawFacts
{
    private const int Page = 10_000;
    private readonly PostgresSession session = new(app, tenant);

    /// <inheritdoc />
    public void Visit(RawFactVisitor visitor)
    {
        var reader = new PostgresLogReader(session);
        for (var after = 0L; ; )
        {
            var page = reader.ReadAfter(after, Page, CancellationToken.None).AsTask().GetAwaiter().GetResult();
            foreach (var fact in page)
            {
                if (!See(visitor, fact))
                    return;
                after = fact.Position;
            }

            if (page.Count < Page)
                return;
        }
    }

    /// <inheritdoc />
    public IReadOnlyList<string> EmptyStreams() =>
        session
            .Query(
                "select name from lading.stream s where not exists (select 1 from lading.event e where e.stream = "
                    + "s.id) order by id limit 1",
                r => r.GetString(0),
                CancellationToken.None
            )
            .AsTask()
            .GetAwaiter()
            .GetResult();

    /// <inheritdoc />
    public void Dispose() { }

    private static bool See(RawFactVisitor visitor, StoredFact fact)
    {
        var command = new byte[16];
        BinaryPrimitives.WriteUInt128LittleEndian(command, fact.Command.Value);
        var raw = new RawFact
        {
            Position = fact.Position,
            StreamId = fact.StreamId,
            Version = fact.Version,
            Stream = Encoding.UTF8.GetBytes(fact.Stream),
            Type = Encoding.UTF8.GetBytes(fact.Type),
            Happened = fact.Happened.Ticks,
            RecordedAt = fact.RecordedAt.Ticks,
            Actor = Encoding.UTF8.GetBytes(fact.Actor),
            Command = command,
            HasCorrelation = fact.Correlation is not null,
            Correlation = Encoding.UTF8.GetBytes(fact.Correlation ?? ""),
            Causation = fact.Causation,
            Body = fact.Body,
            Hash = fact.Hash,
        };
        return visitor(raw);
    }
}
