using System.Text.RegularExpressions;
using Lading.Contracts.Platform;
using Lading.Kernel;
using Lading.Log;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Lading.Platform.Places;

/// <summary>Body of <c>POST /ventures</c>.</summary>
public sealed record OpenVentureRequest(string Code, string Name);

/// <summary>Body of <c>PUT /ventures/{code}</c>.</summary>
public sealed record RenameVentureRequest(string Name);

/// <summary>A venture as a list shows it.</summary>
public sealed record VentureRow(string Code, string Name);

/// <summary>Answer of <c>GET /ventures</c>.</summary>
public sealed record VentureList(IReadOnlyList<VentureRow> Items);

/// <summary>A venture, as decisions read it.</summary>
public sealed record Venture(bool Opened, string Name)
{
    /// <summary>How its stream folds.</summary>
    public static readonly StreamKind<Venture> Kind = new("venture", _ => new Venture(false, ""), Evolve);

    private static Venture Evolve(Venture state, object fact) =>
        fact switch
        {
            VentureOpened opened => new Venture(true, opened.Name),
            VentureRenamed renamed => state with { Name = renamed.Name },
            _ => throw new InvalidOperationException($"A venture does not know {fact.GetType().Name}."),
        };

    /// <summary>Opens it: refused when the code is taken.</summary>
    public static Decision Open(Venture state, string code, string name) =>
        state.Opened ? PlaceRefusals.CodeTaken("venture", code) : Decision.Accept(new VentureOpened(code, name));

    /// <summary>Renames it: refused when there is none; no fact when nothing changes.</summary>
    public static Decision Rename(Venture state, string code, string name) =>
        !state.Opened ? PlaceRefusals.Unknown("venture", code)
        : state.Name == name ? Decision.Accept()
        : Decision.Accept(new VentureRenamed(code, name));
}

/// <summary>Ventures: open, rename, list.</summary>
public static partial class Ventures
{
    private static readonly Column Code = Column.Text("code");
    private static readonly Column Name = Column.Text("name");
    private static readonly Table Rows = new("venture_row", [Code], [Name]);

    /// <summary>The directory of ventures, inline.</summary>
    public static readonly Projection Projection = Projection.Of(
        "ventures",
        1,
        ProjectionMode.Inline,
        [Rows],
        [typeof(VentureOpened), typeof(VentureRenamed)],
        (recorded, rows) =>
        {
            var (code, name) = recorded.Fact switch
            {
                VentureOpened f => (f.Venture, f.Name),
                VentureRenamed f => (f.Venture, f.Name),
                _ => throw new InvalidOperationException(recorded.Type),
            };
            rows.Row(Rows, code).Set(Name, name);
        }
    );

    private const string Tag = "Ventures and sites";

    /// <summary>Serves <c>/ventures</c>.</summary>
    public static void Map(IEndpointRouteBuilder api)
    {
        api.Post("/ventures", "platform.manage", Open)
            .TenantWide()
            .Accepts<OpenVentureRequest>("application/json")
            .Produces<Written>(201)
            .WithTags(Tag);
        api.Put("/ventures/{code}", "platform.manage", Rename)
            .Accepts<RenameVentureRequest>("application/json")
            .Produces<Written>()
            .WithTags(Tag);
        api.Get("/ventures", "platform.read", List).ReadsModel().Produces<VentureList>().WithTags(Tag);
    }

    private static async Task<IResult> Open(HttpContext http)
    {
        var (call, problem) = await CommandCall.Read(http, PlacesJson.Default.OpenVentureRequest);
        if (problem is not null)
            return problem;
        var body = call!.Body;
        var checks = new Checks();
        PlaceChecks.Code(checks, body.Code);
        PlaceChecks.Name(checks, body.Name);
        if (!checks.Pass)
            return await call.Refuse(checks, Created);
        var stream = StreamName.Of("venture", body.Code);
        return await call.Send(
            [stream],
            on => on.Append(stream, Venture.Open(on.State<Venture>(stream), body.Code, body.Name)),
            Created
        );
    }

    private static async Task<IResult> Rename(HttpContext http)
    {
        var (call, problem) = await CommandCall.Read(http, PlacesJson.Default.RenameVentureRequest);
        if (problem is not null)
            return problem;
        var code = (string)http.Request.RouteValues["code"]!;
        var checks = new Checks();
        PlaceChecks.Code(checks, code);
        PlaceChecks.Name(checks, call!.Body.Name);
        if (!checks.Pass)
            return await call.Refuse(checks);
        if (!call.Caller.Reach.SeesAll(code))
            return await call.Refuse(PlaceRefusals.Unknown("venture", code));
        var stream = StreamName.Of("venture", code);
        return await call.Send(
            [stream],
            on => on.Append(stream, Venture.Rename(on.State<Venture>(stream), code, call.Body.Name))
        );
    }

    private static async Task<IResult> List(HttpContext http)
    {
        if (await Reading.Ready(http, Projection.Name) is { } notReady)
            return notReady;
        var caller = Caller.Of(http);
        var rows = await caller.Log.Inline.Query(
            "select code, name from venture_row order by code",
            r => new VentureRow(r.Text(0)!, r.Text(1)!),
            http.RequestAborted
        );
        return Results.Json(new VentureList([.. rows.Where(r => caller.Sees(r.Code))]), PlacesJson.Default.VentureList);
    }

    private static string Created(string code) => $"/api/v1/ventures/{code}";
}

/// <summary>Checks of codes and names of places.</summary>
internal static partial class PlaceChecks
{
    public static void Code(Checks checks, string code) =>
        checks.That(
            CodeShape().IsMatch(code),
            "code",
            code,
            "A code is 1 to 40 letters, digits, '.', '_' or '-', and starts with a letter or digit.",
            "Choose a short code."
        );

    public static void Name(Checks checks, string name) => checks.Name("name", name, 200);

    /// <summary>A machine's files hold more than IANA's names: localtime, posix/… and right/… begin small.</summary>
    public static void TimeZone(Checks checks, string zone) =>
        checks.That(
            TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found)
                && found.HasIanaId
                && char.IsAsciiLetterUpper(found.Id[0]),
            "timeZone",
            zone,
            "This is not an IANA time zone.",
            "Send a name such as Europe/London or America/Chicago."
        );

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$", RegexOptions.NonBacktracking)]
    private static partial Regex CodeShape();
}

/// <summary>Refusals about ventures and sites, in the order in which they are checked.</summary>
public static class PlaceRefusals
{
    public static Refusal Unknown(string kind, string code) =>
        new(
            $"platform.unknown-{kind}",
            RefusalKind.NotFound,
            $"There is no {kind} {code}.",
            "code",
            code,
            $"Use a code of GET /api/v1/{kind}s."
        );

    public static Refusal CodeTaken(string kind, string code) =>
        new(
            $"platform.{kind}-exists",
            RefusalKind.Conflict,
            $"There is a {kind} {code} already.",
            "code",
            code,
            "Choose another code, or change the one that exists."
        );
}
