using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json.Serialization;
using Lading.Kernel;
using Lading.Log;
using Lading.Log.Postgres;
using Npgsql;

namespace Lading.Bench;

public sealed record BenchPlaced(string Customer, long Lines);

public sealed record BenchReserved(string Sku, long Quantity);

public sealed record BenchOrder(long Lines);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(BenchPlaced))]
[JsonSerializable(typeof(BenchReserved))]
public sealed partial class PlacingJson : JsonSerializerContext;

/// <summary>
/// Commands like placing an order, in process, on PostgreSQL: two facts on a new stream, an order row and three stock
/// rows with them. One node at batches of 100 and of 500, then two nodes on the tenant. Arguments: an administrator's
/// connection string, seconds per run.
/// </summary>
public static class PostgresBench
{
    private static readonly Column Order = Column.Text("order_key");
    private static readonly Column Customer = Column.Text("customer");
    private static readonly Column Lines = Column.Integer("lines");
    private static readonly Column Sku = Column.Integer("sku");
    private static readonly Column Reserved = Column.Integer("reserved");
    private static readonly Table Orders = new("bench_order", [Order], [Customer, Lines], ["customer"]);
    private static readonly Table Stock = new("bench_stock", [Sku], [Reserved]);

    private sealed class NoCipher : IPersonalCipher
    {
        public byte[] Seal(string subject, string place, string text) => throw new NotSupportedException();

        public string? Open(string subject, string place, byte[] sealedBytes) => null;
    }

    public static async Task<int> Run(string[] args)
    {
        if (args.Length == 0)
        {
            Console.Error.WriteLine("Usage: bench postgres ADMIN-CONNECTION-STRING [SECONDS]");
            return 2;
        }

        var seconds = args.Length > 1 ? int.Parse(args[1]) : 5;
        var app = PostgresDatabase.DataSource(await PostgresDatabase.Init(args[0], "lading_bench"));
        await PostgresDatabase.SelfTest(app);
        await Measure(app, nodes: 1, batch: 100, seconds: 2);
        var raw = await OneByOne(app, clients: 16, seconds);
        Console.WriteLine($"one transaction per order, 16 clients: {raw:N0}/s");
        var hundred = await Measure(app, nodes: 1, batch: 100, seconds);
        Console.WriteLine($"one node, batches of 100: {hundred:N0}/s ({hundred / raw:N1} x)");
        var one = await Measure(app, nodes: 1, batch: 500, seconds);
        Console.WriteLine($"one node, batches of 500: {one:N0}/s ({one / raw:N1} x)");
        var two = await Measure(app, nodes: 2, batch: 500, seconds);
        Console.WriteLine($"two nodes on the tenant, batches of 500: {two:N0}/s ({two / one:P0} of one)");
        return 0;
    }

    private static LogModel Model()
    {
        var model = new LogModel();
        model.Events.Add("bench.placed.v1", PlacingJson.Default.BenchPlaced);
        model.Events.Add("bench.reserved.v1", PlacingJson.Default.BenchReserved);
        model.Add(
            new StreamKind<BenchOrder>(
                "order",
                _ => new BenchOrder(0),
                (s, e) => e is BenchPlaced p ? new BenchOrder(p.Lines) : s
            )
        );
        model.Add(
            Projection.Of(
                "bench-orders",
                1,
                ProjectionMode.Inline,
                [Orders, Stock],
                [typeof(BenchPlaced)],
                (fact, rows) =>
                {
                    var placed = (BenchPlaced)fact.Fact;
                    rows.Row(Orders, fact.Stream.Key).Set(Customer, placed.Customer).Set(Lines, placed.Lines);
                    for (var line = 0; line < 3; line++)
                        rows.Row(Stock, (fact.Position * 7 + line * 331) % 1_000).Add(Reserved, 1);
                }
            )
        );
        return model;
    }

    private static async Task<double> Measure(NpgsqlDataSource app, int nodes, int batch, int seconds)
    {
        var tenant = new TenantId(Guid.CreateVersion7());
        var logs = new List<TenantLog>();
        for (var i = 0; i < nodes; i++)
            logs.Add(
                await TenantLog.Open(
                    new TenantLogParts(
                        tenant,
                        Model(),
                        PostgresLogStore.Open(app, tenant),
                        PostgresFollowStore.Open(app, tenant),
                        new NoCipher(),
                        TimeProvider.System,
                        new CommitterOptions { BatchCommands = batch }
                    )
                    {
                        Follow = false,
                        React = false,
                        Poll = TimeSpan.FromMilliseconds(50),
                    }
                )
            );
        var placed = 0L;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(
            Enumerable
                .Range(0, nodes * batch * 2)
                .Select(w =>
                    Task.Run(async () =>
                    {
                        while (clock.Elapsed.TotalSeconds < seconds)
                        {
                            var answer = await logs[w % nodes].Send(Place());
                            if (!answer.Accepted)
                                throw new InvalidOperationException(answer.Refusal!.Message);
                            Interlocked.Increment(ref placed);
                        }
                    })
                )
        );
        var rate = placed / clock.Elapsed.TotalSeconds;
        foreach (var log in logs)
            await log.DisposeAsync();
        return rate;
    }

    private static Command Place()
    {
        var id = new CommandId(
            System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(RandomNumberGenerator.GetBytes(16))
        );
        var stream = StreamName.Of("order", id.ToString()[..16]);
        return new Command
        {
            Id = id,
            Fingerprint = 1,
            Actor = "bench",
            Streams = [stream],
            Decide = on =>
            {
                on.Append(stream, new BenchPlaced("C-10423", 3));
                on.Append(stream, new BenchReserved("SKU-881", 3_000));
                return null;
            },
        };
    }

    /// <summary>
    /// The raw limit of a design without batches: the same rows, a transaction and a sync for each order.
    /// </summary>
    private static async Task<double> OneByOne(NpgsqlDataSource app, int clients, int seconds)
    {
        var placed = 0L;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(
            Enumerable
                .Range(0, clients)
                .Select(client =>
                    Task.Factory.StartNew(
                        () =>
                        {
                            var tenant = new TenantId(Guid.CreateVersion7());
                            var session = new PostgresSession(app, tenant);
                            for (var i = 1L; clock.Elapsed.TotalSeconds < seconds; i++)
                            {
                                using var transaction = session.Begin();
                                transaction.Add(Insert, Values(tenant, i));
                                transaction.Add(Upsert, Values(tenant, i));
                                transaction.Commit();
                                Interlocked.Increment(ref placed);
                            }
                        },
                        TaskCreationOptions.LongRunning
                    )
                )
        );
        return placed / clock.Elapsed.TotalSeconds;
    }

    private const string Insert = """
        with s as (insert into lading.stream (tenant, id, name) values ($1, $2, 'order/' || $2))
        insert into lading.event (tenant, position, stream, version, type, happened, recorded, actor, command,
            causation, body, hash)
        select $1, $2 * 2 + v, $2, v, 'bench.placed.v1', 0, 0, 'bench', $1, 0, '{"customer":"C-10423","lines":3}', $3
            from generate_series(1, 2) v
        """;

    private const string Upsert = """
        with o as (insert into read_bench_orders__v1.bench_order__rows (tenant, generation, order_key, customer, lines)
            values ($1, 1, 'order/' || $2, 'C-10423', length($3)))
        insert into read_bench_orders__v1.bench_stock__rows as t (tenant, generation, sku, reserved)
        select $1, 1, ($2 * 7 + v * 331) % 1000, 1 from generate_series(1, 3) v
        on conflict (tenant, generation, sku) do update set reserved = t.reserved + excluded.reserved
        """;

    private static NpgsqlParameter[] Values(TenantId tenant, long order) =>
        [
            new NpgsqlParameter<Guid> { TypedValue = tenant.Value },
            new NpgsqlParameter<long> { TypedValue = order },
            new NpgsqlParameter<byte[]> { TypedValue = new byte[32] },
        ];
}
