using Lading.Contracts.Platform;
using Lading.Kernel;
using Lading.Log;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Lading.Platform.Places;

/// <summary>Body of <c>POST /sites</c>.</summary>
public sealed record OpenSiteRequest(string Code, string Venture, string Name, string TimeZone);

/// <summary>Body of <c>PUT /sites/{code}</c>.</summary>
public sealed record ChangeSiteRequest(string Name, string TimeZone);

/// <summary>A site as a list shows it.</summary>
public sealed record SiteRow(string Code, string Venture, string Name, string TimeZone);

/// <summary>Answer of <c>GET /sites</c>.</summary>
public sealed record SiteList(IReadOnlyList<SiteRow> Items);

/// <summary>A site, as decisions read it.</summary>
public sealed record Site(bool Opened, string Venture, string Name, string TimeZone)
{
    /// <summary>How its stream folds.</summary>
    public static readonly StreamKind<Site> Kind = new("site", _ => new Site(false, "", "", ""), Evolve);

    private static Site Evolve(Site state, object fact) =>
        fact switch
        {
            SiteOpened opened => new Site(true, opened.Venture, opened.Name, opened.TimeZone),
            SiteChanged changed => state with { Name = changed.Name, TimeZone = changed.TimeZone },
            _ => throw new InvalidOperationException($"A site does not know {fact.GetType().Name}."),
        };

    /// <summary>Opens it under a venture: refused when the venture is unknown or the code is taken.</summary>
    public static Decision Open(Site state, Venture venture, SiteOpened site) =>
        !venture.Opened
            ? PlaceRefusals.Unknown("venture", site.Venture) with
            {
                Field = "venture",
                Kind = RefusalKind.Invalid,
            }
        : state.Opened ? PlaceRefusals.CodeTaken("site", site.Site)
        : Decision.Accept(site);

    /// <summary>Changes name and zone; no fact when nothing changes.</summary>
    public static Decision Change(Site state, SiteChanged change) =>
        !state.Opened ? PlaceRefusals.Unknown("site", change.Site)
        : (state.Name, state.TimeZone) == (change.Name, change.TimeZone) ? Decision.Accept()
        : Decision.Accept(change);
}

/// <summary>Sites: open, change, list.</summary>
public static class Sites
{
    private static readonly Column Code = Column.Text("code");
    private static readonly Column VentureCode = Column.Text("venture");
    private static readonly Column Name = Column.Text("name");
    private static readonly Column Zone = Column.Text("time_zone");
    private static readonly Table Rows = new("site_row", [Code], [VentureCode, Name, Zone]);

    /// <summary>The directory of sites, inline.</summary>
    public static readonly Projection Projection = Projection.Of(
        "sites",
        1,
        ProjectionMode.Inline,
        [Rows],
        [typeof(SiteOpened), typeof(SiteChanged)],
        (recorded, rows) =>
        {
            if (recorded.Fact is SiteOpened opened)
                rows.Row(Rows, opened.Site)
                    .Set(VentureCode, opened.Venture)
                    .Set(Name, opened.Name)
                    .Set(Zone, opened.TimeZone);
            else if (recorded.Fact is SiteChanged changed)
                rows.Row(Rows, changed.Site).Set(Name, changed.Name).Set(Zone, changed.TimeZone);
        }
    );

    private const string Tag = "Ventures and sites";

    /// <summary>Serves <c>/sites</c>.</summary>
    public static void Map(IEndpointRouteBuilder api)
    {
        api.Post("/sites", "platform.manage", Open)
            .Accepts<OpenSiteRequest>("application/json")
            .Produces<Written>(201)
            .WithTags(Tag);
        api.Put("/sites/{code}", "platform.manage", Change)
            .Accepts<ChangeSiteRequest>("application/json")
            .Produces<Written>()
            .WithTags(Tag);
        api.Get("/sites", "platform.read", List).ReadsModel().Produces<SiteList>().WithTags(Tag);
    }

    private static async Task<IResult> Open(HttpContext http)
    {
        var (call, problem) = await CommandCall.Read(http, PlacesJson.Default.OpenSiteRequest);
        if (problem is not null)
            return problem;
        var body = call!.Body;
        var checks = new Checks();
        PlaceChecks.Code(checks, body.Code);
        PlaceChecks.Name(checks, body.Name);
        PlaceChecks.TimeZone(checks, body.TimeZone);
        checks.That(
            body.Venture.Length is > 0 and <= 40 && call.Caller.Reach.SeesAll(body.Venture),
            "venture",
            body.Venture,
            "A site belongs to a venture.",
            "Use a code of GET /api/v1/ventures."
        );
        if (!checks.Pass)
            return await call.Refuse(checks, Created);
        var (site, venture) = (StreamName.Of("site", body.Code), StreamName.Of("venture", body.Venture));
        var opened = new SiteOpened(body.Code, body.Venture, body.Name, body.TimeZone);
        return await call.Send(
            [site, venture],
            on => on.Append(site, Site.Open(on.State<Site>(site), on.State<Venture>(venture), opened)),
            Created
        );
    }

    private static async Task<IResult> Change(HttpContext http)
    {
        var (call, problem) = await CommandCall.Read(http, PlacesJson.Default.ChangeSiteRequest);
        if (problem is not null)
            return problem;
        var code = (string)http.Request.RouteValues["code"]!;
        var checks = new Checks();
        PlaceChecks.Code(checks, code);
        PlaceChecks.Name(checks, call!.Body.Name);
        PlaceChecks.TimeZone(checks, call.Body.TimeZone);
        if (!checks.Pass)
            return await call.Refuse(checks);
        var stream = StreamName.Of("site", code);
        var changed = new SiteChanged(code, call.Body.Name, call.Body.TimeZone);
        return await call.Send(
            [stream],
            on =>
                on.State<Site>(stream) is { Opened: true } site && !call.Caller.SeesSite(site.Venture, code)
                    ? PlaceRefusals.Unknown("site", code)
                    : on.Append(stream, Site.Change(on.State<Site>(stream), changed))
        );
    }

    private static async Task<IResult> List(HttpContext http)
    {
        if (await Reading.Ready(http, Projection.Name) is { } notReady)
            return notReady;
        var caller = Caller.Of(http);
        var rows = await caller.Log.Inline.Query(
            "select code, venture, name, time_zone from site_row order by code",
            r => new SiteRow(r.Text(0)!, r.Text(1)!, r.Text(2)!, r.Text(3)!),
            http.RequestAborted
        );
        return Results.Json(
            new SiteList([.. rows.Where(r => caller.SeesSite(r.Venture, r.Code))]),
            PlacesJson.Default.SiteList
        );
    }

    /// <summary>Of these sites those that a caller may see.</summary>
    internal static async ValueTask<IEnumerable<string>> Visible(
        Caller caller,
        IReadOnlyList<string> codes,
        CancellationToken stop
    )
    {
        var known = await Access.Places.Of(caller.Log, stop);
        return codes.Where(c => known.VentureOf(c) is { } venture && caller.SeesSite(venture, c));
    }

    private static string Created(string code) => $"/api/v1/sites/{code}";
}
