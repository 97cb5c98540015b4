using System.Globalization;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Lading.Planning;

/// <summary>The query of a bench request: what is out of its name's bounds is a problem.</summary>
internal sealed class BenchQuery(HttpContext http, Checks checks)
{
    public double Number(QueryName name) => (double)http.Number(name, checks)!;

    public int? Whole(QueryName name) => (int?)http.Whole(name, checks);

    public string? OneOf(QueryName name) => http.OneOf(name, checks) is { Length: > 0 } text ? text : null;

    public int[] Wholes(QueryName name)
    {
        if (http.Given(name) is not { Length: > 0 } text)
            return [];
        var values = new List<int>();
        foreach (var part in text.Split(','))
        {
            var good =
                values.Count < 3
                && int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
                && value >= name.Least
                && value <= name.Most
                && (values.Count == 0 || value > values[^1]);
            if (
                !checks.That(
                    good,
                    name.Name,
                    text,
                    $"{name.Name} is up to three whole numbers from {name.Least} to {name.Most}, shortest first.",
                    "Correct it, or leave it out."
                )
            )
                return [];
            values.Add(int.Parse(part, CultureInfo.InvariantCulture));
        }

        return [.. values];
    }
}
