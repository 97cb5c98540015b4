namespace Lading.TimeSeries.Forecasting;

/// <summary>The orders of a chosen seasonal ARIMA model.</summary>
public readonly record struct ArimaModel(
    int P,
    int D,
    int Q,
    int SeasonalP,
    int SeasonalD,
    int SeasonalQ,
    int Season,
    bool Constant
)
{
    /// <summary>The usual name, such as ARIMA(0,1,1)(0,1,1)[12].</summary>
    public override string ToString() =>
        $"ARIMA({P},{D},{Q})({SeasonalP},{SeasonalD},{SeasonalQ})[{Season}]"
        + (Constant ? " with constant" : string.Empty);
}

/// <summary>
/// Automatic seasonal ARIMA: seasonal differencing by the strength of the season, differencing by the KPSS test, then
/// a stepwise search for the orders. The criterion is BIC with AICc's correction for short series, and a drift counts
/// double: measured on M3 with the last points held out, AICc alone takes on drifts that do not last. Season terms
/// need three seasons, seasonal differencing four. Source: Hyndman and Khandakar, J. Statistical Software 27(3)
/// (2008); Kwiatkowski et al. (1992); Wang, Smith and Hyndman (2006) for the strength. Estimation is by unconditional
/// least squares, not by exact likelihood: the difference is the determinant's term, small beyond some twenty values.
/// </summary>
public static class Arima
{
    private const int LongestSeason = 24;
    private const int MostOrders = 5;
    private const int MostTrials = 40;

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
    public static ArimaModel Best(
        ReadOnlySpan<double> history,
        int season,
        Workspace workspace,
        Span<double> mean,
        Span<double> spread
    )
    {
        var n = history.Length;
        var mark = workspace.Mark();
        var scaled = workspace.Rent(n);
        var adjustment = default(SeasonalAdjustment);
        history.CopyTo(scaled);
        if (season > LongestSeason)
        {
            adjustment = SeasonalAdjustment.Remove(history, season, workspace, scaled);
            season = 1;
        }

        season = n >= (3 * season) + 5 ? season : 1;
        var scale = DynamicTheta.Scale(scaled);
        foreach (ref var value in scaled)
        {
            value /= scale;
        }

        var differences = Differences.Choose(scaled, season, workspace);
        var w = workspace.Rent(n - differences.Lost);
        differences.Apply(scaled, workspace, w);
        var order = Search(w, differences, workspace, out var point, out var sum);
        new ArimaFit(order, season, w, workspace).Forecast(point, mean, spread, workspace);
        differences.Integrate(scaled, mean, workspace);
        Accumulate(differences, spread, Math.Sqrt(sum / Math.Max(w.Length - order.Count, 1)) * scale);
        foreach (ref var value in mean)
        {
            value *= scale;
        }

        adjustment.Restore(n, mean, spread);
        workspace.Release(mark);
        return new ArimaModel(
            order.P,
            differences.D,
            order.Q,
            order.SeasonalP,
            differences.SeasonalD,
            order.SeasonalQ,
            season,
            order.Constant
        );
    }

    private static ArmaOrder Search(
        ReadOnlySpan<double> w,
        Differences differences,
        Workspace workspace,
        out Span<double> bestPoint,
        out double bestSum
    )
    {
        var times = differences.D + differences.SeasonalD;
        var constant = times < 2;
        bestPoint = workspace.Rent(ArimaFit.MostParameters);
        var search = new StepwiseSearch(w, differences.Season, times > 0, bestPoint, workspace);
        var s = differences.Season > 1 ? 1 : 0;
        search.Try(new ArmaOrder(0, 0, 0, 0, constant));
        search.Try(new ArmaOrder(2, 2, s, s, constant));
        search.Try(new ArmaOrder(1, 0, s, 0, constant));
        search.Try(new ArmaOrder(0, 1, 0, s, constant));
        if (constant)
        {
            search.Try(new ArmaOrder(0, 0, 0, 0, false));
        }

        for (var improved = true; improved && search.Trials < MostTrials; )
        {
            improved = false;
            var centre = search.Best;
            foreach (var (p, q, sp, sq) in Moves)
            {
                var next = new ArmaOrder(
                    centre.P + p,
                    centre.Q + q,
                    centre.SeasonalP + sp,
                    centre.SeasonalQ + sq,
                    centre.Constant
                );
                if (search.Try(next))
                {
                    improved = true;
                    break;
                }
            }

            improved |= !improved && constant && search.Try(centre with { Constant = !centre.Constant });
        }

        bestSum = search.Sum;
        return search.Best;
    }

    private static readonly (int P, int Q, int Sp, int Sq)[] Moves =
    [
        (0, 0, -1, 0),
        (0, 0, 0, -1),
        (0, 0, 1, 0),
        (0, 0, 0, 1),
        (0, 0, -1, -1),
        (0, 0, 1, 1),
        (-1, 0, 0, 0),
        (0, -1, 0, 0),
        (1, 0, 0, 0),
        (0, 1, 0, 0),
        (-1, -1, 0, 0),
        (1, 1, 0, 0),
        (-1, 1, 0, 0),
        (1, -1, 0, 0),
    ];

    /// <summary>Turns the stationary series' impulse response into the standard errors of the integrated one.</summary>
    private static void Accumulate(Differences differences, Span<double> response, double sigma)
    {
        for (var i = 0; i < differences.D; i++)
        {
            for (var h = 1; h < response.Length; h++)
            {
                response[h] += response[h - 1];
            }
        }

        for (var h = differences.Season; differences.SeasonalD > 0 && h < response.Length; h++)
        {
            response[h] += response[h - differences.Season];
        }

        var sum = 0.0;
        for (var h = 0; h < response.Length; h++)
        {
            sum += response[h] * response[h];
            response[h] = sigma * Math.Sqrt(sum);
        }
    }

    private ref struct StepwiseSearch(
        ReadOnlySpan<double> w,
        int season,
        bool differenced,
        Span<double> bestPoint,
        Workspace workspace
    )
    {
        private readonly ReadOnlySpan<double> _w = w;
        private readonly Span<double> _bestPoint = bestPoint;
        private readonly Span<double> _tried = workspace.Rent(MostTrials + 20);
        private double _criterion = double.PositiveInfinity;

        public ArmaOrder Best { get; private set; }

        public double Sum { get; private set; }

        public int Trials { get; private set; }

        public bool Try(ArmaOrder order)
        {
            var n = _w.Length;
            var allowed =
                order is { P: >= 0, Q: >= 0, SeasonalP: >= 0 and <= 2, SeasonalQ: >= 0 and <= 2 }
                && order.P + order.Q + order.SeasonalP + order.SeasonalQ <= MostOrders
                && (season > 1 || order.SeasonalP + order.SeasonalQ == 0)
                && n > order.Count + 3;
            double key =
                order.P
                + (6 * (order.Q + (6 * (order.SeasonalP + (3 * (order.SeasonalQ + (3 * (order.Constant ? 1 : 0))))))));
            var first = order.Count - (order.Constant ? 1 : 0) == 0 && Trials == 0;
            if ((!allowed && !first) || Trials >= _tried.Length || _tried[..Trials].Contains(key))
            {
                return false;
            }

            _tried[Trials++] = key;
            var mark = workspace.Mark();
            var point = workspace.Rent(ArimaFit.MostParameters);
            var sum = new ArimaFit(order, season, _w, workspace).Fit(point[..order.Count], workspace);
            var k = order.Count + 1;
            var drift = order.Constant && differenced ? 1 : 0;
            var criterion =
                (n * Math.Log((sum / n) + 1e-300))
                + ((k + drift) * Math.Log(n))
                + (2.0 * k * (k + 1) / Math.Max(n - k - 1, 0.5));
            var better = criterion < _criterion || (first && double.IsFinite(sum));
            if (better)
            {
                (_criterion, Best, Sum) = (criterion, order, sum);
                point.CopyTo(_bestPoint);
            }

            workspace.Release(mark);
            return better;
        }
    }
}
