namespace Lading.TimeSeries.Forecasting;

/// <summary>How the trend, the season or the error enters an exponential smoothing model.</summary>
public enum Component
{
    /// <summary>Absent (not allowed for the error).</summary>
    None,

    /// <summary>Added.</summary>
    Additive,

    /// <summary>Added and damped (trend only).</summary>
    Damped,

    /// <summary>Multiplied.</summary>
    Multiplicative,
}

/// <summary>An exponential smoothing model ETS(error, trend, season).</summary>
public readonly record struct EtsModel(Component Error, Component Trend, Component Season)
{
    /// <summary>The usual name, such as MAdA.</summary>
    public override string ToString() => $"{Letter(Error)}{Letter(Trend)}{Letter(Season)}";

    private static string Letter(Component component) =>
        component switch
        {
            Component.Additive => "A",
            Component.Damped => "Ad",
            Component.Multiplicative => "M",
            _ => "N",
        };
}

/// <summary>
/// Exponential smoothing as state space models: every admissible model with additive or damped trend is fitted by
/// maximum likelihood and the one with the lowest AICc forecasts. Admissible leaves out an additive error with a
/// multiplicative season (unstable) and everything multiplicative if a value is not positive; multiplicative trends
/// are left out as in R's <c>ets</c>, because they forecast worse. The starting season comes from the classical
/// decomposition (its m - 1 numbers count as parameters), level and slope are optimised with the weights. Source:
/// Hyndman, Koehler, Snyder and Grose (2002); Hyndman, Koehler, Ord and Snyder (2008), chapters 2, 5, 6, 7.
/// </summary>
public static class Ets
{
    private const int LongestSeason = 24;

    private static readonly EtsModel[] Models =
    [
        .. from error in (Component[])[Component.Additive, Component.Multiplicative]
        from trend in (Component[])[Component.None, Component.Additive, Component.Damped]
        from season in (Component[])[Component.None, Component.Additive, Component.Multiplicative]
        select new EtsModel(error, trend, season),
    ];

    /// <summary>
    /// Forecasts with the best model. A season longer than 24 points is taken out beforehand by decomposition.
    /// </summary>
    public static void Forecast(
        ReadOnlySpan<double> history,
        int season,
        Workspace workspace,
        Span<double> mean,
        Span<double> spread
    ) => Best(history, season, workspace, mean, spread);

    /// <summary>As <see cref="Forecast"/>, and tells the model chosen.</summary>
    public static EtsModel Best(
        ReadOnlySpan<double> history,
        int season,
        Workspace workspace,
        Span<double> mean,
        Span<double> spread
    )
    {
        var mark = workspace.Mark();
        var n = history.Length;
        var scaled = workspace.Rent(n);
        var adjustment = default(SeasonalAdjustment);
        if (season > LongestSeason)
        {
            adjustment = SeasonalAdjustment.Remove(history, season, workspace, scaled);
            season = 1;
        }
        else
        {
            history.CopyTo(scaled);
        }

        season = n > 2 * season + 2 ? season : 1;
        if (n < 4 || IsConstant(scaled))
        {
            SimpleSmoothing.Forecast(scaled, 1, workspace, mean, spread);
            adjustment.Restore(n, mean, spread);
            workspace.Release(mark);
            return new EtsModel(Component.Additive, Component.None, Component.None);
        }

        var scale = DynamicTheta.Scale(scaled);
        foreach (ref var value in scaled)
        {
            value /= scale;
        }

        var chosen = Select(scaled, season, workspace, mean, spread);
        for (var h = 0; h < mean.Length; h++)
        {
            mean[h] *= scale;
            spread[h] *= scale;
        }

        adjustment.Restore(n, mean, spread);
        workspace.Release(mark);
        return chosen;
    }

    private static EtsModel Select(
        ReadOnlySpan<double> y,
        int season,
        Workspace workspace,
        Span<double> mean,
        Span<double> spread
    )
    {
        var positive = SeasonalAdjustment.AllPositive(y);
        var start = new EtsStart(y, season, positive, workspace);
        var criteria = workspace.Rent(Models.Length);
        var points = workspace.Rent(Models.Length * EtsFit.MostParameters);
        criteria.Fill(double.PositiveInfinity);
        var best = 0;
        for (var i = 0; i < Models.Length; i++)
        {
            if (Admissible(Models[i], positive, season) && EtsFit.Affordable(Models[i], season, y.Length))
            {
                var mark = workspace.Mark();
                var fit = new EtsFit(Models[i], season, y, start, workspace);
                criteria[i] = fit.Optimise(points.Slice(i * EtsFit.MostParameters, EtsFit.MostParameters), workspace);
                workspace.Release(mark);
                best = criteria[i] < criteria[best] ? i : best;
            }
        }

        if (double.IsFinite(criteria[best]))
        {
            Average(y, season, start, criteria, points, workspace, mean, spread);
        }
        else
        {
            SimpleSmoothing.Forecast(y, 1, workspace, mean, spread);
        }

        return Models[best];
    }

    /// <summary>Averages the models' forecasts with Akaike's weights exp(-(AICc - lowest AICc) / 2).</summary>
    private static void Average(
        ReadOnlySpan<double> y,
        int season,
        EtsStart start,
        ReadOnlySpan<double> criteria,
        ReadOnlySpan<double> points,
        Workspace workspace,
        Span<double> mean,
        Span<double> spread
    )
    {
        var lowest = Lowest(criteria);
        var oneMean = workspace.Rent(mean.Length);
        var oneSpread = workspace.Rent(mean.Length);
        mean.Clear();
        spread.Clear();
        var total = 0.0;
        for (var i = 0; i < Models.Length; i++)
        {
            var weight = Math.Exp((lowest - criteria[i]) / 2);
            if (!(weight > 1e-3))
            {
                continue;
            }

            var mark = workspace.Mark();
            new EtsFit(Models[i], season, y, start, workspace).Forecast(
                points.Slice(i * EtsFit.MostParameters, EtsFit.MostParameters),
                oneMean,
                oneSpread,
                workspace
            );
            workspace.Release(mark);
            total += weight;
            for (var h = 0; h < mean.Length; h++)
            {
                // West's update: spread gathers the variance within and between the models.
                var change = oneMean[h] - mean[h];
                mean[h] += change * weight / total;
                spread[h] += weight * ((oneSpread[h] * oneSpread[h]) + (change * (oneMean[h] - mean[h])));
            }
        }

        foreach (ref var s in spread)
        {
            s = Math.Sqrt(s / total);
        }
    }

    private static double Lowest(ReadOnlySpan<double> values)
    {
        var lowest = double.PositiveInfinity;
        foreach (var value in values)
        {
            lowest = Math.Min(lowest, value);
        }

        return lowest;
    }

    private static bool Admissible(EtsModel model, bool positive, int season) =>
        (season > 1 || model.Season == Component.None)
        && (positive || (model.Error == Component.Additive && model.Season != Component.Multiplicative))
        && !(model.Error == Component.Additive && model.Season == Component.Multiplicative);

    private static bool IsConstant(ReadOnlySpan<double> values)
    {
        foreach (var value in values)
        {
            if (value != values[0])
            {
                return false;
            }
        }

        return true;
    }
}
