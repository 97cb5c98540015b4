using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Lading.Kernel;
using Lading.Log;
using Microsoft.AspNetCore.Http;

namespace Lading.Platform.Http;

/// <summary>What every read does first: is the read model built, is it new enough for this caller, which position does
/// the answer reflect.</summary>
public static class Reading
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Null when <paramref name="projection"/> can answer; else the response to give: 503 while it is being built, or
    /// when it does not reach the position in <c>Lading-At-Least</c>, or <paramref name="needed"/>, within 2 s. Sets
    /// <c>Lading-Position</c>.
    /// </summary>
    public static ValueTask<IResult?> Ready(HttpContext http, string projection, long needed = 0)
    {
        var header = http.Given(RequestHeaders.AtLeast);
        long least = 0;
        return header.Length > 0 && (!long.TryParse(header, out least) || least < 0)
            ? new(Problems.Of(ReadRefusals.BadAtLeast(header)))
            : Level(http, projection, Math.Max(least, needed));
    }

    /// <summary>The same for a command, which knows itself what it must have heard of.</summary>
    public static async ValueTask<IResult?> Level(HttpContext http, string projection, long least)
    {
        var log = Caller.Of(http).Log;
        var reached = log.Reached(projection);
        if (reached < 0)
            return Problems.Of(ReadRefusals.Building(projection, PercentOf(log, projection)));
        if (least > 0)
        {
            reached = await Reach(log, projection, least, http.RequestAborted);
            if (reached < least)
                return Problems.Of(ReadRefusals.Behind(projection, reached, least));
        }

        http.Response.Headers["Lading-Position"] = reached.ToString();
        return null;
    }

    /// <summary>The ETag of what a stream decides: ask for it before what is shown is read, and send it when that may
    /// be seen. What changes in between makes it too old, so that a change made by it is refused, never lost.</summary>
    public static async ValueTask<string> TagOf(HttpContext http, StreamName stream) =>
        $"\"{await Caller.Of(http).Log.ReadVersion(stream, http.RequestAborted)}\"";

    private static int PercentOf(TenantLog log, string projection) =>
        log.Status().FirstOrDefault(s => s.Name == projection && s.BuiltPercent is not null)?.BuiltPercent ?? 0;

    private static async ValueTask<long> Reach(TenantLog log, string projection, long least, CancellationToken stop)
    {
        var until = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        while (true)
        {
            var reached = log.Reached(projection);
            if (reached >= least || Environment.TickCount64 >= until)
                return reached;
            await Task.Delay(5, stop);
        }
    }
}

/// <summary>Page size and place of a keyset list: <c>?limit=</c> 1 to 500 (50 when not said) and <c>?cursor=</c> as an
/// earlier page gave it.</summary>
public sealed record Page(int Limit, Cell[]? After)
{
    private const int Most = 500;

    private static readonly QueryName LimitName = new("limit", QueryKind.Whole, "How many items a page has.")
    {
        Least = 1,
        Most = Most,
        Otherwise = "50",
    };

    private static readonly QueryName CursorName = new(
        "cursor",
        QueryKind.Text,
        "Where the page begins: as an earlier page of the same list gave it. The first page if not said."
    );

    /// <summary>What a list takes in its query.</summary>
    public static readonly IReadOnlyList<QueryName> Names = [LimitName, CursorName];

    /// <summary>Reads limit and cursor; <paramref name="keys"/> is how many values a cursor of this list
    /// holds.</summary>
    public static Page Read(HttpContext http, Checks checks, int keys) => Read(http, checks, keys, null);

    /// <summary>Reads limit and cursor; <paramref name="kinds"/> has a letter for each value a cursor of this list
    /// holds: i for an integer, t for a text.</summary>
    public static Page Read(HttpContext http, Checks checks, string kinds) => Read(http, checks, kinds.Length, kinds);

    private static Page Read(HttpContext http, Checks checks, int keys, string? kinds)
    {
        var limit = (int)http.Whole(LimitName, checks)!;
        var cursor = http.Given(CursorName);
        Cell[]? after = null;
        if (cursor.Length > 0)
            checks.That(
                TryRead(cursor, keys, kinds, out after),
                "cursor",
                cursor,
                "This is not a cursor of this list.",
                "Use the cursor of the page before, or none for the first page."
            );
        return new Page(limit, after);
    }

    /// <summary>The cursor of the page that starts after these values.</summary>
    public static string Cursor(params ReadOnlySpan<Cell> values)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartArray();
            foreach (var value in values)
                if (value.IsInteger)
                    json.WriteNumberValue(value.AsInteger);
                else
                    json.WriteStringValue(value.AsText);
            json.WriteEndArray();
        }

        return Base64Url.EncodeToString(stream.ToArray());
    }

    private static bool TryRead(string cursor, int keys, string? kinds, out Cell[]? cells)
    {
        cells = null;
        if (cursor.Length > 1_000 || !Base64Url.IsValid(cursor))
            return false;
        try
        {
            using var json = JsonDocument.Parse(Base64Url.DecodeFromChars(cursor));
            if (json.RootElement.ValueKind != JsonValueKind.Array || json.RootElement.GetArrayLength() != keys)
                return false;
            cells =
            [
                .. json
                    .RootElement.EnumerateArray()
                    .Select(e => e.ValueKind == JsonValueKind.Number ? (Cell)e.GetInt64() : e.GetString()),
            ];
            var read = cells;
            return kinds is null
                || !kinds.Where((k, i) => k == 'i' ? !read[i].IsInteger : read[i].AsText is null).Any();
        }
        catch (Exception error) when (error is JsonException or FormatException or InvalidOperationException)
        {
            return false;
        }
    }
}

/// <summary>Refusals of reads.</summary>
public static class ReadRefusals
{
    public static Refusal Building(string projection, int percent) =>
        new(
            "read-model.building",
            RefusalKind.Unavailable,
            $"The read model {projection} is being built from the log: {percent} per cent done.",
            Remedy: "Ask again shortly; everything else serves. See /api/v1/projections for how far it is."
        );

    public static Refusal Behind(string projection, long reached, long least) =>
        new(
            "read-model.behind",
            RefusalKind.Unavailable,
            $"The read model {projection} stands at position {reached}; you asked for at least {least}.",
            "Lading-At-Least",
            least.ToString(),
            "Ask again shortly."
        );

    public static Refusal BadAtLeast(string value) =>
        new(
            "lading-at-least.malformed",
            RefusalKind.Invalid,
            "Lading-At-Least is a log position: a whole number of 0 or more.",
            "Lading-At-Least",
            value.Length > 100 ? value[..100] : value,
            "Send the Lading-Position of an earlier answer."
        );
}
