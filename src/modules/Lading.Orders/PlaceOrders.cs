using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Lading.Contracts.Orders;
using Lading.Kernel;
using Lading.Log;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Lading.Orders;

/// <summary>One line of <c>POST /orders/batch</c>.</summary>
public sealed record BatchOrder : PlaceOrderRequest
{
    /// <summary>The line's own command id under the request's key; left out: the line's number.</summary>
    public string? Id { get; init; }
}

/// <summary>What became of one line; the n-th result speaks of the n-th line that is not blank.</summary>
/// <param name="Status">As it would be for the same order alone: 201, 400, 409, 413, 422, 503.</param>
public sealed record BatchResult(
    int Line,
    string? Id,
    int Status,
    string? Order,
    long? Version,
    long? Position,
    bool? Replayed,
    Problem? Problem
);

/// <summary>
/// <c>POST /orders/batch</c>: NDJSON in, NDJSON out. Each line is a command of its own: some may be placed while
/// others are
/// refused, and the whole may be sent again. Read, decided and committed in pipeline; answered when all are known.
/// Beyond its bounds reading stops: the lines before that are placed, so the answer is theirs, and its last line says
/// where it stopped; 413 is the answer of a batch of which nothing was taken.
/// </summary>
public static class PlaceOrders
{
    public const int MaxLines = 10_000;
    public const long MaxBytes = 32 << 20;
    private const int InFlight = 512;
    private const int Patience = 500;

    public static async Task<IResult> Handle(HttpContext http, OrderNumbers numbers)
    {
        var key = http.Given(RequestHeaders.IdempotencyKey);
        if (key.Length is 0 or > 200)
            return Problems.Of(HttpRefusals.KeyMissing(key));
        var size = http.Features.Get<IHttpMaxRequestBodySizeFeature>();
        if (size is { IsReadOnly: false })
            size.MaxRequestBodySize = MaxBytes + CommandCall.MaxDrained;
        if (http.Request.ContentLength > MaxBytes)
        {
            await CommandCall.Drain(http.Request.BodyReader, http.RequestAborted);
            return Problems.Of(HttpRefusals.TooLarge((int)MaxBytes));
        }

        var batch = new Batch(http, key, numbers);
        var results = await batch.Run();
        if (batch.Cut is not { } cut)
            return new BatchAnswer(results);
        if (results.Count == 0)
            return Problems.Of(cut, batch.Line);
        results.Add(Batch.Refused(batch.Line, null, Problems.Describe(cut) with { Line = batch.Line }));
        return new BatchAnswer(results);
    }

    /// <summary>One request's lines on their way.</summary>
    private sealed class Batch(HttpContext http, string key, OrderNumbers numbers)
    {
        private readonly Caller caller = Caller.Of(http);
        private readonly SemaphoreSlim room = new(InFlight);
        private readonly List<Task<BatchResult>> sent = [];

        /// <summary>The line that was looked at last.</summary>
        public int Line { get; private set; }

        /// <summary>Why reading stopped before the end, at <see cref="Line"/>.</summary>
        public Refusal? Cut { get; private set; }

        public async Task<List<BatchResult>> Run()
        {
            long bytes = 0;
            var reader = http.Request.BodyReader;
            while (Cut is null)
            {
                var read = await reader.ReadAsync(http.RequestAborted);
                var rest = read.Buffer;
                while (Cut is null && TryLine(ref rest, read.IsCompleted, out var one))
                {
                    bytes += one.Length + 1;
                    await Take(one, bytes);
                }

                if (Cut is null && rest.Length > CommandCall.MaxBody)
                    Stop(Line + 1);
                reader.AdvanceTo(rest.Start, rest.End);
                if (read.IsCompleted)
                    break;
            }

            if (Cut is not null)
                await CommandCall.Drain(reader, http.RequestAborted);
            return [.. await Task.WhenAll(sent)];
        }

        private static bool TryLine(ref ReadOnlySequence<byte> rest, bool completed, out ReadOnlyMemory<byte> one)
        {
            one = default;
            var end = rest.PositionOf((byte)'\n');
            if (end is null && (!completed || rest.IsEmpty))
                return false;
            one = end is null ? rest.ToArray() : rest.Slice(0, end.Value).ToArray();
            rest = end is null ? rest.Slice(rest.End) : rest.Slice(rest.GetPosition(1, end.Value));
            return true;
        }

        private async Task Take(ReadOnlyMemory<byte> text, long bytes)
        {
            Line++;
            var blank = text.Span.Trim(" \t\r"u8).IsEmpty;
            if (bytes > MaxBytes || text.Length > CommandCall.MaxBody || (sent.Count >= MaxLines && !blank))
                Stop(Line);
            if (blank || Cut is not null)
                return;

            await room.WaitAsync(http.RequestAborted);
            sent.Add(Place(text, Line));
        }

        private void Stop(int at) =>
            (Line, Cut) = (at, OrderRefusals.BatchTooLarge(at, MaxLines, MaxBytes, CommandCall.MaxBody));

        private async Task<BatchResult> Place(ReadOnlyMemory<byte> text, int at)
        {
            try
            {
                var (body, malformed) = StrictJson.Read(text.Span, OrdersHttp.Default.BatchOrder);
                if (malformed is not null)
                    return Refused(at, null, Problems.Describe(malformed));
                var id = CommandId.From(caller.Credential, key, body!.Id is { } own ? $"id {own}" : $"line {at}");
                var fingerprint = CommandCall.Fingerprint(http, text.Span);
                var checks = new Checks();
                var wanted = PlaceOrder.Read(body, caller, numbers, checks);
                if (!checks.Pass)
                {
                    return await caller.Log.Recall(id, fingerprint) is { } known
                        ? Answered(at, body.Id, known)
                        : Refused(at, body.Id, Problems.Describe(checks));
                }

                return Answered(at, body.Id, await Send(id, fingerprint, wanted, body.Happened));
            }
            catch (StoreFault)
            {
                return Refused(at, null, Problems.Describe(OrderRefusals.NotKnown()));
            }
            finally
            {
                room.Release();
            }
        }

        /// <summary>A full queue makes the batch wait, not fail: it is one caller that sends many.</summary>
        private async Task<Answer> Send(CommandId id, long fingerprint, OrderPlaced wanted, DateTimeOffset? happened)
        {
            var stream = Order.Stream(wanted.Order);
            var command = new Command
            {
                Id = id,
                Fingerprint = fingerprint,
                Actor = caller.Actor,
                Streams = [stream],
                Correlation = CommandCall.Correlation(http),
                Decide = on => PlaceOrder.Place(on, stream, caller, wanted, happened),
            };
            for (var tries = 0; ; tries++)
            {
                var answer = await caller.Log.Send(command);
                if (answer.Refusal is not { Kind: RefusalKind.Unavailable } || tries >= Patience)
                    return answer;
                await Task.Delay(20, http.RequestAborted);
            }
        }

        private static BatchResult Answered(int at, string? id, Answer answer) =>
            answer.Refusal is { } refusal
                ? Refused(at, id, Problems.Describe(refusal)) with
                {
                    Replayed = answer.Replayed ? true : null,
                }
                : new BatchResult(
                    at,
                    id,
                    StatusCodes.Status201Created,
                    answer.Stream.Key,
                    answer.Version,
                    answer.Position,
                    answer.Replayed ? true : null,
                    null
                );

        public static BatchResult Refused(int at, string? id, Problem problem) =>
            new(at, id, problem.Status, null, null, null, null, problem);
    }

    private sealed class BatchAnswer(List<BatchResult> results) : IResult
    {
        public async Task ExecuteAsync(HttpContext http)
        {
            http.Response.ContentType = "application/x-ndjson";
            http.Response.Headers["Lading-Position"] = results.Select(r => r.Position ?? 0).Append(0).Max().ToString();
            var writer = http.Response.BodyWriter;
            await using var json = new Utf8JsonWriter(writer);
            foreach (var result in results)
            {
                JsonSerializer.Serialize(json, result, OrdersHttp.Default.BatchResult);
                await json.FlushAsync(http.RequestAborted); // into the pipe, not yet to the client
                json.Reset();
                writer.Write("\n"u8);
                if (writer.UnflushedBytes > 1 << 16)
                    await writer.FlushAsync(http.RequestAborted);
            }

            await writer.FlushAsync(http.RequestAborted);
        }
    }
}
