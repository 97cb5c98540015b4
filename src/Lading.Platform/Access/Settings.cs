using Lading.Contracts.Platform;
using Lading.Kernel;
using Lading.Log;
using Lading.Platform.Http;
using Lading.Platform.Places;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Lading.Platform.Access;

/// <summary>Body of <c>PUT /settings</c>.</summary>
public sealed record SettingsRequest(string TimeZone, string Currency, string Units);

/// <summary>Answer of <c>GET /settings</c>.</summary>
public sealed record SettingsView(string TimeZone, string Currency, string Units);

/// <summary>How the company counts and reckons: its time zone, currency and units, as facts of its own.</summary>
public sealed record Settings(string TimeZone, string Currency, string Units)
{
    private const string Tag = "Ventures and sites";
    private static readonly string[] Systems = ["metric", "imperial"];

    /// <summary>Their one stream.</summary>
    public static readonly StreamName Stream = StreamName.Of("settings", "company");

    /// <summary>What holds until the company says otherwise.</summary>
    public static readonly Settings Default = new("Etc/UTC", "EUR", "metric");

    /// <summary>How the stream folds.</summary>
    public static readonly StreamKind<Settings> Kind = new(
        "settings",
        _ => Default,
        (_, fact) =>
            fact is SettingsChanged e
                ? new Settings(e.TimeZone, e.Currency, e.Units)
                : throw new InvalidOperationException($"Settings do not know {fact.GetType().Name}.")
    );

    private static readonly Column Id = Column.Text("id");
    private static readonly Column Zone = Column.Text("time_zone");
    private static readonly Column Money = Column.Text("currency");
    private static readonly Column System = Column.Text("units");
    private static readonly Table Rows = new("settings_row", [Id], [Zone, Money, System]);

    /// <summary>The one row, inline.</summary>
    public static readonly Projection Projection = Projection.Of(
        "settings",
        1,
        ProjectionMode.Inline,
        [Rows],
        [typeof(SettingsChanged)],
        (recorded, rows) =>
        {
            var e = (SettingsChanged)recorded.Fact;
            rows.Row(Rows, Stream.Key).Set(Zone, e.TimeZone).Set(Money, e.Currency).Set(System, e.Units);
        }
    );

    /// <summary>Serves <c>/settings</c>.</summary>
    public static void Map(IEndpointRouteBuilder api)
    {
        api.Get("/settings", Permissions.Self, Read).ReadsModel().IsVersioned().Produces<SettingsView>().WithTags(Tag);
        api.Put("/settings", "platform.settings", Change)
            .TenantWide()
            .Accepts<SettingsRequest>("application/json")
            .Produces<Written>()
            .WithTags(Tag)
            .WithSummary("The company's time zone, currency and units.");
    }

    /// <summary>The settings of a tenant.</summary>
    public static async ValueTask<SettingsView> Of(TenantLog log, CancellationToken stop)
    {
        var rows = await log.Inline.Query(
            "select time_zone, currency, units from settings_row",
            r => new SettingsView(r.Text(0)!, r.Text(1)!, r.Text(2)!),
            stop
        );
        return rows.Count > 0 ? rows[0] : new SettingsView(Default.TimeZone, Default.Currency, Default.Units);
    }

    /// <summary>What must hold of settings, wherever they are given.</summary>
    public static void Check(Checks checks, Settings wanted)
    {
        PlaceChecks.TimeZone(checks, wanted.TimeZone);
        if (Currencies.Check(wanted.Currency) is { } unknown)
            checks.Add("currency", wanted.Currency, unknown);
        checks.That(
            Systems.Contains(wanted.Units),
            "units",
            wanted.Units,
            "Units are metric or imperial.",
            "Send metric for kilograms and metres, imperial for pounds and feet."
        );
    }

    /// <summary>Changes them; no fact when nothing changes. Amounts that stand keep the currency they were given in,
    /// and hours of a rule their zone: none is reckoned anew.</summary>
    public static Decision Decide(Settings state, Settings wanted) =>
        state == wanted
            ? Decision.Accept()
            : Decision.Accept(new SettingsChanged(wanted.TimeZone, wanted.Currency, wanted.Units));

    private static async Task<IResult> Read(HttpContext http)
    {
        if (await Reading.Ready(http, Projection.Name) is { } notReady)
            return notReady;
        http.Response.Headers.ETag = await Reading.TagOf(http, Stream);
        return Results.Json(await Of(Caller.Of(http).Log, http.RequestAborted), AccessHttp.Default.SettingsView);
    }

    private static async Task<IResult> Change(HttpContext http)
    {
        var (call, problem) = await CommandCall.Read(http, AccessHttp.Default.SettingsRequest);
        if (problem is not null)
            return problem;
        var body = call!.Body;
        var checks = new Checks();
        var wanted = new Settings(body.TimeZone, body.Currency, body.Units);
        Check(checks, wanted);
        if (!checks.Pass)
            return await call.Refuse(checks);
        return await call.Send([Stream], on => on.Append(Stream, Decide(on.State<Settings>(Stream), wanted)));
    }
}
