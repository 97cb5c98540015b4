using System.Globalization;
using Lading.Orders;

namespace Lading.Cli.Import;

/// <summary>What a file has of an order, and what is there instead; null where the one or the other has
/// nothing.</summary>
/// <param name="Field">Of the mapping; of a charge its code.</param>
/// <param name="Row">The row that says it.</param>
internal sealed record OtherValue(string Field, string? File, string? There, int Row, bool IsCharge = false);

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

    /// <summary>What differs outside the lines. What the file leaves empty is no difference, nor is an erased person's
    /// name or address; charges are compared as a whole, as lines are.</summary>
    public static IEnumerable<OtherValue> Others(PlacedView placed, OrderView there, PlannedOrder wanted)
    {
        var (file, to, at) = (wanted.Request, wanted.Request.ShipTo, there.ShipTo);
        var person = at is null || (at.Name ?? at.Street ?? at.Phone) is not null ? to : null;
        (string Field, string? File, string? There)[] fields =
        [
            ("customer", file.Customer, placed.Customer),
            ("type", wanted.Type?.ToString().ToLowerInvariant(), there.Type),
            ("priority", wanted.Priority is { } priority ? Text(priority) : null, Text(there.Priority)),
            ("requestedOn", file.RequestedOn?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), there.RequestedOn),
            ("reference", file.Reference, there.Reference),
            ("shipToName", person?.Name, at?.Name),
            ("shipToStreet", person?.Street, at?.Street),
            ("shipToPhone", person?.Phone, at?.Phone),
            ("shipToPostalCode", to?.PostalCode, at?.PostalCode),
            ("shipToCity", to?.City, at?.City),
            ("shipToCountry", to?.Country, at?.Country),
        ];
        return fields
            .Where(f => f.File is not null && f.File != f.There)
            .Select(f => new OtherValue(f.Field, f.File, f.There, wanted.Row))
            .Concat(Charges(there, wanted));
    }

    private static IEnumerable<OtherValue> Charges(OrderView there, PlannedOrder wanted)
    {
        var before = there.Services.ToLookup(s => s.Code, s => Text(s.Quantity, s.Amount));
        var file = wanted
            .Request.Services.Select(
                (s, i) => (Code: s.Code!, Text: Text(s.Quantity, s.Amount), Row: wanted.ServiceRows[i])
            )
            .ToLookup(s => s.Code);
        foreach (var code in file.Select(f => f.Key).Union(before.Select(b => b.Key)))
        {
            var (now, then) = (All(file[code].Select(f => f.Text)), All(before[code]));
            if (now != then)
                yield return new OtherValue(
                    code,
                    now,
                    then,
                    file[code].FirstOrDefault((code, "", wanted.Row)).Row,
                    true
                );
        }
    }

    private static string? All(IEnumerable<string> amounts) =>
        string.Join(" and ", amounts.Order(StringComparer.Ordinal)) is { Length: > 0 } all ? all : null;

    private static string Text(long quantity, Price? amount) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{(quantity == 1 ? "" : $"{quantity} for ")}{amount?.Amount:0.######} {amount?.Currency}"
        );

    private static string Id(IReadOnlyList<LineRequest> lines, int at) => lines[at].Line ?? Text(at + 1);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static bool Same(PlacedLine old, LineRequest line) =>
        old.Sku == line.Sku
        && old.Quantity == line.Quantity
        && (line.Unit is null || old.Unit == line.Unit)
        && (old.UnitPrice?.Amount ?? 0) == (line.UnitPrice?.Amount ?? 0)
        && old.UnitPrice?.Currency == line.UnitPrice?.Currency;
}
