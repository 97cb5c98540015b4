using System.Diagnostics.CodeAnalysis;

namespace Lading.Kernel;

/// <summary>Which signs a figure may have where it is entered.</summary>
public enum SignRule
{
    /// <summary>Negative, zero or positive.</summary>
    Any,

    /// <summary>Zero or positive.</summary>
    NotNegative,

    /// <summary>More than zero.</summary>
    Positive,
}

/// <summary>
/// Reads and writes decimal figures exactly, as a whole number of the last decimal place. The text is plain: digits,
/// a point, digits, a minus sign in front; no exponent, no grouping, no blanks, so that it reads alike everywhere.
/// </summary>
internal static class DecimalText
{
    /// <summary>Reads <paramref name="text"/> with at most <paramref name="decimals"/> places.</summary>
    /// <param name="topic">The first part of the refusal's code: <c>quantity</c>, <c>money</c>.</param>
    public static bool TryRead(
        string? text,
        int decimals,
        SignRule sign,
        string topic,
        out long scaled,
        [NotNullWhen(false)] out Refusal? refusal
    )
    {
        scaled = 0;
        refusal = null;
        var figure = text ?? "";
        var negative = figure.StartsWith('-');
        var digits = figure.AsSpan(negative ? 1 : 0);
        var point = digits.IndexOf('.');
        var whole = point < 0 ? digits : digits[..point];
        var part = point < 0 ? [] : digits[(point + 1)..];
        if (!AllDigits(whole) || (point >= 0 && !AllDigits(part)))
            refusal = Malformed(topic, figure);
        else if (part.Length > decimals)
            refusal = TooFine(topic, figure, decimals);
        else if (!TryScale(whole, part, decimals, negative, out scaled))
            refusal = TooLarge(topic, figure, decimals);
        else if ((sign == SignRule.NotNegative && scaled < 0) || (sign == SignRule.Positive && scaled <= 0))
            refusal = WrongSign(topic, figure, sign);
        if (refusal is not null)
            scaled = 0;
        return refusal is null;
    }

    /// <summary>
    /// Writes a figure with at least <paramref name="least"/> of its <paramref name="decimals"/> places.
    /// </summary>
    public static string Write(long scaled, int decimals, int least)
    {
        var digits = UInt128.CreateChecked(Int128.Abs(scaled)).ToString().PadLeft(decimals + 1, '0');
        var part = digits[^decimals..].TrimEnd('0').PadRight(least, '0');
        return (scaled < 0 ? "-" : "") + digits[..^decimals] + (part.Length == 0 ? "" : "." + part);
    }

    /// <summary>A value as a refusal repeats it: at most 100 characters.</summary>
    public static string Shown(string value) => value.Length <= 100 ? value : value[..99] + "…";

    private static bool AllDigits(ReadOnlySpan<char> text) =>
        text.Length > 0 && !text.ContainsAnyExceptInRange('0', '9');

    private static bool TryScale(
        ReadOnlySpan<char> whole,
        ReadOnlySpan<char> part,
        int decimals,
        bool negative,
        out long scaled
    )
    {
        scaled = 0;
        Int128 sum = 0;
        for (var i = 0; i < whole.Length + decimals; i++)
        {
            var at = i - whole.Length;
            var digit =
                at < 0 ? whole[i]
                : at < part.Length ? part[at]
                : '0';
            sum = sum * 10 + (digit - '0');
            if (sum > (Int128)long.MaxValue + 1)
                return false;
        }

        sum = negative ? -sum : sum;
        if (sum > long.MaxValue)
            return false;
        scaled = (long)sum;
        return true;
    }

    private static Refusal Malformed(string topic, string text) =>
        new(
            $"{topic}.malformed",
            RefusalKind.Invalid,
            $"'{Shown(text)}' is not a decimal figure.",
            null,
            Shown(text),
            "Write digits with a point before the decimals, as in 12.5; no blanks, grouping or exponent."
        );

    private static Refusal TooFine(string topic, string text, int decimals) =>
        new(
            $"{topic}.too-fine",
            RefusalKind.Invalid,
            $"'{Shown(text)}' has more than {decimals} decimals.",
            null,
            Shown(text),
            decimals == 0 ? "Write a whole number." : $"Write at most {decimals} decimals."
        );

    private static Refusal TooLarge(string topic, string text, int decimals) =>
        new(
            $"{topic}.too-large",
            RefusalKind.Invalid,
            $"'{Shown(text)}' is too large to be kept exactly.",
            null,
            Shown(text),
            $"Stay between {Write(long.MinValue, decimals, 0)} and {Write(long.MaxValue, decimals, 0)}."
        );

    private static Refusal WrongSign(string topic, string text, SignRule sign) =>
        new(
            sign == SignRule.Positive ? $"{topic}.not-positive" : $"{topic}.negative",
            RefusalKind.Invalid,
            $"'{Shown(text)}' is not allowed here.",
            null,
            Shown(text),
            sign == SignRule.Positive ? "Write a figure above 0." : "Write 0 or a figure above it."
        );
}
