using System.Text.Json.Serialization;
using Lading.Kernel;
using Lading.Log;
using Lading.Log.Postgres;
using Npgsql;

namespace Lading.Floors.Tests.Log.Postgres;

public sealed record PurseFilled(long By, string Note);

public sealed record PurseState(long Sum);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(PurseFilled))]
[JsonSerializable(typeof(PurseState))]
internal sealed partial class PurseJson : JsonSerializerContext;

/// <summary>A small model with a rule that two nodes could break together: a purse may never go below zero.</summary>
internal static class Purse
{
    public static readonly Column Key = Column.Text("key");
    public static readonly Column Sum = Column.Integer("sum");
    public static readonly Column Note = Column.Text("note");
    public static readonly Table Sums = new("purse_sum", [Key], [Sum, Note], ["sum"]);
    public static readonly Table Followed = new("purse_followed", [Key], [Sum]);

    public static LogModel Model(int version = 1)
    {
        var model = new LogModel();
        model.Events.Add("test.purse-filled.v1", PurseJson.Default.PurseFilled);
        model.Add(
            new StreamKind<PurseState>(
                "purse",
                _ => new PurseState(0),
                Evolve,
                PurseJson.Default.PurseState,
                snapshotEvery: 10
            )
        );
        model.Add(
            Projection.Of(
                "purse-sums",
                version,
                ProjectionMode.Inline,
                [Sums],
                [typeof(PurseFilled)],
                (fact, rows) =>
                    rows.Row(Sums, fact.Stream.Key)
                        .Add(Sum, ((PurseFilled)fact.Fact).By)
                        .Set(Note, ((PurseFilled)fact.Fact).Note)
            )
        );
        model.Add(
            Projection.Of(
                "purse-followed",
                version,
                ProjectionMode.Follower,
                [Followed],
                [typeof(PurseFilled)],
                (fact, rows) => rows.Row(Followed, fact.Stream.Key).Add(Sum, ((PurseFilled)fact.Fact).By)
            )
        );
        return model;
    }

    public static ValueTask<TenantLog> Open(
        NpgsqlDataSource app,
        TenantId tenant,
        int version = 1,
        bool follow = true,
        TimeSpan? lockWait = null
    ) =>
        TenantLog.Open(
            new TenantLogParts(
                tenant,
                Model(version),
                PostgresLogStore.Open(app, tenant, lockWait),
                PostgresFollowStore.Open(app, tenant, lockWait),
                new NoCipher(),
                TimeProvider.System,
                new CommitterOptions()
            )
            {
                Poll = TimeSpan.FromMilliseconds(20),
                Follow = follow,
            }
        );

    public static TenantId NewTenant() => new(Guid.CreateVersion7());

    public static Command Fill(string key, long by, string id) =>
        new()
        {
            Id = CommandId.From("fill", id),
            Fingerprint = by,
            Actor = "test",
            Streams = [StreamName.Of("purse", key)],
            Decide = on =>
            {
                var stream = StreamName.Of("purse", key);
                if (on.State<PurseState>(stream).Sum + by < 0)
                    return new Refusal("purse.empty", RefusalKind.Conflict, "There is not enough in it.");
                on.Append(stream, new PurseFilled(by, id));
                return null;
            },
        };

    public static async Task<long> SumOf(IReads reads, string table, string key) =>
        (
            await reads.Query($"select sum from {table} where key = $1", r => r.Integer(0), CancellationToken.None, key)
        ).FirstOrDefault();

    private static PurseState Evolve(PurseState state, object fact) =>
        fact is PurseFilled filled ? new PurseState(state.Sum + filled.By) : throw new InvalidOperationException();

    private sealed class NoCipher : IPersonalCipher
    {
        public byte[] Seal(string subject, string place, string text) => throw new NotSupportedException();

        public string? Open(string subject, string place, byte[] sealedBytes) => null;
    }
}
