using Lading.Log;

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

    /// <summary>Only the ventures a caller may see; null is all.</summary>
    public Filter Ventures(string column, IReadOnlySet<string>? ventures)
    {
        if (ventures is null)
            return this;
        if (ventures.Count == 0)
            return Where("1 = 0");
        var names = new List<string>();
        foreach (var venture in ventures)
        {
            parameters.Add(venture);
            names.Add($"${parameters.Count}");
        }

        conditions.Add($"{column} in ({string.Join(", ", names)})");
        return this;
    }

    /// <summary>The clause, or nothing.</summary>
    public override string ToString() => conditions.Count == 0 ? "" : $"where {string.Join(" and ", conditions)}";
}
