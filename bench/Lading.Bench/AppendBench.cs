using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json.Serialization;
using Lading.Kernel;
using Lading.Log;
using Lading.Log.Sqlite;

namespace Lading.Bench;

public sealed record CounterMoved(long By, string Note);

public sealed record Counter(long Value);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(CounterMoved))]
[JsonSerializable(typeof(Counter))]
public sealed partial class BenchJson : JsonSerializerContext;

/// <summary>Single-event appends in process: durable, 256 writers, random command ids, on a log that remembers many
/// commands.</summary>
public static class AppendBench
{
    internal sealed class NoCipher : IPersonalCipher
    {
        public byte[] Seal(string subject, string place, string text) => throw new NotSupportedException();

        public string? Open(string subject, string place, byte[] sealedBytes) => null;
    }

    public static LogModel Model()
    {
        var model = new LogModel();
        model.Events.Add("bench.counter-moved.v1", BenchJson.Default.CounterMoved);
        model.Add(
            new StreamKind<Counter>(
                "counter",
                _ => new Counter(0),
                (s, e) => e is CounterMoved m ? new Counter(s.Value + m.By) : throw new InvalidOperationException()
            )
        );
        return model;
    }

    /// <summary>A log of counters, without followers and policies.</summary>
    internal static ValueTask<TenantLog> Open(string folder) =>
        TenantLog.Open(
            new TenantLogParts(
                new TenantId(Guid.CreateVersion7()),
                Model(),
                new SqliteLogStore(Path.Combine(folder, "log.db")),
                new SqliteFollowStore(Path.Combine(folder, "read.db")),
                new NoCipher(),
                TimeProvider.System,
                new CommitterOptions()
            )
            {
                Follow = false,
                React = false,
            }
        );

    public static async Task<int> Run(string[] args)
    {
        var remembered = args.Length > 0 ? int.Parse(args[0]) : 200_000;
        var seconds = args.Length > 1 ? int.Parse(args[1]) : 5;
        var folder = Directory.CreateTempSubdirectory("lading-bench").FullName;
        try
        {
            var log = await Open(folder);
            await Drive(log, 4096, remembered, TimeSpan.MaxValue);
            Console.WriteLine($"remembered {log.Head}");
            var (before, blocks) = (log.Head, Blocks(folder));
            var clock = Stopwatch.StartNew();
            await Drive(log, 256, long.MaxValue, TimeSpan.FromSeconds(seconds));
            var rate = (log.Head - before) / clock.Elapsed.TotalSeconds;
            var each = (log.Head - before) / (double)(Blocks(folder) - blocks);
            var raw = RawLimits.SqliteInserts(folder, 4);
            Console.WriteLine($"bare insert loop  {raw, 10:N0} rows/s in durable transactions of 1,000");
            Console.WriteLine(
                $"append            {rate, 10:N0}/s with 256 writers = {rate / raw:P0} of it, "
                    + $"{each:N0} events a sync"
            );
            Console.WriteLine(
                $"                  {GC.GetTotalAllocatedBytes() / log.Head} bytes allocated per command"
            );
            await log.DisposeAsync();
            return 0;
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    /// <summary>Batches that were committed, each with one sync: each left one block of outcomes.</summary>
    internal static long Blocks(string folder)
    {
        using var db = SqliteDb.OpenReader(Path.Combine(folder, "log.db"));
        return db.Scalar("select max(block) from outcome", r => r.Integer(0));
    }

    internal static async Task Drive(TenantLog log, int writers, long total, TimeSpan time)
    {
        long left = total;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(
            Enumerable
                .Range(0, writers)
                .Select(w =>
                    Task.Run(async () =>
                    {
                        var stream = StreamName.Of("counter", w.ToString());
                        while (Interlocked.Decrement(ref left) >= 0 && clock.Elapsed < time)
                        {
                            var id = new CommandId(
                                System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(
                                    RandomNumberGenerator.GetBytes(16)
                                )
                            );
                            var answer = await log.Send(
                                new Command
                                {
                                    Id = id,
                                    Fingerprint = 1,
                                    Actor = "bench",
                                    Streams = [stream],
                                    Decide = on =>
                                    {
                                        on.Append(stream, new CounterMoved(1, "a note of some length, as facts have"));
                                        return null;
                                    },
                                }
                            );
                            if (!answer.Accepted)
                                throw new InvalidOperationException(answer.Refusal!.Message);
                        }
                    })
                )
        );
    }
}
