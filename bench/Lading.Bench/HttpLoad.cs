using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Lading.Bench;

/// <summary>What a load did.</summary>
public sealed record LoadResult(
    long Requests,
    long Failures,
    double Seconds,
    double P50,
    double P80,
    double P99,
    string? FirstFailure,
    IReadOnlyList<float> WorstBySecond,
    DateTime Started
)
{
    /// <summary>0 when all were answered well, else 1: what a bench ends with.</summary>
    public int ExitCode => Failures == 0 && Requests > 0 ? 0 : 1;

    /// <summary>Requests per second.</summary>
    public double Rate => Requests / Seconds;

    /// <inheritdoc />
    public override string ToString() =>
        $"{Rate, 10:N0}/s  p50 {P50, 6:N1} ms  p99 {P99, 7:N1} ms  {Requests:N0} requests, "
        + $"{Failures} failed{(FirstFailure is null ? "" : $" ({FirstFailure})")}";
}

/// <summary>
/// A load over plain sockets, kept lean because it shares the machine with the server. Closed loop: a connection sends
/// when its last answer is
/// complete; such latencies say little under overload. Open loop, with a rate: request i is due at i / rate, and its
/// latency counts from then,
/// sent late or not, so that a stall of the server is not omitted.
/// </summary>
public static class HttpLoad
{
    /// <summary>Runs until the time or the number of requests is over.</summary>
    /// <param name="request">The bytes of request number i; called from many threads.</param>
    public static async Task<LoadResult> Run(
        string address,
        int connections,
        TimeSpan time,
        long most,
        Func<long, ReadOnlyMemory<byte>> request,
        double? rate = null
    )
    {
        var uri = new Uri(address);
        var end = new IPEndPoint(IPAddress.Parse(uri.Host == "localhost" ? "127.0.0.1" : uri.Host), uri.Port);
        var shared = new Shared(request, most, time, rate);
        await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(() => Connection(end, shared))));
        var seconds = shared.Clock.Elapsed.TotalSeconds;
        var all = shared.Latencies.SelectMany(l => l).Order().ToArray();
        return new LoadResult(
            all.Length,
            shared.Failures,
            seconds,
            At(all, 0.5),
            At(all, 0.8),
            At(all, 0.99),
            shared.FirstFailure,
            shared.WorstBySecond,
            shared.Started
        );
    }

    /// <summary>
    /// The latencies at an arrival rate: the one asked for, or four fifths of what the closed loop before came to where
    /// that is less, for beyond it they say only how long the run was.
    /// </summary>
    public static Task<LoadResult> OnTime(
        string address,
        int connections,
        TimeSpan time,
        Func<long, ReadOnlyMemory<byte>> request,
        double asked,
        LoadResult closed
    ) => Run(address, connections, time, long.MaxValue, request, Math.Min(asked, 0.8 * closed.Rate));

    /// <summary>A request's bytes.</summary>
    public static byte[] Get(string path, string key) =>
        Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {key}\r\n\r\n");

    /// <summary>A write's bytes.</summary>
    public static byte[] Post(string path, string key, string idempotencyKey, string json) =>
        Encoding.UTF8.GetBytes(
            $"POST {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {key}\r\nIdempotency-Key: "
                + $"{idempotencyKey}\r\n"
                + $"Content-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(json)}\r\n\r\n{json}"
        );

    private static double At(float[] sorted, double quantile) =>
        sorted.Length == 0 ? 0 : sorted[(int)((sorted.Length - 1) * quantile)];

    private sealed class Shared(Func<long, ReadOnlyMemory<byte>> request, long most, TimeSpan time, double? rate)
    {
        private long next = -1;
        private long failures;

        public DateTime Started { get; } = TimeProvider.System.GetUtcNow().UtcDateTime;

        public Stopwatch Clock { get; } = Stopwatch.StartNew();

        public List<List<float>> Latencies { get; } = [];

        public string? FirstFailure { get; private set; }

        /// <summary>The longest wait of those that were due in each second, in ms.</summary>
        public float[] WorstBySecond { get; } = new float[Math.Clamp((int)Math.Ceiling(time.TotalSeconds), 1, 3_600)];

        public float Waited(TimeSpan due)
        {
            var waited = (float)(Clock.Elapsed - due).TotalMilliseconds;
            ref var worst = ref WorstBySecond[Math.Min((int)due.TotalSeconds, WorstBySecond.Length - 1)];
            for (var was = worst; was < waited; )
            {
                var now = Interlocked.CompareExchange(ref worst, waited, was);
                if (now == was)
                    break;
                was = now;
            }

            return waited;
        }

        public long Failures => failures;

        public bool TryNext(out ReadOnlyMemory<byte> bytes, out TimeSpan due)
        {
            var i = Interlocked.Increment(ref next);
            due = rate is { } perSecond ? TimeSpan.FromSeconds(i / perSecond) : Clock.Elapsed;
            bytes = i < most && due < time ? request(i) : default;
            return bytes.Length > 0;
        }

        public void Fail(ReadOnlySpan<byte> answer)
        {
            Interlocked.Increment(ref failures);
            FirstFailure ??= Encoding.UTF8.GetString(answer[..Math.Min(600, answer.Length)]);
        }
    }

    private static async Task Connection(IPEndPoint end, Shared shared)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(end);
        var latencies = new List<float>(10_000);
        lock (shared.Latencies)
            shared.Latencies.Add(latencies);
        var buffer = new byte[256 * 1024];
        while (shared.TryNext(out var bytes, out var due))
        {
            if (due - shared.Clock.Elapsed is { Ticks: > 0 } early)
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(early.TotalMilliseconds))); // never early
            await socket.SendAsync(bytes);
            var length = 0;
            while (!IsComplete(buffer.AsSpan(0, length)))
            {
                var read = await socket.ReceiveAsync(buffer.AsMemory(length));
                if (read == 0)
                    throw new IOException("The server closed the connection.");
                length += read;
            }

            latencies.Add(shared.Waited(due));
            if (buffer[9] != (byte)'2')
                shared.Fail(buffer.AsSpan(0, length));
        }
    }

    private static bool IsComplete(ReadOnlySpan<byte> answer)
    {
        var head = answer.IndexOf("\r\n\r\n"u8);
        if (head < 0)
            return false;
        var headers = answer[..head];
        var at = headers.IndexOf("Content-Length: "u8);
        if (at < 0)
            return answer.EndsWith("0\r\n\r\n"u8);
        var digits = headers[(at + 16)..];
        var stop = digits.IndexOf((byte)'\r');
        System.Buffers.Text.Utf8Parser.TryParse(stop < 0 ? digits : digits[..stop], out int length, out _);
        return answer.Length >= head + 4 + length;
    }
}
