using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization.Metadata;
using Lading.Kernel;
using Lading.Log;
using Microsoft.AspNetCore.Http;

namespace Lading.Platform.Http;

/// <summary>One HTTP write: its key, its body, its caller, and how it becomes a command with one remembered
/// outcome.</summary>
/// <typeparam name="T">The request body.</typeparam>
public sealed class CommandCall<T>
    where T : class
{
    private readonly HttpContext http;
    private readonly CommandId id;
    private readonly long fingerprint;
    private readonly long? ifMatch;

    internal CommandCall(HttpContext http, Caller caller, T body, CommandId id, long fingerprint, long? ifMatch)
    {
        this.http = http;
        (this.id, this.fingerprint, this.ifMatch) = (id, fingerprint, ifMatch);
        (Caller, Body) = (caller, body);
    }

    /// <summary>What the command is known by: the same request sent again has the same.</summary>
    public CommandId Id => id;

    /// <summary>Who calls.</summary>
    public Caller Caller { get; }

    /// <summary>The body.</summary>
    public T Body { get; }

    /// <summary>Sends the command; the first stream is the primary one. 201 with Location when
    /// <paramref name="created"/> is given, else 200.</summary>
    public async Task<IResult> Send(
        IReadOnlyList<StreamName> streams,
        Func<Deciding, Refusal?> decide,
        Func<string, string>? created = null
    ) => Respond(await Ask(streams, decide), created);

    /// <summary>Sends the command and gives its answer to who has more to say than the usual.</summary>
    public ValueTask<Answer> Ask(IReadOnlyList<StreamName> streams, Func<Deciding, Refusal?> decide) =>
        Caller.Log.Send(
            new Command
            {
                Id = id,
                Fingerprint = fingerprint,
                Actor = Caller.Actor,
                Streams = streams,
                IfMatch = ifMatch,
                Correlation = CommandCall.Correlation(http),
                Decide = decide,
            }
        );

    /// <summary>Refuses a request whose content is wrong: but a retry of a command that was decided gets its remembered
    /// answer.</summary>
    public async Task<IResult> Refuse(Checks checks, Func<string, string>? created = null) =>
        await Caller.Log.Recall(id, fingerprint) is { } answer ? Respond(answer, created) : Problems.Of(checks);

    /// <inheritdoc cref="Refuse(Checks, Func{string, string}?)" />
    public async Task<IResult> Refuse(Refusal refusal, Func<string, string>? created = null) =>
        await Caller.Log.Recall(id, fingerprint) is { } answer ? Respond(answer, created) : Problems.Of(refusal);

    /// <summary>What was answered to it before, or null.</summary>
    public ValueTask<Answer?> Recall() => Caller.Log.Recall(id, fingerprint);

    /// <summary>What an answer is in HTTP, with its headers. Of what is gone there is nothing to say.</summary>
    public IResult Respond(Answer answer, Func<string, string>? created = null)
    {
        http.Response.Headers["Lading-Position"] = answer.Position.ToString();
        if (answer.Replayed)
            http.Response.Headers["Idempotent-Replayed"] = "true";
        if (answer.Refusal is { } refusal)
            return Problems.Of(refusal);
        http.Response.Headers.ETag = $"\"{answer.Version}\"";
        if (HttpMethods.IsDelete(http.Request.Method))
            return Results.NoContent();
        return new WrittenResult(
            new Written(answer.Stream.Key, answer.Version, answer.Position),
            created?.Invoke(answer.Stream.Key)
        );
    }

    private sealed class WrittenResult(Written written, string? location) : IResult
    {
        public Task ExecuteAsync(HttpContext http)
        {
            http.Response.StatusCode = location is null ? StatusCodes.Status200OK : StatusCodes.Status201Created;
            if (location is not null)
                http.Response.Headers.Location = location;
            return http.Response.WriteAsJsonAsync(written, HttpJson.Default.Written);
        }
    }
}

/// <summary>Reads a write request: idempotency key, If-Match, strict JSON body.</summary>
public static class CommandCall
{
    /// <summary>The largest body of a single command.</summary>
    public const int MaxBody = 1 << 20;

    /// <summary>What is taken in of a larger one before it is answered; beyond that the connection ends.</summary>
    public const int MaxDrained = 8 * MaxBody;

    /// <summary>Reads the request, or answers what is wrong with its form.</summary>
    public static ValueTask<(CommandCall<T>? Call, IResult? Problem)> Read<T>(HttpContext http, JsonTypeInfo<T> json)
        where T : class => Read(http, json, null);

    /// <summary>The same of a command that says everything by its path: a body may be left out.</summary>
    public static ValueTask<(CommandCall<NoBody>? Call, IResult? Problem)> Read(HttpContext http) =>
        Read(http, HttpJson.Default.NoBody, new NoBody());

    private static async ValueTask<(CommandCall<T>? Call, IResult? Problem)> Read<T>(
        HttpContext http,
        JsonTypeInfo<T> json,
        T? otherwise
    )
        where T : class
    {
        var caller = Caller.Of(http);
        var key = http.Given(RequestHeaders.IdempotencyKey);
        if (key.Length is 0 or > 200)
            return (null, Problems.Of(HttpRefusals.KeyMissing(key)));
        if (!TryIfMatch(http, out var ifMatch, out var problem))
            return (null, Problems.Of(problem!));
        if (!http.Request.HasJsonContentType() && (otherwise is null || http.Request.ContentType is not null))
            return (null, Problems.Of(HttpRefusals.NotJson(http.Request.ContentType)));
        var (raw, tooLarge) = await ReadBody(http, MaxBody);
        if (tooLarge)
            return (null, Problems.Of(HttpRefusals.TooLarge(MaxBody)));
        var fingerprint = Fingerprint(http, raw.Span);
        var (body, refusal) =
            raw.IsEmpty && otherwise is not null ? (otherwise, null) : StrictJson.Read(raw.Span, json);
        return refusal is not null
            ? (null, Problems.Of(refusal))
            : (
                new CommandCall<T>(http, caller, body!, CommandId.From(caller.Credential, key), fingerprint, ifMatch),
                null
            );
    }

    /// <summary>Reads at most <paramref name="limit"/> bytes of the body.</summary>
    public static async ValueTask<(ReadOnlyMemory<byte> Body, bool TooLarge)> ReadBody(HttpContext http, int limit)
    {
        var reader = http.Request.BodyReader;
        if (http.Request.ContentLength > limit)
        {
            await Drain(reader, http.RequestAborted);
            return (default, true);
        }

        while (true)
        {
            var read = await reader.ReadAsync(http.RequestAborted);
            if (read.Buffer.Length > limit)
            {
                reader.AdvanceTo(read.Buffer.End);
                await Drain(reader, http.RequestAborted);
                return (default, true);
            }

            if (read.IsCompleted)
            {
                var bytes = read.Buffer.ToArray();
                reader.AdvanceTo(read.Buffer.End);
                return (bytes, false);
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <summary>Takes in the rest of a body that is too large, up to <see cref="MaxDrained"/>: who is still sending
    /// would see a broken connection instead of the answer.</summary>
    public static async ValueTask Drain(PipeReader reader, CancellationToken stop)
    {
        try
        {
            for (var left = (long)MaxDrained; left > 0; )
            {
                var read = await reader.ReadAsync(stop);
                left -= read.Buffer.Length;
                reader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                    return;
            }
        }
        catch (BadHttpRequestException)
        {
            // Far larger than is taken in: the connection ends after the answer, which names the route's own limit.
        }
    }

    /// <summary>The business conversation the caller names, which all facts of the command carry.</summary>
    public static string? Correlation(HttpContext http) =>
        http.Request.Headers.TryGetValue("Lading-Correlation", out var value)
        && value.ToString() is { Length: > 0 and <= 100 } text
            ? text
            : null;

    /// <summary>What two requests with one key must share: method, path, If-Match and raw body.</summary>
    public static long Fingerprint(HttpContext http, ReadOnlySpan<byte> body)
    {
        var request = http.Request;
        var ifMatch = request.Headers.IfMatch.ToString();
        var path = request.Path.Value ?? "";
        var buffer = ArrayPool<byte>.Shared.Rent(
            ((request.Method.Length + path.Length + ifMatch.Length) * 3) + 3 + body.Length
        );
        var at = 0;
        foreach (var part in (ReadOnlySpan<string>)[request.Method, path, ifMatch])
        {
            at += Encoding.UTF8.GetBytes(part, buffer.AsSpan(at));
            buffer[at++] = 0; // none of them can hold it
        }

        body.CopyTo(buffer.AsSpan(at));
        Span<byte> digest = stackalloc byte[32];
        SHA256.HashData(buffer.AsSpan(0, at + body.Length), digest);
        ArrayPool<byte>.Shared.Return(buffer);
        return BinaryPrimitives.ReadInt64LittleEndian(digest);
    }

    private static bool TryIfMatch(HttpContext http, out long? version, out Refusal? refusal)
    {
        (version, refusal) = (null, null);
        if (!http.Takes(RequestHeaders.IfMatch))
            return true;
        var text = http.Given(RequestHeaders.IfMatch);
        if (text.Length == 0 || text == "*")
            return true;
        if (
            text.Length > 2
            && text[0] == '"'
            && text[^1] == '"'
            && long.TryParse(text.AsSpan(1, text.Length - 2), out var parsed)
        )
        {
            version = parsed;
            return true;
        }

        refusal = HttpRefusals.BadIfMatch(text);
        return false;
    }
}

/// <summary>The refusals of the HTTP edge.</summary>
public static class HttpRefusals
{
    public static Refusal KeyMissing(string key) =>
        new(
            "idempotency-key.missing",
            RefusalKind.Invalid,
            "The header Idempotency-Key is needed on every write: 1 to 200 characters, new for each new request.",
            "Idempotency-Key",
            key.Length > 100 ? key[..100] : key,
            "Send a UUID, and send the same one when you retry."
        );

    public static Refusal BadIfMatch(string text) =>
        new(
            "if-match.malformed",
            RefusalKind.Invalid,
            "If-Match must be one ETag as an earlier answer gave it.",
            "If-Match",
            text.Length > 100 ? text[..100] : text,
            "Send the ETag header's value, quotes included."
        );

    public static Refusal NotJson(string? type) =>
        new(
            "request.not-json",
            RefusalKind.Invalid,
            "The body must be JSON.",
            "Content-Type",
            type,
            "Send Content-Type: application/json."
        );

    public static Refusal TooLarge(int limit) =>
        new(
            "request.too-large",
            RefusalKind.TooLarge,
            $"The body is larger than {limit} bytes.",
            "Content-Length",
            null,
            "Send less at once, or use the batch route."
        );
}
