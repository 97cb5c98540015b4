using System.CommandLine;
using System.Globalization;
using System.Text.Json;

namespace Lading.Cli;

/// <summary><c>lading events</c>: follow the log and open one fact.</summary>
internal static class EventCommands
{
    private const int PageSize = 500;

    public static Command Build() =>
        new Verb("events", "The log: every fact, in order.", "lading events tail --type orders.").With(Tail(), Show());

    private static Verb Tail()
    {
        var after = new Option<long?>("--after")
        {
            Description = "Start after this position; otherwise at the end.",
            HelpName = "N",
        };
        var type = new Option<string?>("--type")
        {
            Description = "Only types that begin so: orders. or inventory.stock-moved.",
            HelpName = "P",
        };
        var once = new Option<bool>("--once") { Description = "End at the log's end instead of waiting for more." };
        return new Verb(
            "tail",
            "Print facts as they are appended, one a line; Ctrl-C ends it.",
            "lading events tail --after 0 --type orders. --once"
        )
            .With([after, type, once, .. Shared.Place, Shared.Json])
            .Does(
                async (parsed, stop) =>
                {
                    await using var place = await Place.Open(parsed, work: !parsed.GetValue(once));
                    var filter = parsed.GetValue(type) is { } prefix ? $"&type={Uri.EscapeDataString(prefix)}" : "";
                    var position = parsed.GetValue(after) ?? await Head(place.Api, stop);
                    await Follow(parsed, place.Api, position, filter, parsed.GetValue(once), stop);
                    return ExitCode.Done;
                }
            );
    }

    private static Verb Show()
    {
        var position = new Argument<long>("POSITION") { Description = "Its place in the log." };
        return new Verb("show", "Print one fact with its envelope.", "lading events show 42")
            .With([position, .. Shared.Place, Shared.Json])
            .Does(
                async (parsed, stop) =>
                {
                    await using var place = await Place.Open(parsed);
                    var fact = await place.Api.Get(
                        $"/api/v1/events/{parsed.GetValue(position).ToString(CultureInfo.InvariantCulture)}",
                        stop
                    );
                    Out.Write(parsed, fact, JsonSerializer.Serialize(fact, PrettyJson.Default.JsonElement));
                    return ExitCode.Done;
                }
            );
    }

    private static async Task<long> Head(Api api, CancellationToken stop) =>
        (await api.Get("/api/v1/projections", stop)).Number("head");

    private static async Task Follow(
        ParseResult parsed,
        Api api,
        long position,
        string filter,
        bool once,
        CancellationToken stop
    )
    {
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        try
        {
            while (true)
            {
                var page = await api.Get(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"/api/v1/events?after={position}&limit={PageSize}{filter}"
                    ),
                    stop
                );
                foreach (var fact in page.Items())
                    Console.WriteLine(parsed.GetValue(Shared.Json) ? fact.GetRawText() : Line(fact));
                var more = page.TryGetProperty("next", out var next) && next.ValueKind == JsonValueKind.Number;
                position = Math.Max(position, page.Number("position"));
                if (more)
                    position = Math.Max(position, next.GetInt64());
                else if (once || !await beat.WaitForNextTickAsync(stop))
                    return;
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Ctrl-C is how a tail ends.
        }
    }

    private static string Line(JsonElement fact)
    {
        var body = fact.Text("body") ?? fact.Text("data") ?? "";
        return Out.Shown(
            $"{fact.Text("position"), 8}  {fact.Text("happened")}  {fact.Text("type")}  "
                + $"{fact.Text("stream")}  {body}"
        );
    }
}

[System.Text.Json.Serialization.JsonSourceGenerationOptions(WriteIndented = true)]
[System.Text.Json.Serialization.JsonSerializable(typeof(JsonElement))]
internal sealed partial class PrettyJson : System.Text.Json.Serialization.JsonSerializerContext;
