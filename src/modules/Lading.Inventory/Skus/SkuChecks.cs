using Lading.Contracts.Inventory;
using Lading.Kernel;
using Lading.Platform.Http;

namespace Lading.Inventory;

/// <summary>Checks of a SKU's master data.</summary>
internal static class SkuChecks
{
    private const int MostUnits = 50;
    private const int MostSites = 200;

    public static IReadOnlyList<UnitConversion> Units(Checks checks, IReadOnlyList<UnitConversion>? units)
    {
        checks.That((units?.Count ?? 0) <= MostUnits, "units", units?.Count, $"A SKU has at most {MostUnits} units.");
        for (var i = 0; i < Math.Min(units?.Count ?? 0, MostUnits); i++)
            checks.Code($"units[{i}].unit", units![i].Unit, 20);
        return units ?? [];
    }

    public static T Choice<T>(Checks checks, string field, string? word)
        where T : struct, Enum
    {
        if (word is null)
            return default;
        var names = Enum.GetNames<T>();
        var found = Array.FindIndex(names, n => string.Equals(n, word, StringComparison.OrdinalIgnoreCase));
        checks.That(
            found >= 0,
            field,
            word,
            "There is no such choice.",
            $"Use {string.Join(", ", names.Select(n => n.ToLowerInvariant()))}."
        );
        return found < 0 ? default : Enum.GetValues<T>()[found];
    }

    public static IReadOnlyList<string> Sites(
        Checks checks,
        Caller caller,
        IReadOnlyList<string>? sites,
        string field = "sitePreference"
    )
    {
        checks.That((sites?.Count ?? 0) <= MostSites, field, sites?.Count, $"At most {MostSites} sites.");
        checks.That(
            sites is null || sites.Distinct(StringComparer.Ordinal).Count() == sites.Count,
            field,
            null,
            "A site is named twice."
        );
        for (var i = 0; i < Math.Min(sites?.Count ?? 0, MostSites); i++)
            checks.Site($"{field}[{i}]", sites![i], caller);
        return sites ?? [];
    }

    public static string? Gtin(Checks checks, string? gtin)
    {
        if (gtin is null)
            return null;
        if (!Kernel.Gtin.TryParse(gtin, out var parsed, out var refusal))
            checks.Add("gtin", gtin, refusal);
        return parsed.ToString();
    }
}
