namespace Lading.TimeSeries.Forecasting;

/// <summary>
/// Forecasts one series. <paramref name="history"/> holds at least one finite value, oldest first, in the series' own
/// unit; <paramref name="season"/> is the season's length in points (1 = none). Writes one mean and one standard
/// error per step ahead, both in the series' unit. Every method is total: too short a history gives a simpler
/// forecast, never an exception.
/// </summary>
public delegate void Forecaster(
    ReadOnlySpan<double> history,
    int season,
    Workspace workspace,
    Span<double> mean,
    Span<double> spread
);

/// <summary>A forecaster under the name it is reported by.</summary>
public sealed record ForecastMethod(string Name, Forecaster Run)
{
    /// <summary>
    /// Runs the method on freshly allocated arrays.
    /// </summary>
    /// <exception cref="ArgumentException">The history is empty or not finite, or season or horizon is below
    /// one.</exception>
    public Forecast Forecast(ReadOnlySpan<double> history, int season, int horizon)
    {
        Guard(history, season, horizon);
        var forecast = new Forecast(new double[horizon], new double[horizon]);
        Run(history, season, new Workspace(), forecast.Mean, forecast.Spread);
        return forecast;
    }

    internal static void Guard(ReadOnlySpan<double> history, int season, int horizon)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(season, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(horizon, 1);
        if (history.IsEmpty)
        {
            throw new ArgumentException("The history is empty.", nameof(history));
        }

        for (var i = 0; i < history.Length; i++)
        {
            if (!double.IsFinite(history[i]))
            {
                throw new ArgumentException($"The history is not a finite number at index {i}.", nameof(history));
            }
        }
    }
}

/// <summary>Point forecasts and their standard errors, one per step ahead.</summary>
public sealed record Forecast(double[] Mean, double[] Spread);
