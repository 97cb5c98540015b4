using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Lading.Kernel;

namespace Lading.Platform.Http;

/// <summary>One thing wrong with a request.</summary>
public sealed record FieldProblem(string Field, string? Value, string Message, string? Remedy);

/// <summary>Collects everything that is wrong with a request, so that a caller mends it in one go.</summary>
public sealed class Checks
{
    private const int Most = 50;
    private readonly List<FieldProblem> problems = [];

    /// <summary>What was found.</summary>
    public IReadOnlyList<FieldProblem> Problems => problems;

    /// <summary>Whether nothing was found.</summary>
    public bool Pass => problems.Count == 0;

    /// <summary>Whether more was asked for than one may give or take.</summary>
    public bool Overreach { get; private set; }

    /// <summary>As <see cref="That{T}"/>, of what only who holds as much may give or take.</summary>
    public bool Held(bool holds, string field, object? value, string message, string? remedy = null)
    {
        Overreach |= !holds;
        return That(holds, field, value, message, remedy);
    }

    /// <summary>Notes a problem unless <paramref name="holds"/>; answers whether it holds. At most 50 are kept. What
    /// holds costs nothing: no text is written, no value boxed.</summary>
    public bool That<T>(
        bool holds,
        FieldPath field,
        T value,
        [InterpolatedStringHandlerArgument(nameof(holds))] CheckText message,
        string? remedy = null
    )
    {
        if (!holds && problems.Count < Most)
            problems.Add(new FieldProblem(field.ToString(), Shorten(value), message.Written(), remedy));
        return holds;
    }

    /// <inheritdoc cref="That{T}" />
    public bool That(
        bool holds,
        FieldPath field,
        object? value,
        [InterpolatedStringHandlerArgument(nameof(holds))] CheckText message,
        string? remedy = null
    ) => That<object?>(holds, field, value, message, remedy);

    /// <summary>Notes what is wrong with a name that people read: empty or too long, or with control, invisible or
    /// direction characters in it, by which one name can pass for another.</summary>
    public bool Name(string field, string name, int most) =>
        That(
            name.Trim().Length is var length && length >= 1 && length <= most,
            field,
            name,
            $"A name has 1 to {most} characters.",
            "Give a name people will know it by."
        )
        && That(
            name.EnumerateRunes().All(IsSeen),
            field,
            name,
            "A name holds no control, invisible or direction characters.",
            "Write it with what can be seen alone."
        );

    private static bool IsSeen(Rune rune) =>
        rune != Rune.ReplacementChar
        && Rune.GetUnicodeCategory(rune)
            is not (
                UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.Surrogate
                or UnicodeCategory.PrivateUse
                or UnicodeCategory.OtherNotAssigned
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
            );

    /// <summary>Notes a refusal of a value's parser.</summary>
    public void Add(FieldPath field, object? value, Refusal refusal) =>
        That(false, field, value, refusal.Message, refusal.Remedy);

    private static string? Shorten(object? value)
    {
        var text = value switch
        {
            DateOnly day => day.ToString("O", CultureInfo.InvariantCulture), // as it is sent
            DateTimeOffset time => time.ToString("O", CultureInfo.InvariantCulture),
            _ => Convert.ToString(value, CultureInfo.InvariantCulture),
        };
        return text is { Length: > 100 } ? text[..100] + "…" : text;
    }
}
