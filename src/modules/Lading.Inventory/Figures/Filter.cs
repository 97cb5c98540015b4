using Lading.Log;
using Lading.Platform.Access;

namespace Lading.Inventory;

/// <summary>The conditions of a list and their parameters, numbered as they are added.</summary>
internal sealed class Filter
{
    private readonly List<string> conditions = [];
    private readonly List<Cell> parameters = [];

    /// <summary>In the order of their numbers.</summary>
    public Cell[] Parameters => [.. parameters];

    /// <summary>Adds a condition; <c>{0}</c> stands for the value.</summary>
    public Filter Where(string condition, Cell value)
    {
        parameters.Add(value);
        conditions.Add(condition.Replace("{0}", $"${parameters.Count}", StringComparison.Ordinal));
        return this;
    }

    /// <summary>Adds a condition when there is a value.</summary>
    public Filter WhenGiven(string condition, string? value) =>
        string.IsNullOrEmpty(value) ? this : Where(condition, value);

    /// <summary>Keeps what begins with a text, as a range that an index serves.</summary>
    public Filter BeginsWith(string column, string? prefix) =>
        string.IsNullOrEmpty(prefix)
            ? this
            : Where($"{column} >= {{0}}", prefix).Where($"{column} < {{0}}", prefix + char.MaxValue);

    /// <summary>Rows behind a cursor of several values, in the order of the columns.</summary>
    public Filter After(string columns, params ReadOnlySpan<Cell> values)
    {
        var names = new List<string>();
        foreach (var value in values)
        {
            parameters.Add(value);
            names.Add($"${parameters.Count}");
        }

        conditions.Add($"({columns}) > ({string.Join(", ", names)})");
        return this;
    }

    /// <summary>A condition without a value.</summary>
    public Filter Where(string condition)
    {
        conditions.Add(condition);
        return this;
    }

    /// <summary>One of these values; none: nothing.</summary>
    public Filter OneOf(string column, IReadOnlyList<string> values) =>
        Where(values.Count == 0 ? "1 = 0" : $"{column} in ({string.Join(", ", values.Select(v => Parameter(v)))})");

    /// <summary>Only what a caller may see.</summary>
    public Filter Seen(Reach reach, Owning row) =>
        ReachSql.Where(reach, row, Parameter) is { } condition ? Where(condition) : this;

    private string Parameter(Cell value)
    {
        parameters.Add(value);
        return $"${parameters.Count}";
    }

    /// <summary>The clause, or nothing.</summary>
    public override string ToString() => conditions.Count == 0 ? "" : $"where {string.Join(" and ", conditions)}";
}
