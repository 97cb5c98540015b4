using System.Globalization;
using System.Numerics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Primitives;

namespace Lading.Platform.Http;

/// <summary>What the value of a name of a query is.</summary>
public enum QueryKind
{
    /// <summary>Any text.</summary>
    Text,

    /// <summary>A whole number.</summary>
    Whole,

    /// <summary>A number with a point.</summary>
    Number,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Flag,

    /// <summary>A day: 2026-11-22.</summary>
    Day,

    /// <summary>A time: 2026-11-22T18:30:00Z.</summary>
    Time,
}

/// <summary>
/// A name that a route takes in its query. It is declared where the route is mapped and read by the same object, so
/// that the API document, the door and the code that reads it cannot come to say three things.
/// </summary>
/// <param name="name">As it stands in the address.</param>
/// <param name="kind">What its value is.</param>
/// <param name="words">What it asks for.</param>
public sealed class QueryName(string name, QueryKind kind, string words)
{
    /// <summary>As it stands in the address.</summary>
    public string Name => name;

    /// <summary>What its value is.</summary>
    public QueryKind Kind => kind;

    /// <summary>What it asks for.</summary>
    public string Words => words;

    /// <summary>The only values it takes.</summary>
    public IReadOnlyList<string> OneOf { get; init; } = [];

    /// <summary>The least of a number.</summary>
    public double? Least { get; init; }

    /// <summary>The most of a number.</summary>
    public double? Most { get; init; }

    /// <summary>What stands for it when it is left out.</summary>
    public string? Otherwise { get; init; }

    /// <summary>Whether the route answers nothing without it.</summary>
    public bool IsNeeded { get; init; }
}

/// <summary>The names a route takes in its query: declared, refused when nobody declared them, read.</summary>
public static class Queries
{
    private sealed record AnyName;

    /// <summary>Says which names the route takes.</summary>
    public static TBuilder Query<TBuilder>(this TBuilder route, params IReadOnlyList<QueryName> names)
        where TBuilder : IEndpointConventionBuilder
    {
        route.Add(builder =>
        {
            foreach (var name in names)
                builder.Metadata.Add(name);
        });
        return route;
    }

    /// <summary>Takes other names too: who sends the browser here adds what it likes.</summary>
    public static TBuilder AnyQuery<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder
    {
        route.Add(builder => builder.Metadata.Add(new AnyName()));
        return route;
    }

    /// <summary>
    /// What is wrong with the names of a query, or null. A misspelt filter that is passed over would answer everything
    /// as if that had been asked for; one that comes twice would mean one thing here and another elsewhere.
    /// </summary>
    public static Checks? Wrong(HttpContext http)
    {
        if (!http.Request.QueryString.HasValue || http.GetEndpoint() is not { Metadata: var metadata })
            return null;
        if (
            metadata.GetMetadata<AnyName>() is not null
            || metadata.GetMetadata<IExcludeFromDescriptionMetadata>() is { ExcludeFromDescription: true }
        )
            return null;
        var known = metadata.GetOrderedMetadata<QueryName>();
        var checks = new Checks();
        foreach (var (name, values) in http.Request.Query)
        {
            var seen = name.Length > 100 ? name[..100] + "…" : name;
            if (known.Any(k => k.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
                checks.That(values.Count == 1, seen, values, $"{seen} came more than once.", "Send it once.");
            else
                checks.That(
                    false,
                    seen,
                    values,
                    $"There is no parameter {seen} here.",
                    known.Count == 0
                        ? "This route takes none: leave it out."
                        : $"There are {string.Join(", ", known.Select(k => k.Name).Order(StringComparer.Ordinal))}."
                );
        }

        return checks.Pass ? null : checks;
    }

    /// <summary>What was sent for a name; empty when nothing was.</summary>
    /// <exception cref="InvalidOperationException">The route does not declare it.</exception>
    public static string Given(this HttpContext http, QueryName name) => http.All(name).ToString();

    /// <summary>The same where it may have come more than once.</summary>
    public static StringValues All(this HttpContext http, QueryName name)
    {
        if (http.GetEndpoint()?.Metadata.GetOrderedMetadata<QueryName>().Contains(name) != true)
            throw new InvalidOperationException($"The route does not declare {name.Name}.");
        return http.Request.Query[name.Name];
    }

    /// <summary>One of the name's values, or what stands for it when it is left out; empty when nothing does.</summary>
    public static string OneOf(this HttpContext http, QueryName name, Checks checks)
    {
        var text = Meant(http, name);
        checks.That(
            text.Length == 0 || name.OneOf.Contains(text),
            name.Name,
            text,
            $"{name.Name} is one of {string.Join(", ", name.OneOf)}.",
            "Correct it, or leave it out."
        );
        return text;
    }

    /// <summary>Whether <c>true</c> was sent.</summary>
    public static bool Flag(this HttpContext http, QueryName name, Checks checks)
    {
        var text = http.Given(name);
        checks.That(text is "" or "true" or "false", name.Name, text, $"{name.Name} is true or false.");
        return text == "true";
    }

    /// <summary>A whole number within the name's bounds; null when there is none and nothing stands for it.</summary>
    public static long? Whole(this HttpContext http, QueryName name, Checks checks)
    {
        var most = name.Most is { } bound ? (long)bound : long.MaxValue;
        return Within(http, name, checks, NumberStyles.None, (long)(name.Least ?? 0), most, "a whole number");
    }

    /// <summary>A number within the name's bounds; null when there is none and nothing stands for it.</summary>
    public static double? Number(this HttpContext http, QueryName name, Checks checks) =>
        Within(http, name, checks, NumberStyles.Float, name.Least!.Value, name.Most!.Value, "a number");

    private static T? Within<T>(
        HttpContext http,
        QueryName name,
        Checks checks,
        NumberStyles styles,
        T least,
        T most,
        string what
    )
        where T : struct, INumber<T>
    {
        var text = Meant(http, name);
        var good =
            T.TryParse(text, styles, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most;
        checks.That(
            good || text.Length == 0,
            name.Name,
            text,
            $"{name.Name} is {what} from {least} to {most}.",
            "Correct it, or leave it out."
        );
        return text.Length == 0 ? null : value;
    }

    /// <summary>A day; null when there is none.</summary>
    public static DateOnly? Day(this HttpContext http, QueryName name, Checks checks)
    {
        var text = http.Given(name);
        if (text.Length == 0)
            return null;
        var good = DateOnly.TryParseExact(
            text,
            "yyyy-MM-dd",
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out var day
        );
        checks.That(good, name.Name, text, $"{name.Name} is a day.", "Write it as in 2026-11-22.");
        return good ? day : null;
    }

    /// <summary>A time in UTC; null when there is none.</summary>
    public static DateTime? Time(this HttpContext http, QueryName name, Checks checks)
    {
        var text = http.Given(name);
        if (text.Length == 0)
            return null;
        DateTimeOffset time = default;
        var good =
            text.Length >= 10
            && text[4] == '-' // or the clock's day would be taken for one that is not there
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);
        checks.That(
            good,
            name.Name,
            text,
            $"{name.Name} is a time.",
            "Send ISO 8601 in UTC, such as 2026-03-10T12:00:00Z."
        );
        return good ? time.UtcDateTime : null;
    }

    private static string Meant(HttpContext http, QueryName name) =>
        http.Given(name) is { Length: > 0 } text ? text : name.Otherwise ?? "";
}
