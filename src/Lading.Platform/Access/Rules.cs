using System.Globalization;
using System.Text.RegularExpressions;
using Lading.Contracts.Platform;
using Lading.Kernel;
using Lading.Log;
using Lading.Platform.Http;
using Lading.Platform.Places;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Lading.Platform.Access;

/// <summary>Body of <c>PUT /access/rules/{rule}</c>; what a kind does not use is left out.</summary>
public sealed record RuleRequest
{
    /// <summary><c>hours</c>, <c>amount</c>, <c>step-up</c> or <c>second-person</c>.</summary>
    public string? Kind { get; init; }

    /// <summary><c>module.action</c>, <c>module.*</c> or <c>*</c>.</summary>
    public string? Permission { get; init; }

    /// <summary>Left out: everybody.</summary>
    public string? Role { get; init; }

    /// <summary>hours: Monday is 1; left out: all days.</summary>
    public IReadOnlyList<int>? Days { get; init; }

    /// <summary>hours: such as 06:00; a time after <c>until</c> makes a night shift.</summary>
    public string? From { get; init; }

    /// <summary>hours: such as 22:00.</summary>
    public string? Until { get; init; }

    /// <summary>hours: IANA id; left out: the company's.</summary>
    public string? TimeZone { get; init; }

    /// <summary>step-up: how old a second factor may be; second-person: how long a request waits; 1 to
    /// 1440.</summary>
    public int? Minutes { get; init; }

    /// <summary>amount: the most one order may be worth; second-person: what one may be worth and need none, left out:
    /// every change needs one.</summary>
    public string? Amount { get; init; }

    /// <summary>ISO 4217, with amount.</summary>
    public string? Currency { get; init; }
}

/// <summary>Answer of <c>GET /access/rules</c>.</summary>
public sealed record RuleList(IReadOnlyList<AccessRuleSet> Items);

/// <summary>A rule, as decisions read it.</summary>
public sealed record AccessRule(AccessRuleSet? Set)
{
    /// <summary>How its stream folds.</summary>
    public static readonly StreamKind<AccessRule> Kind = new(
        "access-rule",
        _ => new AccessRule((AccessRuleSet?)null),
        Evolve
    );

    private static AccessRule Evolve(AccessRule state, object fact) =>
        fact switch
        {
            AccessRuleSet e => new AccessRule(e),
            AccessRuleLifted => new AccessRule((AccessRuleSet?)null),
            _ => throw new InvalidOperationException($"A rule does not know {fact.GetType().Name}."),
        };

    /// <summary>Sets it or changes it.</summary>
    public static Decision Put(AccessRule state, AccessRuleSet wanted) =>
        state.Set is { } set
        && set with { Days = null } == wanted with { Days = null }
        && (set.Days ?? []).SequenceEqual(wanted.Days ?? [])
            ? Decision.Accept()
            : Decision.Accept(wanted);

    /// <summary>Lifts it.</summary>
    public static Decision Lift(AccessRule state, string rule) =>
        state.Set is null ? AccessRefusals.UnknownRule(rule) : Decision.Accept(new AccessRuleLifted(rule));
}

/// <summary>Rules that bind permissions: hours, amounts, second factors, second persons.</summary>
public static partial class Rules
{
    private const string Tag = "Access";

    /// <summary>Serves <c>/access/rules</c>.</summary>
    public static void Map(IEndpointRouteBuilder api)
    {
        api.Get("/access/rules", "access.read", List)
            .Produces<RuleList>()
            .WithTags(Tag)
            .WithSummary("The rules in force, those that came with the program included.");
        api.Put("/access/rules/{rule}", "access.manage", Put)
            .TenantWide()
            .Accepts<RuleRequest>("application/json")
            .Produces<Written>()
            .WithTags(Tag)
            .WithSummary("Bind a permission: hours, amount, step-up or second-person.");
        api.Post("/access/rules/{rule}/lift", "access.manage", Lift)
            .TenantWide()
            .Accepts<NoBody>("application/json")
            .Produces<Written>()
            .WithTags(Tag);
    }

    private static Task<IResult> List(HttpContext http) =>
        Task.FromResult(
            Results.Json(new RuleList(AccessDirectory.Of(Caller.Of(http).Log).Rules), AccessHttp.Default.RuleList)
        );

    private static async Task<IResult> Put(HttpContext http)
    {
        var (call, problem) = await CommandCall.Read(http, AccessHttp.Default.RuleRequest);
        if (problem is not null)
            return problem;
        var rule = (string)http.Request.RouteValues["rule"]!;
        var checks = new Checks();
        var log = call!.Caller.Log;
        var settings = await Settings.Of(log, http.RequestAborted);
        var wanted = Read(rule, call.Body, AccessDirectory.Of(log), settings, Permissions.Catalogue(http), checks);
        if (!checks.Pass)
            return await call.Refuse(checks);
        var stream = StreamOf(rule);
        return await call.Send([stream], on => on.Append(stream, AccessRule.Put(on.State<AccessRule>(stream), wanted)));
    }

    private static async Task<IResult> Lift(HttpContext http)
    {
        var (call, problem) = await CommandCall.Read(http, HttpJson.Default.NoBody);
        if (problem is not null)
            return problem;
        var rule = (string)http.Request.RouteValues["rule"]!;
        if (!CodeShape().IsMatch(rule))
            return await call!.Refuse(AccessRefusals.UnknownRule(rule));
        var stream = StreamOf(rule);
        return await call!.Send([stream], on => on.Append(stream, AccessRule.Lift(on.State<AccessRule>(stream), rule)));
    }

    /// <summary>The stream of a rule.</summary>
    internal static StreamName StreamOf(string rule) => StreamName.Of("access-rule", rule);

    private static AccessRuleSet Read(
        string rule,
        RuleRequest body,
        AccessDirectory known,
        SettingsView settings,
        ILookup<string, string> catalogue,
        Checks checks
    )
    {
        var (kind, permission) = (body.Kind ?? "", body.Permission ?? "");
        checks.That(CodeShape().IsMatch(rule), "rule", rule, "A rule's code is 1 to 40 lower case letters or hyphens.");
        checks.That(
            catalogue.Any(p => Rights.Matches(permission, p.Key)),
            "permission",
            permission,
            "There is no such permission.",
            "See GET /api/v1/permissions."
        );
        checks.That(
            body.Role is null || known.FindRole(body.Role) is not null,
            "role",
            body.Role,
            "There is no such role.",
            "See GET /api/v1/roles, or leave it out for everybody."
        );
        var set = new AccessRuleSet(rule, kind, permission, body.Role);
        switch (kind)
        {
            case RuleKinds.Hours:
                return HoursOf(set, body, settings, checks);
            case RuleKinds.StepUp:
                checks.That(
                    body.Minutes is >= 1 and <= 1440,
                    "minutes",
                    body.Minutes,
                    "A second factor serves 1 to 1440 minutes."
                );
                return set with { Minutes = body.Minutes ?? 0 };
            case RuleKinds.SecondPerson:
                CheckSecondPerson(body, permission, known, catalogue, checks);
                var always = body.Amount is null && body.Currency is null;
                return set with
                {
                    Minutes = body.Minutes ?? 0,
                    Amount = always ? null : AmountOf(body, permission, checks),
                };
            case RuleKinds.Amount:
                return set with { Amount = AmountOf(body, permission, checks) };
            default:
                checks.That(
                    false,
                    "kind",
                    kind,
                    "A rule is one of hours, amount, step-up and second-person.",
                    "Choose one."
                );
                return set;
        }
    }

    private static void CheckSecondPerson(
        RuleRequest body,
        string permission,
        AccessDirectory known,
        ILookup<string, string> catalogue,
        Checks checks
    )
    {
        checks.That(
            body.Minutes is >= 1 and <= 1440,
            "minutes",
            body.Minutes,
            "A request waits 1 to 1440 minutes for a second person."
        );
        checks.That(
            catalogue
                .Select(p => p.Key)
                .Where(p => Rights.Matches(permission, p))
                .Append("access.manage")
                .All(p => known.CountHolders(p) > 1),
            "permission",
            permission,
            "Fewer than two people hold this and access.manage for the whole company: nobody could approve.",
            "Give another person a role with both first."
        );
    }

    private static Money? AmountOf(RuleRequest body, string permission, Checks checks)
    {
        checks.That(
            Rights.Matches(permission, "orders.write"),
            "permission",
            permission,
            "An amount is reckoned where orders are placed.",
            "Use orders.write."
        );
        if (Money.TryParse(body.Amount, body.Currency, out var money, out var refusal, SignRule.NotNegative))
            return money;
        checks.Add(refusal.Field is "currency" ? "currency" : "amount", body.Amount, refusal);
        return null;
    }

    private static AccessRuleSet HoursOf(AccessRuleSet set, RuleRequest body, SettingsView settings, Checks checks)
    {
        var (from, until) = (Minute(body.From, "from", checks), Minute(body.Until, "until", checks));
        checks.That(from != until, "until", body.Until, "Hours have a beginning and another end.");
        checks.That(
            body.Days is null || (body.Days.Count is > 0 and <= 7 && body.Days.All(d => d is >= 1 and <= 7)),
            "days",
            body.Days is null ? null : string.Join(',', body.Days),
            "Days are 1 (Monday) to 7.",
            "Leave days out for all."
        );
        var zone = body.TimeZone ?? settings.TimeZone;
        PlaceChecks.TimeZone(checks, zone);
        return set with
        {
            From = from,
            Until = until,
            Days = body.Days is null ? null : [.. body.Days.Distinct().Order()],
            TimeZone = zone,
        };
    }

    private static int Minute(string? text, string field, Checks checks)
    {
        var good = TimeOnly.TryParseExact(
            text,
            "HH:mm",
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out var time
        );
        checks.That(good, field, text, "A time of day is written as in 06:30.");
        return (time.Hour * 60) + time.Minute;
    }

    [GeneratedRegex("^[a-z][a-z0-9-]{0,39}$", RegexOptions.NonBacktracking)]
    private static partial Regex CodeShape();
}
