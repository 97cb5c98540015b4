using System.Globalization;
using System.Runtime.CompilerServices;

namespace Lading.Platform.Http;

/// <summary>What a check says when it fails; an interpolated text is put together only then.</summary>
[InterpolatedStringHandler]
public ref struct CheckText
{
    private readonly string? ready;
    private DefaultInterpolatedStringHandler text;

    /// <summary>Called by the compiler; nothing is appended where the check <paramref name="holds"/>.</summary>
    public CheckText(int literals, int holes, bool holds, out bool appends)
    {
        appends = !holds;
        if (appends)
            text = new DefaultInterpolatedStringHandler(literals, holes, CultureInfo.InvariantCulture);
    }

    private CheckText(string ready) => this.ready = ready;

    /// <summary>A text that is there already.</summary>
    public static implicit operator CheckText(string ready) => new(ready);

    /// <summary>A literal part.</summary>
    public void AppendLiteral(string part) => text.AppendLiteral(part);

    /// <summary>A value.</summary>
    public void AppendFormatted<T>(T value) => text.AppendFormatted(value);

    /// <summary>A value in a format.</summary>
    public void AppendFormatted<T>(T value, string? format) => text.AppendFormatted(value, format);

    /// <summary>The text; to be asked for once.</summary>
    internal string Written() => ready ?? text.ToStringAndClear();
}

/// <summary>Where in a request a value stands, written out only when something is wrong with it:
/// <c>lines[3].unitPrice.amount</c>.</summary>
/// <param name="Name">A field, or a list when there is an <paramref name="Index"/>.</param>
/// <param name="Index">From 0; -1 where it is no list.</param>
public readonly record struct FieldPath(string Name, int Index = -1)
{
    private string? Member { get; init; }

    private string? Part { get; init; }

    /// <summary>A field of the request itself, or a path already written out.</summary>
    public static implicit operator FieldPath(string name) => new(name);

    /// <summary>A field of what stands here, at most two deep.</summary>
    public FieldPath Of(string field) => Member is null ? this with { Member = field } : this with { Part = field };

    /// <inheritdoc />
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Name}{(Index < 0 ? "" : $"[{Index}]")}{Dotted(Member)}{Dotted(Part)}"
        );

    private static string Dotted(string? field) => field is null ? "" : $".{field}";
}
