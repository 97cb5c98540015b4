namespace Lading.TimeSeries.Stock;

/// <summary>
/// One order for one selling season. A unit short costs its lost margin (<c>under</c>), a unit left over its cost
/// less salvage (<c>over</c>); the best order is the demand's quantile at under / (under + over). Source: Arrow,
/// Harris and Marschak (1951).
/// </summary>
public static class Newsvendor
{
    /// <summary>The best order for normal demand, never negative.</summary>
    public static double Order(LeadTimeDemand demand, double under, double over) =>
        Math.Max(demand.Mean + (Normal.Quantile(Ratio(under, over)) * demand.Deviation), 0);

    /// <summary>The best order for demands as likely as they were seen: the smallest that covers the ratio.</summary>
    public static double Order(ReadOnlySpan<double> demands, double under, double over)
    {
        if (demands.IsEmpty)
        {
            throw new ArgumentException("No demand was seen.", nameof(demands));
        }

        var ratio = Ratio(under, over);
        var sorted = demands.ToArray();
        Array.Sort(sorted);
        return sorted[Math.Clamp((int)Math.Ceiling((ratio * sorted.Length) - 1e-9) - 1, 0, sorted.Length - 1)];
    }

    /// <summary>The mean cost of an order under normal demand.</summary>
    public static double Cost(LeadTimeDemand demand, double order, double under, double over)
    {
        if (demand.Deviation == 0)
        {
            return (under * Math.Max(demand.Mean - order, 0)) + (over * Math.Max(order - demand.Mean, 0));
        }

        var z = (order - demand.Mean) / demand.Deviation;
        var missing = demand.Deviation * Normal.Loss(z);
        return (under * missing) + (over * (order - demand.Mean + missing));
    }

    private static double Ratio(double under, double over) =>
        under > 0 && over > 0 ? under / (under + over) : throw new ArgumentException("Both costs are positive.");
}
