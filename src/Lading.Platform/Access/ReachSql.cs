using Lading.Log;

namespace Lading.Platform.Access;

/// <summary>Which columns of a read model say whose a row is.</summary>
/// <param name="Venture">Always there.</param>
/// <param name="Site">The row's one site; a row of no site has an empty text or null and is shown only to who sees the
/// whole venture.</param>
/// <param name="Sites">The row's sites as <see cref="ReachSql.Pack"/> writes them; null: of all sites.</param>
/// <param name="Customer">The row's customer.</param>
public sealed record Owning(string Venture, string? Site = null, string? Sites = null, string? Customer = null);

/// <summary>A reach as a condition of SQL that means the same on both providers.</summary>
public static class ReachSql
{
    /// <summary>The condition, or null when everything is reached; values go in through
    /// <paramref name="parameter"/>.</summary>
    public static string? Where(Reach reach, Owning row, Func<Cell, string> parameter)
    {
        if (reach.IsWhole)
            return null;
        var any = new List<string>();
        foreach (var part in reach.Parts)
        {
            if (part.Customers is not null && row.Customer is null)
                continue;
            var all = new List<string>();
            if (part.Ventures is { } ventures)
                all.Add(In(row.Venture, ventures, parameter));
            if (part.Sites is { } sites && row.Site is { } site)
                all.Add(In(site, sites, parameter));
            if (part.Sites is { } some && row.Sites is { } packed)
                all.Add(
                    $"({packed} is null or "
                        + string.Join(
                            " or ",
                            Sorted(some).Select(s => $"replace({packed}, {parameter($"|{s}|")}, '') <> {packed}")
                        )
                        + ")"
                );
            if (part.Customers is { } customers)
                all.Add(In(row.Customer!, customers, parameter));
            any.Add(all.Count == 0 ? "1 = 1" : $"({string.Join(" and ", all)})");
        }

        return any.Count == 0 ? "1 = 0" : $"({string.Join(" or ", any)})";
    }

    /// <summary>Sites as one text that <see cref="Where"/> finds a site in; null for none.</summary>
    public static string? Pack(IReadOnlyList<string> sites) =>
        sites.Count == 0 ? null : string.Concat(sites.Select(s => $"|{s}|"));

    private static string In(string column, IReadOnlySet<string> values, Func<Cell, string> parameter) =>
        values.Count == 0 ? "1 = 0" : $"{column} in ({string.Join(", ", Sorted(values).Select(v => parameter(v)))})";

    private static IEnumerable<string> Sorted(IEnumerable<string> values) => values.Order(StringComparer.Ordinal);
}
