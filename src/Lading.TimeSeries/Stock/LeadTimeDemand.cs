using Lading.TimeSeries.Forecasting;

namespace Lading.TimeSeries.Stock;

/// <summary>
/// Mean and standard deviation of the demand between the moment an order is placed and the moment its goods are
/// there, in units.
/// </summary>
public readonly record struct LeadTimeDemand(double Mean, double Deviation)
{
    /// <summary>
    /// From demand per period and a lead time in periods, both with their standard deviations and independent:
    /// variance = L * sd(demand)^2 + mean(demand)^2 * sd(L)^2. With periodic review add the review interval to the
    /// mean lead time. Source: Silver, Pyke and Thomas, Inventory and Production Management in Supply Chains, 4th ed.
    /// (2017), 6.10.
    /// </summary>
    public static LeadTimeDemand FromPeriods(
        double meanDemand,
        double demandDeviation,
        double meanLeadTime,
        double leadTimeDeviation = 0
    )
    {
        foreach (var value in (ReadOnlySpan<double>)[demandDeviation, meanLeadTime, leadTimeDeviation])
        {
            if (!(value >= 0) || !double.IsFinite(meanDemand))
            {
                throw new ArgumentException("Deviations and lead time are not negative, and all are finite.");
            }
        }

        var variance =
            (meanLeadTime * demandDeviation * demandDeviation)
            + (meanDemand * meanDemand * leadTimeDeviation * leadTimeDeviation);
        return new LeadTimeDemand(meanDemand * meanLeadTime, Math.Sqrt(variance));
    }

    /// <summary>
    /// Adds what the position has already fallen below the reorder point when a review finds it: with demand of that
    /// mean and deviation between reviews its mean is E[D^2] / 2 E[D]. Leave it out only if stock is reviewed at
    /// every unit sold. Source: Silver, Pyke and Thomas (2017), 7.4; the moments are those of a stationary renewal
    /// process.
    /// </summary>
    public LeadTimeDemand WithUndershoot(double meanDemand, double demandDeviation)
    {
        if (!(meanDemand > 0) || !(demandDeviation >= 0))
        {
            throw new ArgumentException("Demand between reviews is positive, its deviation not negative.");
        }

        var (mean2, variance) = (meanDemand * meanDemand, demandDeviation * demandDeviation);
        var shortfall = (variance + mean2) / (2 * meanDemand);
        var spread = ((mean2 + (3 * variance)) / 3) - (shortfall * shortfall);
        return new LeadTimeDemand(Mean + shortfall, Math.Sqrt((Deviation * Deviation) + Math.Max(spread, 0)));
    }

    /// <summary>
    /// From a forecast over the lead time: means added up, and the standard error of the sum as really made at
    /// earlier origins. <paramref name="trials"/> must reach at least <paramref name="periods"/> steps; the forecast
    /// error, not the demand's own variation, is what safety stock has to cover. Without trials the steps' standard
    /// errors are added as if always of one sign.
    /// </summary>
    public static LeadTimeDemand FromForecast(Forecast forecast, int periods, IReadOnlyList<Trial> trials)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(periods, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(periods, forecast.Mean.Length);
        double mean = 0,
            spread = 0,
            squares = 0;
        for (var h = 0; h < periods; h++)
        {
            mean += forecast.Mean[h];
            spread += forecast.Spread[h];
        }

        foreach (var trial in trials)
        {
            var error = 0.0;
            for (var h = 0; h < periods; h++)
            {
                error += trial.Actual.Span[h] - trial.Forecast.Mean[h];
            }

            squares += error * error;
        }

        return new LeadTimeDemand(mean, trials.Count > 0 ? Math.Sqrt(squares / trials.Count) : spread);
    }
}
