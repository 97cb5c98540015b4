namespace Lading.TimeSeries.Forecasting;

/// <summary>How often a series is differenced, without and with the season's lag, and the way back.</summary>
internal readonly record struct Differences(int D, int SeasonalD, int Season)
{
    private const double StrongSeason = 0.64;
    private const double KpssCritical = 0.463;

    /// <summary>Values lost at the start.</summary>
    public int Lost => D + (SeasonalD * Season);

    public static Differences Choose(ReadOnlySpan<double> y, int season, Workspace workspace)
    {
        var mark = workspace.Mark();
        var seasonalD =
            season > 1 && y.Length >= (4 * season) + 5 && Strength(y, season, workspace) > StrongSeason ? 1 : 0;
        var w = workspace.Rent(y.Length);
        var d = 0;
        while (d < 2)
        {
            var differences = new Differences(d, seasonalD, season);
            if (y.Length - differences.Lost < 5)
            {
                break;
            }

            differences.Apply(y, workspace, w);
            if (Kpss(w[..(y.Length - differences.Lost)]) <= KpssCritical)
            {
                break;
            }

            d++;
        }

        workspace.Release(mark);
        return new Differences(Math.Min(d, seasonalD > 0 ? 1 : 2), seasonalD, season);
    }

    public void Apply(ReadOnlySpan<double> y, Workspace workspace, Span<double> w)
    {
        var mark = workspace.Mark();
        var current = workspace.Rent(y.Length);
        y.CopyTo(current);
        var length = y.Length;
        if (SeasonalD > 0)
        {
            length -= Season;
            for (var t = 0; t < length; t++)
            {
                current[t] = current[t + Season] - current[t];
            }
        }

        for (var i = 0; i < D; i++)
        {
            length--;
            for (var t = 0; t < length; t++)
            {
                current[t] = current[t + 1] - current[t];
            }
        }

        current[..length].CopyTo(w);
        workspace.Release(mark);
    }

    /// <summary>Adds forecasts of the differenced series up again.</summary>
    public void Integrate(ReadOnlySpan<double> y, Span<double> ahead, Workspace workspace)
    {
        var mark = workspace.Mark();
        for (var level = D - 1; level >= 0; level--)
        {
            var before = new Differences(level, SeasonalD, Season);
            var w = workspace.Rent(y.Length - before.Lost);
            before.Apply(y, workspace, w);
            var last = w[^1];
            foreach (ref var value in ahead)
            {
                last += value;
                value = last;
            }
        }

        for (var h = 0; SeasonalD > 0 && h < ahead.Length; h++)
        {
            ahead[h] += h < Season ? y[y.Length - Season + h] : ahead[h - Season];
        }

        workspace.Release(mark);
    }

    /// <summary>The share of the detrended variance that the season explains, 0 to 1.</summary>
    internal static double Strength(ReadOnlySpan<double> y, int season, Workspace workspace)
    {
        var mark = workspace.Mark();
        var indices = workspace.Rent(season);
        SeasonalAdjustment.Indices(y, season, false, workspace, indices);
        var half = season / 2;
        double all = 0,
            rest = 0;
        for (var centre = half; centre + half < y.Length; centre++)
        {
            var sum = 0.0;
            for (var t = centre - half; t <= centre + half; t++)
            {
                sum += y[t];
            }

            sum -= season % 2 == 0 ? (y[centre - half] + y[centre + half]) / 2 : 0;
            var detrended = y[centre] - (sum / season);
            all += detrended * detrended;
            rest += (detrended - indices[centre % season]) * (detrended - indices[centre % season]);
        }

        workspace.Release(mark);
        return all > 0 ? Math.Max(0, 1 - (rest / all)) : 0;
    }

    /// <summary>The level-stationarity statistic with Bartlett weights and trunc(3 sqrt(n) / 13) lags.</summary>
    private static double Kpss(ReadOnlySpan<double> w)
    {
        var n = w.Length;
        var mean = SeasonalAdjustment.Mean(w);
        var lags = (int)(3 * Math.Sqrt(n) / 13);
        double partial = 0,
            numerator = 0,
            variance = 0;
        for (var t = 0; t < n; t++)
        {
            partial += w[t] - mean;
            numerator += partial * partial;
            variance += (w[t] - mean) * (w[t] - mean);
        }

        for (var lag = 1; lag <= lags; lag++)
        {
            var sum = 0.0;
            for (var t = lag; t < n; t++)
            {
                sum += (w[t] - mean) * (w[t - lag] - mean);
            }

            variance += 2 * (1 - (lag / (lags + 1.0))) * sum;
        }

        return variance > 1e-12 * n ? numerator / (variance * n) : 0;
    }
}
