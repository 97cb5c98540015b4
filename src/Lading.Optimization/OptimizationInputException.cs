namespace Lading.Optimization;

/// <summary>
/// Input that no plan can be made from: it names the field, the value that was found there and what to do about it.
/// Raised before any work is done, so a caller never sees a silently wrong plan.
/// </summary>
public sealed class OptimizationInputException : ArgumentException
{
    public OptimizationInputException(string field, object? value, string remedy)
        : base(FormattableString.Invariant($"{field} is {value ?? "missing"}: {remedy}"))
    {
        Field = field;
        Value = value;
        Remedy = remedy;
    }

    /// <summary>Path of the offending field, for example <c>orders[3].lines[0].aisle</c>.</summary>
    public string Field { get; }

    /// <summary>The value found there.</summary>
    public object? Value { get; }

    /// <summary>What the caller can change so that the input is accepted.</summary>
    public string Remedy { get; }
}
