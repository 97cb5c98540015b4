using System.Globalization;
using Lading.Orders;

namespace Lading.Cli.Import;

/// <summary>In what an order as a file has it differs from the order that is there.</summary>
internal static class OrderDifference
{
    /// <summary>
    /// The lines to be set as the file has them, and the ids of those the file has no more. A line keeps its SKU, so
    /// one that the file itself gives no id is the line at its place when that has its SKU, and else another of that
    /// SKU: rows may be put in and taken out.
    /// </summary>
    public static (List<LineRequest> Changed, List<string> Removed) Lines(PlacedView placed, PlannedOrder wanted)
    {
        var lines = wanted.Request.Lines;
        var left = placed.Lines.ToDictionary(l => l.Line, StringComparer.Ordinal);
        var there = new PlacedLine?[lines.Count];
        for (var i = 0; i < lines.Count; i++)
            if (left.GetValueOrDefault(Id(lines, i)) is { } old && (wanted.Named[i] || old.Sku == lines[i].Sku))
                Match(i, old);
        for (var i = 0; i < lines.Count; i++)
            if (there[i] is null && !wanted.Named[i])
                Match(i, left.Values.FirstOrDefault(l => l.Sku == lines[i].Sku));

        var ids = placed.Lines.Select(l => l.Line).ToHashSet(StringComparer.Ordinal);
        var last = Math.Max(lines.Count, placed.Lines.Count);
        var changed = new List<LineRequest>();
        for (var i = 0; i < lines.Count; i++)
            if (there[i] is null || !Same(there[i]!, lines[i]))
                changed.Add(lines[i] with { Line = there[i]?.Line ?? New(i) });
        return (changed, [.. left.Keys]);

        void Match(int at, PlacedLine? line)
        {
            if ((there[at] = line) is not null)
                left.Remove(line!.Line);
        }

        string New(int at)
        {
            var id = Id(lines, at);
            while (!ids.Add(id) && !wanted.Named[at])
                id = Text(++last);
            return id;
        }
    }

    private static string Id(IReadOnlyList<LineRequest> lines, int at) => lines[at].Line ?? Text(at + 1);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static bool Same(PlacedLine old, LineRequest line) =>
        old.Sku == line.Sku
        && old.Quantity == line.Quantity
        && (line.Unit is null || old.Unit == line.Unit)
        && (old.UnitPrice?.Amount ?? 0) == (line.UnitPrice?.Amount ?? 0)
        && old.UnitPrice?.Currency == line.UnitPrice?.Currency;
}
