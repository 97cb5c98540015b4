using Lading.Contracts.Orders;
using Lading.Kernel;

namespace Lading.Orders;

/// <summary>
/// What must hold for any set of lines in a request. Decisions answer with the first problem, the HTTP edge
/// with all of them: one text of the rule for both.
/// </summary>
public static class OrderLines
{
    /// <summary>
    /// The problems of lines and services that are to stand in one order, in the order of the ladder.
    /// </summary>
    public static IEnumerable<Refusal> Problems(IReadOnlyList<OrderLine> lines, IReadOnlyList<ServiceLine> services)
    {
        var count = lines.Count + services.Count;
        if (count is < 1 or > Order.MaxLines)
            yield return OrderRefusals.LineCount(count);
        var ids = new HashSet<string>(count, StringComparer.Ordinal);
        for (var i = 0; i < lines.Count; i++)
        {
            if (!ids.Add(lines[i].Line))
                yield return OrderRefusals.RepeatedLine(i, lines[i].Line);
            if (!IsQuantity(lines[i].Quantity))
                yield return OrderRefusals.LineQuantity(i, lines[i].Quantity);
        }

        for (var i = 0; i < services.Count; i++)
        {
            if (!ids.Add(services[i].Line))
                yield return OrderRefusals.RepeatedLine(i, services[i].Line) with
                {
                    Field = $"services[{i}].line",
                };
        }
    }

    /// <summary>Whether a quantity may stand in a request.</summary>
    public static bool IsQuantity(BaseQuantity quantity) => quantity.Sign > 0 && quantity <= Order.MaxQuantity;

    /// <summary>
    /// What is asked of each line in all: a line may be named several times, once per lot or place.
    /// </summary>
    /// <returns>The sums and where each line was first named, or the first problem.</returns>
    public static (Dictionary<string, Asked> Sums, Refusal? Problem) Sum(
        OrderState order,
        IEnumerable<(string Line, BaseQuantity Quantity)> parts
    )
    {
        var sums = new Dictionary<string, Asked>(StringComparer.Ordinal);
        var at = -1;
        Refusal? unknown = null;
        foreach (var (line, quantity) in parts)
        {
            at++;
            if (at >= Order.MaxLines)
                return (sums, OrderRefusals.LineCount(at + 1));
            if (!IsQuantity(quantity))
                return (sums, OrderRefusals.LineQuantity(at, quantity));
            if (!order.Lines.ContainsKey(line))
                unknown ??= OrderRefusals.UnknownLine(at, order.Order, line);
            var before = sums.GetValueOrDefault(line, new Asked(at, BaseQuantity.Zero));
            sums[line] = before with { Quantity = before.Quantity + quantity };
        }

        return (sums, at < 0 ? OrderRefusals.LineCount(0) : unknown);
    }
}

/// <summary>A quantity asked of a line, and the index at which the request first names it.</summary>
public readonly record struct Asked(int At, BaseQuantity Quantity);
