namespace Lading.Kernel;

/// <summary>Why a unit or a conversion is refused.</summary>
internal static class UnitRefusals
{
    /// <summary>The largest part of a conversion's fraction.</summary>
    public const long MaxPart = 1_000_000_000;

    public static Refusal Unrelated(string from, string to) =>
        new(
            "unit.unrelated",
            RefusalKind.Invalid,
            $"{from} does not convert into {to} by standard.",
            null,
            from,
            "Give a unit of the same dimension, or add a conversion to the SKU."
        );

    public static Refusal Unknown(string unit, string baseUnit) =>
        new(
            "unit.unknown",
            RefusalKind.Invalid,
            $"The SKU, kept in {baseUnit}, has no unit '{DecimalText.Shown(unit)}'.",
            null,
            DecimalText.Shown(unit),
            $"Give the quantity in {baseUnit}, or add a conversion to the SKU."
        );

    public static Refusal DoesNotDivide(Quantity entered, Ratio ratio, string unit) =>
        new(
            "unit.does-not-divide",
            RefusalKind.Invalid,
            $"{entered} are no whole thousandths of {unit}: one {entered.Unit} is {ratio} {unit}.",
            null,
            $"{entered}",
            $"Give the quantity in {unit}, or one that comes out in thousandths of it."
        );

    public static Refusal TooLarge(Quantity entered, string unit) =>
        new(
            "unit.too-large",
            RefusalKind.Invalid,
            $"{entered} are too large a number of {unit} to be kept exactly.",
            null,
            $"{entered}",
            $"Give a smaller quantity, or give it in {unit}."
        );

    public static Refusal TooMany(int most) =>
        new(
            "unit.too-many",
            RefusalKind.Invalid,
            $"A SKU has at most {most} conversions.",
            null,
            null,
            "Leave out those that follow by standard."
        );

    public static Refusal BadRatio(string unit, long numerator, long denominator) =>
        new(
            "unit.bad-ratio",
            RefusalKind.Invalid,
            $"One {unit} cannot be {numerator}/{denominator} base units.",
            null,
            $"{numerator}/{denominator}",
            $"Give two whole numbers from 1 to {MaxPart}."
        );

    public static Refusal NamedTwice(string unit) =>
        new(
            "unit.named-twice",
            RefusalKind.Invalid,
            $"The unit {unit} is named twice.",
            null,
            unit,
            "Name the base unit once and each other unit once."
        );

    public static Refusal Contradicts(string unit, Ratio given, Ratio already, string baseUnit) =>
        new(
            "unit.contradiction",
            RefusalKind.Invalid,
            $"One {unit} is said to be {given} {baseUnit}, but is {already} {baseUnit} by the units before it.",
            null,
            $"{given}",
            $"Leave {unit} out, or name a unit of the SKU's own."
        );
}
