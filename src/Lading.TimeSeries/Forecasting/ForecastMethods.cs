namespace Lading.TimeSeries.Forecasting;

/// <summary>Every method by the name it goes by on the command line and in reports.</summary>
public static class ForecastMethods
{
    /// <summary>The M competitions' reference, against which OWA is measured.</summary>
    public static ForecastMethod Naive2 { get; } = new("naive2", Naive.SeasonallyAdjusted);

    /// <summary>The default for regular demand.</summary>
    public static ForecastMethod MedianOfFour { get; } = new("median4", Combination.MedianOfFour);

    /// <summary>For series with values in most periods.</summary>
    public static IReadOnlyList<ForecastMethod> Regular { get; } =
    [
        new("naive", Naive.LastValue),
        new("seasonal-naive", Naive.Seasonal),
        Naive2,
        new("ses", SimpleSmoothing.ForecastAdjusted),
        new("theta", Theta.Standard),
        new("dotm", DynamicTheta.Forecast),
        new("ets", Ets.Forecast),
        new("arima", Arima.Forecast),
        new("ces", ComplexSmoothing.Forecast),
        MedianOfFour,
    ];

    /// <summary>For series that are zero most of the time.</summary>
    public static IReadOnlyList<ForecastMethod> Intermittent { get; } =
    [
        new("croston", IntermittentDemand.Croston),
        new("sba", IntermittentDemand.SyntetosBoylan),
        new("tsb", IntermittentDemand.TeunterSyntetosBabai),
        new("adida", IntermittentDemand.Adida),
        new("imapa", IntermittentDemand.Imapa),
        new("median-intermittent", IntermittentDemand.Median),
    ];

    /// <summary>The method of that name, or null.</summary>
    public static ForecastMethod? Find(string name) => Regular.Concat(Intermittent).FirstOrDefault(m => m.Name == name);
}
