namespace Lading.TimeSeries.Forecasting;

/// <summary>
/// Complex exponential smoothing (CES): a level and an unobserved "information potential" smoothed together by one
/// complex weight, so that one model is at once level and trend. Four variants, without season, with a simple,
/// partial or full one, compete by AICc; starting states come from running the series backwards. Source: Svetunkov,
/// Kourentzes and Ord, Complex exponential smoothing, Naval Research Logistics 69 (2022).
/// </summary>
public static class ComplexSmoothing
{
    private const int LongestSeason = 24;

    private enum Variant
    {
        None,
        Simple,
        Partial,
        Full,
    }

    /// <summary>Forecasts with the best variant. A season longer than 24 points is taken out beforehand.</summary>
    public static void Forecast(
        ReadOnlySpan<double> history,
        int season,
        Workspace workspace,
        Span<double> mean,
        Span<double> spread
    )
    {
        var n = history.Length;
        if (n < 5)
        {
            Theta.Standard(history, season, workspace, mean, spread);
            return;
        }

        var mark = workspace.Mark();
        var scaled = workspace.Rent(n);
        var adjustment = default(SeasonalAdjustment);
        history.CopyTo(scaled);
        if (season > LongestSeason)
        {
            adjustment = SeasonalAdjustment.Remove(history, season, workspace, scaled);
            season = 1;
        }

        season = n > (2 * season) + 4 ? season : 1;
        var scale = DynamicTheta.Scale(scaled);
        foreach (ref var value in scaled)
        {
            value /= scale;
        }

        Select(scaled, season, workspace, mean, spread);
        for (var h = 0; h < mean.Length; h++)
        {
            mean[h] *= scale;
            spread[h] *= scale;
        }

        adjustment.Restore(n, mean, spread);
        workspace.Release(mark);
    }

    private static void Select(
        ReadOnlySpan<double> y,
        int season,
        Workspace workspace,
        Span<double> mean,
        Span<double> spread
    )
    {
        var best = double.PositiveInfinity;
        var kept = Variant.None;
        Span<double> point = stackalloc double[4];
        Span<double> keptPoint = stackalloc double[4];
        for (var variant = Variant.None; variant <= (season > 1 ? Variant.Full : Variant.None); variant++)
        {
            var mark = workspace.Mark();
            var fit = new Fit(variant, season, y, workspace);
            var criterion = fit.Optimise(point, workspace);
            workspace.Release(mark);
            if (criterion < best)
            {
                (best, kept) = (criterion, variant);
                point.CopyTo(keptPoint);
            }
        }

        new Fit(kept, season, y, workspace).Forecast(keptPoint, mean, spread);
    }

    /// <summary>
    /// The state is three rings: level and potential (one cell, or a season of them for the simple variant), and the
    /// season's own.
    /// </summary>
    private readonly ref struct Fit : IObjective
    {
        private readonly Variant _variant;
        private readonly int _season;
        private readonly int _ring;
        private readonly ReadOnlySpan<double> _y;
        private readonly Span<double> _level;
        private readonly Span<double> _potential;
        private readonly Span<double> _seasonal;
        private readonly Span<double> _seasonalPotential;
        private readonly double _start;

        public Fit(Variant variant, int season, ReadOnlySpan<double> y, Workspace workspace)
        {
            _variant = variant;
            _season = season;
            _ring = variant == Variant.Simple ? season : 1;
            _y = y;
            _level = workspace.Rent(_ring);
            _potential = workspace.Rent(_ring);
            _seasonal = workspace.Rent(season);
            _seasonalPotential = workspace.Rent(season);
            _start = SeasonalAdjustment.Mean(y[..Math.Min(y.Length, Math.Max(season, 3))]);
        }

        private int Count =>
            _variant switch
            {
                Variant.Partial => 3,
                Variant.Full => 4,
                _ => 2,
            };

        public double Optimise(Span<double> point, Workspace workspace)
        {
            (point[0], point[1], point[2], point[3]) = (1.3, 1, _variant == Variant.Full ? 1.3 : 0.1, 1);
            Span<double> step = [0.2, 0.05, _variant == Variant.Full ? -0.2 : 0.15, 0.05];
            var self = this;
            var sum = NelderMead.Minimise(ref self, point[..Count], step[..Count], 30 + (25 * Count), 1e-6, workspace);
            var n = _y.Length;
            var states = _variant switch
            {
                Variant.None => 2,
                Variant.Simple => 2 * _season,
                Variant.Partial => 2 + _season,
                _ => 2 + (2 * _season),
            };
            var k = Count + states + 1;
            return k + 1 >= n
                ? double.MaxValue
                : (n * Math.Log((sum / n) + 1e-300)) + (2 * k) + (2.0 * k * (k + 1) / (n - k - 1));
        }

        public double At(scoped ReadOnlySpan<double> point)
        {
            if (
                !Stable(point[0], point[1])
                || (_variant == Variant.Full && !Stable(point[2], point[3]))
                || (_variant == Variant.Partial && point[2] is < 0 or > 1)
            )
            {
                return double.PositiveInfinity;
            }

            Start();
            var sum = Pass(point, false);
            sum = Pass(point, true);
            sum = Pass(point, false);
            return sum;
        }

        public void Forecast(ReadOnlySpan<double> point, Span<double> mean, Span<double> spread)
        {
            var sum = At(point);
            var sigma = Math.Sqrt(sum / Math.Max(_y.Length - Count, 1));
            for (var h = 0; h < mean.Length; h++)
            {
                var t = _y.Length + h;
                mean[h] = Expected(t);
                Update(point, t, 0);
            }

            // The standard error is the impulse response of one unit error, starting from states of zero.
            _level.Clear();
            _potential.Clear();
            _seasonal.Clear();
            _seasonalPotential.Clear();
            var total = 1.0;
            Update(point, 0, 1);
            for (var h = 0; h < spread.Length; h++)
            {
                spread[h] = sigma * Math.Sqrt(total);
                var response = Expected(h + 1);
                total += response * response;
                Update(point, h + 1, 0);
            }
        }

        /// <summary>The stability region of the complex weight a0 + i a1 (Svetunkov et al., theorem 1).</summary>
        private static bool Stable(double a0, double a1) =>
            ((a0 - 2.5) * (a0 - 2.5)) + (a1 * a1) > 1.25
            && ((a0 - 0.5) * (a0 - 0.5)) + ((a1 - 1) * (a1 - 1)) > 0.25
            && ((a0 - 1.5) * (a0 - 1.5)) + ((a1 - 0.5) * (a1 - 0.5)) < 1.5;

        private void Start()
        {
            if (_variant == Variant.Simple)
            {
                for (var s = 0; s < _season; s++)
                {
                    _level[s] = _y[s];
                    _potential[s] = _y[s] / 1.1;
                }
            }
            else
            {
                _level[0] = _start;
                _potential[0] = _start / 1.1;
            }

            for (var s = 0; s < _season; s++)
            {
                _seasonal[s] = _variant >= Variant.Partial ? _y[s] - _start : 0;
                _seasonalPotential[s] = _seasonal[s] / 1.1;
            }
        }

        private double Pass(ReadOnlySpan<double> point, bool backward)
        {
            var sum = 0.0;
            for (var i = 0; i < _y.Length; i++)
            {
                var t = backward ? _y.Length - 1 - i : i;
                var error = _y[t] - Expected(t);
                sum += error * error;
                Update(point, t, error);
            }

            return sum;
        }

        private double Expected(int t) =>
            _level[_ring == 1 ? 0 : t % _ring] + (_variant >= Variant.Partial ? _seasonal[t % _season] : 0);

        private void Update(ReadOnlySpan<double> point, int t, double error)
        {
            var (a0, a1) = (point[0], point[1]);
            var cell = _ring == 1 ? 0 : t % _ring;
            var (level, potential) = (_level[cell], _potential[cell]);
            _level[cell] = level - ((1 - a1) * potential) + ((a0 - a1) * error);
            _potential[cell] = level + ((1 - a0) * potential) + ((a0 + a1) * error);
            if (_variant == Variant.Partial)
            {
                _seasonal[t % _season] += point[2] * error;
            }
            else if (_variant == Variant.Full)
            {
                var s = t % _season;
                var (season, other) = (_seasonal[s], _seasonalPotential[s]);
                _seasonal[s] = season - ((1 - point[3]) * other) + ((point[2] - point[3]) * error);
                _seasonalPotential[s] = season + ((1 - point[2]) * other) + ((point[2] + point[3]) * error);
            }
        }
    }
}
