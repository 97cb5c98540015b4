namespace Lading.TimeSeries.Stock;

/// <summary>
/// Safety stock in units for normal lead-time demand. Two services are often confused: the <b>cycle service</b> is
/// the share of replenishment cycles without a stock-out, the <b>fill rate</b> the share of demand met from the
/// shelf. Source: Silver, Pyke and Thomas (2017), 6.7.
/// </summary>
public static class SafetyStock
{
    /// <summary>z standard deviations, for a cycle service between 0 and 1 exclusive.</summary>
    public static double ForCycleService(LeadTimeDemand demand, double service)
    {
        GuardService(service);
        return Normal.Quantile(service) * demand.Deviation;
    }

    /// <summary>
    /// The stock with which orders of <paramref name="quantity"/> units reach the fill rate: deviation * loss(z) =
    /// quantity * (1 - fill rate). It may be negative when large orders alone give more than the rate asked for.
    /// </summary>
    public static double ForFillRate(LeadTimeDemand demand, double fillRate, double quantity)
    {
        GuardService(fillRate);
        if (!(quantity > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(quantity), quantity, "An order has a positive quantity.");
        }

        if (demand.Deviation == 0)
        {
            return 0;
        }

        var wanted = quantity * (1 - fillRate) / demand.Deviation;
        double low = -40,
            high = 40;
        for (var i = 0; i < 200 && high - low > 1e-13; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = Normal.Loss(middle) > wanted ? (middle, high) : (low, middle);
        }

        return high * demand.Deviation;
    }

    internal static void GuardService(double service)
    {
        if (!(service is > 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(service), service, "A service level lies between 0 and 1.");
        }
    }
}
