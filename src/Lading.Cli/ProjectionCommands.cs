using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lading.Cli;

/// <summary><c>lading projections</c>: where read models and policies stand, and what mends them.</summary>
internal static class ProjectionCommands
{
    private const string Root = "/api/v1/projections";

    public static Command Build() =>
        new Verb(
            "projections",
            "Read models and policies: list, rebuild, resume, skip.",
            "lading projections list"
        ).With(List(), Rebuild(), Resume(), Skip(), Mended());

    private static Verb List() =>
        new Verb(
            "list",
            "Where each stands, and why it stands still. Exit code 1 when one has stopped.",
            "lading projections list --json"
        )
            .With([.. Shared.Place, Shared.Json])
            .Does(
                async (parsed, stop) =>
                {
                    await using var place = await Place.Open(parsed);
                    var list = await place.Api.Get(Root, stop);
                    Out.Table(
                        parsed,
                        list,
                        ("name", "NAME"),
                        ("kind", "KIND"),
                        ("position", "POSITION"),
                        ("behind", "BEHIND"),
                        ("builtPercent", "BUILT %"),
                        ("failure", "STOPPED BY")
                    );
                    return list.Items().Any(p => p.Text("failure") is not null) ? ExitCode.Bad : ExitCode.Done;
                }
            );

    private static Verb Rebuild()
    {
        var name = new Argument<string?>("NAME") { Description = "The projection.", Arity = ArgumentArity.ZeroOrOne };
        var all = new Option<bool>("--all") { Description = "All of them, in one pass over the log." };
        return new Verb(
            "rebuild",
            "Build a read model anew beside the one that serves, then switch.",
            "lading projections rebuild order-list"
        )
            .With([name, all, .. Shared.Place, Shared.Json])
            .Does(
                async (parsed, stop) =>
                {
                    if (parsed.GetValue(all) == parsed.GetValue(name) is not null)
                        throw CommandFailed.Usage("Name one projection, or say --all.");
                    await using var place = await Place.Open(parsed, work: true);
                    var list = await place.Api.Get(Root, stop);
                    string[] names = parsed.GetValue(name) is { } one
                        ? [one]
                        : [.. list.Items().Where(IsReadModel).Select(p => p.Text("name")!)];
                    await RebuildTogether(place.Api, [.. names.Distinct()], stop);
                    foreach (var each in names.Distinct())
                        await SayRows(parsed, place.Api, each, stop);
                    return ExitCode.Done;
                }
            );
    }

    /// <summary>Starts all at once: what is furthest behind reads on until it meets the others, and then they go on
    /// together, so that the log is read once for all.</summary>
    private static async Task RebuildTogether(Api api, HashSet<string> names, CancellationToken stop)
    {
        foreach (var name in names)
            await api.Post($"{Root}/{Uri.EscapeDataString(name)}/rebuild", null, stop);
        using var bar = new Progress(names.Count == 1 ? $"Rebuilding {names.Single()}" : "Rebuilding all");
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (await beat.WaitForNextTickAsync(stop))
        {
            var rows = (await api.Get(Root, stop))
                .Items()
                .Where(p => IsReadModel(p) && names.Contains(p.Text("name")!))
                .ToList();
            foreach (var row in rows)
                if (row.Text("failure") is { } failure && !failure.Contains("being built"))
                    throw new CommandFailed(ExitCode.Bad, $"{row.Text("name")} stopped: {failure}");
            var building = rows.Where(r => r.TryGetProperty("builtPercent", out _)).ToList();
            if (building.Count == 0)
                break;
            bar.Report(building.Min(b => b.Number("builtPercent")), 100);
        }

        bar.Done();
    }

    private static bool IsReadModel(JsonElement row) => row.Text("kind") is "inline" or "follower";

    private static async Task SayRows(ParseResult parsed, Api api, string name, CancellationToken stop)
    {
        var tables = (await api.Get($"{Root}/{Uri.EscapeDataString(name)}/rows", stop)).Items().ToList();
        var counts = tables.Select(t =>
            string.Create(CultureInfo.InvariantCulture, $"{t.Text("table")} {t.Number("rows"):N0}")
        );
        Out.Write(
            parsed,
            $"{name} is rebuilt. Rows: {string.Join(", ", counts)}.",
            ("name", name),
            ("done", "rebuilt"),
            ("rows", tables.Sum(t => t.Number("rows")))
        );
    }

    private static Verb Resume()
    {
        var name = new Argument<string>("NAME") { Description = "What stands still, as projections list names it." };
        return new Verb(
            "resume",
            "Let a stopped projection or policy try again.",
            "lading projections resume orders.follow-stock"
        )
            .With([name, .. Shared.Place, Shared.Json])
            .Does(
                async (parsed, stop) =>
                {
                    await using var place = await Place.Open(parsed, work: true);
                    var one = parsed.GetValue(name)!;
                    await place.Api.Post($"{Root}/{Uri.EscapeDataString(one)}/resume", null, stop);
                    Out.Write(parsed, $"{one} tries again.", ("name", one), ("done", "resumed"));
                    return ExitCode.Done;
                }
            );
    }

    private static Verb Skip()
    {
        var name = new Argument<string>("NAME") { Description = "What stands still, as projections list names it." };
        var position = new Option<long>("--position")
        {
            Description = "The fact to pass over; 0 for a due command.",
            HelpName = "N",
            Required = true,
        };
        var reason = new Option<string>("--reason")
        {
            Description = "Why it may lack this fact; it is kept.",
            HelpName = "TEXT",
            Required = true,
        };
        return new Verb(
            "skip",
            "Let a stopped projection or policy go on past one fact.",
            "lading projections skip order-list --position 4711 --reason \"test data of 3 May\""
        )
            .With([name, position, reason, .. Shared.Place, Shared.Json])
            .Does(
                async (parsed, stop) =>
                {
                    await using var place = await Place.Open(parsed, work: true);
                    var (one, at) = (parsed.GetValue(name)!, parsed.GetValue(position));
                    var body = new JsonObject { ["position"] = at, ["reason"] = parsed.GetValue(reason) };
                    await place.Api.Post($"{Root}/{Uri.EscapeDataString(one)}/skip", body.ToJsonString(), stop);
                    Out.Write(
                        parsed,
                        string.Create(CultureInfo.InvariantCulture, $"{one} goes on after position {at}."),
                        ("name", one),
                        ("done", "skipped"),
                        ("position", at)
                    );
                    return ExitCode.Done;
                }
            );
    }

    private static Verb Mended()
    {
        var name = new Argument<string>("NAME") { Description = "The projection or policy that lacks something." };
        var reason = new Option<string>("--reason")
        {
            Description = "How it was made good; it is kept.",
            HelpName = "TEXT",
            Required = true,
        };
        return new Verb(
            "mended",
            "Say that what a skip left out is made good, so that health is green again.",
            "lading projections mended order-list --reason \"rebuilt with the corrected program\""
        )
            .With([name, reason, .. Shared.Place, Shared.Json])
            .Does(
                async (parsed, stop) =>
                {
                    await using var place = await Place.Open(parsed, work: true);
                    var one = parsed.GetValue(name)!;
                    var body = new JsonObject { ["reason"] = parsed.GetValue(reason) };
                    await place.Api.Post($"{Root}/{Uri.EscapeDataString(one)}/mended", body.ToJsonString(), stop);
                    Out.Write(parsed, $"{one} lacks nothing any more.", ("name", one), ("done", "mended"));
                    return ExitCode.Done;
                }
            );
    }
}
