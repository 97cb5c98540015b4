using System.Globalization;
using System.Text;
using System.Text.Json;
using Lading.Kernel;
using Lading.Log;
using Lading.Platform.Access;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Lading.Server;

/// <summary>
/// <c>GET /events</c>: the tenant's log as a JSON page or, with <c>Accept: text/event-stream</c>, live from a position.
/// A stream's id is the
/// position; <c>Last-Event-ID</c> beats <c>after</c>; a comment with the position goes out every 5 s even when
/// everything was filtered. It holds the log open, and ends when the log ends.
/// </summary>
public static class EventRoutes
{
    private const int MostPage = 1_000;
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Slowest = TimeSpan.FromSeconds(10);

    private static readonly QueryName After = new("after", QueryKind.Whole, "The position after which it begins.")
    {
        Otherwise = "0",
    };

    private static readonly QueryName Limit = new("limit", QueryKind.Whole, "How many events a page has.")
    {
        Least = 1,
        Most = MostPage,
        Otherwise = "100",
    };

    private static readonly QueryName OfStream = new("stream", QueryKind.Text, "Only streams whose name begins so.");
    private static readonly QueryName OfType = new("type", QueryKind.Text, "Only types whose name begins so.");

    /// <summary>Serves the log.</summary>
    public static void Map(IEndpointRouteBuilder api)
    {
        api.Get("/events", "events.read", Events)
            .Query(After, Limit, OfStream, OfType)
            .Header(RequestHeaders.LastEventId)
            .OwnRecords()
            .Produces<LogPage>()
            .WithTags("Events")
            .WithSummary("The log after a position: a JSON page, or server-sent events that resume.");
        api.Get("/events/types", "events.read", Types)
            .Produces<EventNames>()
            .WithTags("Events")
            .WithSummary("The names of all events this program knows.");
        api.Get("/events/{position:long}", "events.read", One)
            .OwnRecords()
            .Produces<LogEvent>()
            .WithTags("Events")
            .WithSummary("One event with its envelope.");
    }

    private static Task<IResult> Types(HttpContext http)
    {
        var names = Caller.Of(http).Log.Model.Events.All.Select(e => e.Name).ToArray();
        return Task.FromResult(Results.Json(new EventNames(names), ServerJson.Default.EventNames));
    }

    private static async Task<IResult> One(HttpContext http)
    {
        var text = (string)http.Request.RouteValues["position"]!;
        var caller = Caller.Of(http);
        var found =
            long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var position) && position > 0
                ? await Seen(
                    caller,
                    await caller.Log.ReadAfter(position - 1, 1, http.RequestAborted),
                    http.RequestAborted
                )
                : [];
        return found.Count == 0
            ? Problems.Of(EventRefusals.NoSuch(text))
            : new EventPage(found, null, found[0].Position, single: true);
    }

    private static async Task<IResult> Events(HttpContext http)
    {
        var checks = new Checks();
        var after = (long)http.Whole(After, checks)!;
        var limit = (int)http.Whole(Limit, checks)!;
        var last = http.Given(RequestHeaders.LastEventId);
        if (last.Length > 0)
            checks.That(
                long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out after),
                "Last-Event-ID",
                last,
                "Last-Event-ID is a log position.",
                "Send the id of the last event you saw."
            );
        var filter = Filter.Read(http);
        if (!checks.Pass)
            return Problems.Of(checks);
        var log = Caller.Of(http).Log;
        if (http.Request.Headers.Accept.ToString().Contains("text/event-stream", StringComparison.OrdinalIgnoreCase))
            return new EventStream(Caller.Of(http), after, filter);
        var (facts, reached) = await Page(Caller.Of(http), after, limit, filter, http.RequestAborted);
        http.Response.Headers["Lading-Position"] = log.Head.ToString(CultureInfo.InvariantCulture);
        return new EventPage(facts, reached < log.Head ? reached : null, reached, single: false);
    }

    /// <summary>Reads on until the page is full, the head is reached, or 20,000 facts were looked at.</summary>
    private static async ValueTask<(List<Recorded> Facts, long Reached)> Page(
        Caller caller,
        long after,
        int limit,
        Filter filter,
        CancellationToken stop
    )
    {
        var facts = new List<Recorded>();
        for (var looked = 0; looked < 20_000 && facts.Count < limit; )
        {
            var page = await caller.Log.ReadAfter(after, 1_000, stop);
            if (page.Count == 0)
                break;
            looked += page.Count;
            foreach (var fact in await Seen(caller, [.. page.Where(filter.Takes)], stop))
            {
                if (facts.Count == limit)
                    return (facts, facts[^1].Position);
                facts.Add(fact);
            }

            after = page[^1].Position;
        }

        return (facts, after);
    }

    private static ValueTask<IReadOnlyList<Recorded>> Seen(
        Caller caller,
        IReadOnlyList<Recorded> facts,
        CancellationToken stop
    ) => StreamGuard.Seen(Guards, caller, facts, stop);

    private static readonly StreamGuard[] Guards =
    [
        .. LadingHost.ModulesBy(TimeProvider.System).SelectMany(m => m.Guards),
    ];

    private sealed record Filter(string Stream, string Type)
    {
        public static Filter Read(HttpContext http) => new(http.Given(OfStream), http.Given(OfType));

        public bool Takes(Recorded fact) =>
            (Stream.Length == 0 || fact.Stream.ToString().StartsWith(Stream, StringComparison.Ordinal))
            && (Type.Length == 0 || fact.Type.StartsWith(Type, StringComparison.Ordinal));
    }

    private sealed class EventPage(IReadOnlyList<Recorded> facts, long? next, long reached, bool single) : IResult
    {
        public async Task ExecuteAsync(HttpContext http)
        {
            http.Response.ContentType = "application/json; charset=utf-8";
            await using var json = new Utf8JsonWriter(http.Response.BodyWriter);
            if (single)
            {
                EventJson.Write(json, facts[0]);
                return;
            }

            json.WriteStartObject();
            json.WriteStartArray("items");
            foreach (var fact in facts)
                EventJson.Write(json, fact);
            json.WriteEndArray();
            json.WriteNumber("position", reached);
            if (next is { } after)
                json.WriteNumber("next", after);
            json.WriteEndObject();
        }
    }

    private sealed class EventStream(Caller caller, long after, Filter filter) : IResult
    {
        public async Task ExecuteAsync(HttpContext http)
        {
            http.Response.ContentType = "text/event-stream";
            http.Response.Headers.CacheControl = "no-store";
            http.Response.Headers["X-Accel-Buffering"] = "no";
            var stop = http.RequestAborted;
            var clock = http.RequestServices.GetRequiredService<TimeProvider>();
            var said = clock.GetTimestamp();
            await Comment(http, after, stop);
            try
            {
                while (!stop.IsCancellationRequested && !caller.Log.IsClosed && await MayStill(http))
                {
                    using var beat = new CancellationTokenSource(Beat, clock);
                    using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, beat.Token);
                    var more = await caller.Log.WaitPast(after, either.Token);
                    if (more && await Send(http, await caller.Log.ReadAfter(after, 1_000, stop), stop))
                        said = clock.GetTimestamp();
                    else if (!more || clock.GetElapsedTime(said) >= Beat)
                    {
                        // Nothing for this caller on a busy log: it still hears how far it was read.
                        said = clock.GetTimestamp();
                        await Comment(http, after, stop);
                    }
                }
            }
            catch (OperationCanceledException)
            {
                // The client left, or was too slow for its buffer: it resumes from its last id.
            }
        }

        /// <summary>What was taken from the caller since is taken from what runs: asked before every page, which is
        /// then that of the caller as they are now.</summary>
        private static async ValueTask<bool> MayStill(HttpContext http) =>
            http.Features.Get<DoorKeeper>() is not { } keeper || await keeper.Again(http) is null;

        /// <summary>Whether anything passed the filter.</summary>
        private async Task<bool> Send(HttpContext http, IReadOnlyList<Recorded> facts, CancellationToken stop)
        {
            using var slow = CancellationTokenSource.CreateLinkedTokenSource(stop);
            slow.CancelAfter(Slowest);
            using var buffer = new MemoryStream();
            after = facts[^1].Position;
            foreach (var fact in await Seen(Caller.Of(http), [.. facts.Where(filter.Takes)], stop))
            {
                buffer.Write(Encoding.ASCII.GetBytes($"id: {fact.Position}\nevent: {fact.Type}\ndata: "));
                await using (var json = new Utf8JsonWriter(buffer))
                    EventJson.Write(json, fact);
                buffer.Write("\n\n"u8);
            }

            if (buffer.Length == 0)
                return false;
            await http.Response.BodyWriter.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), slow.Token);
            return true;
        }

        private static async Task Comment(HttpContext http, long position, CancellationToken stop)
        {
            await http.Response.BodyWriter.WriteAsync(Encoding.ASCII.GetBytes($": {position}\n\n"), stop);
            await http.Response.BodyWriter.FlushAsync(stop);
        }
    }
}

/// <summary>An event as <see cref="EventJson"/> writes it: the shape for the API document.</summary>
public sealed record LogEvent(
    long Position,
    string Stream,
    long Version,
    string Type,
    DateTime Happened,
    DateTime Recorded,
    string Actor,
    string Command,
    string? Correlation,
    long? Causation,
    string Hash,
    System.Text.Json.Nodes.JsonObject Body
);

/// <summary>A page of the log: <c>Position</c> is how far it was read, <c>Next</c> where to go on.</summary>
public sealed record LogPage(IReadOnlyList<LogEvent> Items, long Position, long? Next);

/// <summary>Answer of <c>GET /events/types</c>.</summary>
public sealed record EventNames(IReadOnlyList<string> Items);

/// <summary>Refusals about events.</summary>
public static class EventRefusals
{
    public static Refusal NoSuch(string position) =>
        new(
            "events.no-such-position",
            RefusalKind.NotFound,
            "The log has no event at this position.",
            "position",
            position.Length > 40 ? position[..40] : position,
            "Positions run from 1 to the Lading-Position of any answer."
        );
}

/// <summary>An event as the API shows it: envelope, stored body (personal values stay sealed), hash.</summary>
public static class EventJson
{
    /// <summary>Writes one event.</summary>
    public static void Write(Utf8JsonWriter json, Recorded fact)
    {
        json.WriteStartObject();
        json.WriteNumber("position", fact.Position);
        json.WriteString("stream", fact.Stream.ToString());
        json.WriteNumber("version", fact.Version);
        json.WriteString("type", fact.Type);
        json.WriteString("happened", fact.Happened);
        json.WriteString("recorded", fact.RecordedAt);
        json.WriteString("actor", fact.Actor);
        json.WriteString("command", fact.Command.ToString());
        if (fact.Correlation is { } correlation)
            json.WriteString("correlation", correlation);
        if (fact.Causation > 0)
            json.WriteNumber("causation", fact.Causation);
        json.WriteString("hash", Convert.ToHexStringLower(fact.Hash.Span));
        json.WritePropertyName("body");
        json.WriteRawValue(fact.Body.Span, skipInputValidation: true);
        json.WriteEndObject();
    }
}
