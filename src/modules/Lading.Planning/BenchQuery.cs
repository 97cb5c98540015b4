using System.Globalization;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Lading.Planning;

/// <summary>The query of a bench request, read strictly: what is out of bounds or not known is a problem.</summary>
internal sealed class BenchQuery(HttpContext http, Checks checks)
{
    private readonly HashSet<string> known = [];

    public double Number(string name, double least, double most, double otherwise) =>
        Given(name) is not { } text ? otherwise
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
        && value >= least
        && value <= most
            ? value
        : Bad(name, text, $"{name} is a number from {least} to {most}.", otherwise);

    public int? Whole(string name, int least, int most) =>
        Given(name) is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
        && value >= least
        && value <= most
            ? value
        : Bad(name, text, $"{name} is a whole number from {least} to {most}.", (int?)null);

    public string? OneOf(string name, params string[] values) =>
        Given(name) is not { } text || values.Contains(text)
            ? Given(name)
            : Bad(name, text, $"{name} is one of {string.Join(", ", values)}.", (string?)null);

    public int[] Wholes(string name, int least, int most)
    {
        if (Given(name) is not { } text)
            return [];
        var values = new List<int>();
        foreach (var part in text.Split(','))
            if (
                values.Count < 3
                && int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
                && value >= least
                && value <= most
                && (values.Count == 0 || value > values[^1])
            )
                values.Add(value);
            else
                return Bad(
                    name,
                    text,
                    $"{name} is up to three whole numbers from {least} to {most}, shortest first.",
                    Array.Empty<int>()
                );
        return [.. values];
    }

    /// <summary>A parameter nobody asked about is a misspelt one.</summary>
    public void NothingElse()
    {
        foreach (var name in http.Request.Query.Keys.Where(k => !known.Contains(k)))
            checks.That(
                false,
                name,
                http.Request.Query[name],
                $"There is no parameter {name} here.",
                $"There are {string.Join(", ", known.Order(StringComparer.Ordinal))}."
            );
    }

    private string? Given(string name)
    {
        known.Add(name);
        return http.Request.Query[name].ToString() is { Length: > 0 } text ? text : null;
    }

    private T Bad<T>(string name, string text, string message, T otherwise)
    {
        checks.That(false, name, text, message, "Correct it, or leave it out.");
        return otherwise;
    }
}
