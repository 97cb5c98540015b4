using System.Collections.Frozen;

namespace Lading.Kernel;

/// <summary>What a unit measures; units of one dimension convert into each other exactly.</summary>
public enum Dimension
{
    /// <summary>Single pieces and fixed numbers of them.</summary>
    Count,

    /// <summary>
    /// Handling units: how much is in one is the SKU's own matter, so they convert only by its conversions.
    /// </summary>
    Package,

    /// <summary>Mass, in grams.</summary>
    Mass,

    /// <summary>Volume, in millilitres.</summary>
    Volume,

    /// <summary>Length, in metres.</summary>
    Length,

    /// <summary>Area, in square metres.</summary>
    Area,
}

/// <summary>A standard unit of measure.</summary>
/// <param name="Code">Capital letters and digits: <c>EA</c>, <c>KG</c>.</param>
/// <param name="InDimension">
/// How many pieces, grams, millilitres, metres or square metres it is; null for a package.
/// </param>
public sealed record Unit(string Code, string Name, Dimension Dimension, Ratio? InDimension);

/// <summary>
/// The standard units, with short codes after UN/ECE Recommendation 20. The inch is 25.4 mm and the pound 453.59237 g
/// (international yard and pound agreement, 1959); gallon, quart and barrel are the US liquid ones (231 in³ a gallon).
/// </summary>
public static class UnitsOfMeasure
{
    /// <summary>The longest code, in characters.</summary>
    public const int MaxCodeLength = 12;

    private static readonly FrozenDictionary<string, Unit> Units = Table().ToFrozenDictionary(u => u.Code);

    /// <summary>All standard units, by code.</summary>
    public static IEnumerable<Unit> All => Units.Values.OrderBy(u => u.Code, StringComparer.Ordinal);

    /// <summary>The standard unit of this code, or null: the code may still be a SKU's own.</summary>
    public static Unit? Find(string code) => Units.GetValueOrDefault(code);

    /// <summary>Whether a text can be a unit's code, standard or a SKU's own: 1 to 12 of A–Z, 0–9, hyphen.</summary>
    public static bool IsCode(string? text) =>
        text is { Length: > 0 and <= MaxCodeLength }
        && text.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c == '-');

    /// <summary>Refuses a text that cannot be a unit's code; null when it can.</summary>
    public static Refusal? CheckCode(string? text) =>
        IsCode(text)
            ? null
            : new Refusal(
                "unit.malformed",
                RefusalKind.Invalid,
                $"'{DecimalText.Shown(text ?? "")}' is not the code of a unit.",
                null,
                DecimalText.Shown(text ?? ""),
                $"Use 1 to {MaxCodeLength} capital letters, digits or hyphens: EA, KG, BOX-12."
            );

    /// <summary>
    /// How many of <paramref name="to"/> one of <paramref name="from"/> is by standard; null when unrelated.
    /// </summary>
    public static Ratio? Between(string from, string to)
    {
        if (string.Equals(from, to, StringComparison.Ordinal))
            return Ratio.One;
        if (Find(from) is not { InDimension: { } source } a || Find(to) is not { InDimension: { } target } b)
            return null;
        return a.Dimension == b.Dimension ? source / target : null;
    }

    private static Unit[] Table() =>
        [
            Count("EA", "each", 1),
            Count("PR", "pair", 2),
            Count("DZ", "dozen", 12),
            Count("GRO", "gross", 144),
            Count("HUN", "hundred", 100),
            Count("MIL", "thousand", 1000),
            Package("PK", "pack"),
            Package("BX", "box"),
            Package("CS", "case"),
            Package("CT", "carton"),
            Package("BG", "bag"),
            Package("RL", "roll"),
            Package("SET", "set"),
            Package("DR", "drum"),
            Package("LAY", "layer"),
            Package("PAL", "pallet"),
            Mass("MG", "milligram", 1, 1000),
            Mass("G", "gram", 1),
            Mass("KG", "kilogram", 1000),
            Mass("TNE", "tonne", 1_000_000),
            Mass("OZ", "ounce", 45_359_237, 1_600_000),
            Mass("LB", "pound", 45_359_237, 100_000),
            Mass("CWT", "hundredweight (100 lb)", 45_359_237, 1000),
            Mass("TON", "short ton (2,000 lb)", 90_718_474, 100),
            Mass("LTN", "long ton (2,240 lb)", 10_160_469_088, 10_000),
            Volume("ML", "millilitre", 1),
            Volume("L", "litre", 1000),
            Volume("HL", "hectolitre", 100_000),
            Volume("M3", "cubic metre", 1_000_000),
            Volume("FLOZ", "fluid ounce", 3_785_411_784, 128_000_000),
            Volume("PT", "pint", 3_785_411_784, 8_000_000),
            Volume("QT", "quart", 3_785_411_784, 4_000_000),
            Volume("GAL", "gallon", 3_785_411_784, 1_000_000),
            Volume("BBL", "barrel (42 gal)", 3_785_411_784 * 42L, 1_000_000),
            Volume("FT3", "cubic foot", 28_316_846_592, 1_000_000),
            Volume("YD3", "cubic yard", 28_316_846_592 * 27, 1_000_000),
            Length("MM", "millimetre", 1, 1000),
            Length("CM", "centimetre", 1, 100),
            Length("M", "metre", 1),
            Length("KM", "kilometre", 1000),
            Length("IN", "inch", 254, 10_000),
            Length("FT", "foot", 3048, 10_000),
            Length("YD", "yard", 9144, 10_000),
            Length("MI", "mile", 1_609_344, 1000),
            Area("M2", "square metre", 1),
            Area("FT2", "square foot", 9_290_304, 100_000_000),
        ];

    private static Unit Count(string code, string name, long pieces) =>
        new(code, name, Dimension.Count, new Ratio(pieces, 1));

    private static Unit Package(string code, string name) => new(code, name, Dimension.Package, null);

    private static Unit Mass(string code, string name, long numerator, long denominator = 1) =>
        new(code, name, Dimension.Mass, new Ratio(numerator, denominator));

    private static Unit Volume(string code, string name, long numerator, long denominator = 1) =>
        new(code, name, Dimension.Volume, new Ratio(numerator, denominator));

    private static Unit Length(string code, string name, long numerator, long denominator = 1) =>
        new(code, name, Dimension.Length, new Ratio(numerator, denominator));

    private static Unit Area(string code, string name, long numerator, long denominator = 1) =>
        new(code, name, Dimension.Area, new Ratio(numerator, denominator));
}
