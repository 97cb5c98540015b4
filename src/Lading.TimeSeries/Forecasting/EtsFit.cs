using System.Runtime.CompilerServices;

namespace Lading.TimeSeries.Forecasting;

/// <summary>
/// Starting states shared by all models of one series: level, slope and season for each kind of season.
/// </summary>
internal readonly ref struct EtsStart
{
    private readonly ReadOnlySpan<double> _additive;
    private readonly ReadOnlySpan<double> _multiplicative;
    private readonly (double Level, double Slope) _plain;
    private readonly (double Level, double Slope) _afterAdditive;
    private readonly (double Level, double Slope) _afterMultiplicative;

    public EtsStart(ReadOnlySpan<double> y, int season, bool positive, Workspace workspace)
    {
        var additive = workspace.RentZeroed(season);
        var multiplicative = workspace.Rent(season);
        multiplicative.Fill(1);
        _plain = _afterAdditive = _afterMultiplicative = Line(y, Math.Min(y.Length, 10));
        if (season > 1)
        {
            var first = Math.Min(y.Length, Math.Max(10, 2 * season));
            var head = workspace.Rent(first);
            SeasonalAdjustment.Indices(y, season, false, workspace, additive);
            for (var t = 0; t < first; t++)
            {
                head[t] = y[t] - additive[t % season];
            }

            _afterAdditive = Line(head, first);
            if (positive && SeasonalAdjustment.Indices(y, season, true, workspace, multiplicative))
            {
                for (var t = 0; t < first; t++)
                {
                    head[t] = y[t] / multiplicative[t % season];
                }

                _afterMultiplicative = Line(head, first);
            }
            else
            {
                multiplicative.Fill(1);
            }
        }

        _additive = additive;
        _multiplicative = multiplicative;
    }

    public ReadOnlySpan<double> Season(Component season) =>
        season == Component.Multiplicative ? _multiplicative : _additive;

    public (double Level, double Slope) Trend(Component season) =>
        season switch
        {
            Component.Additive => _afterAdditive,
            Component.Multiplicative => _afterMultiplicative,
            _ => _plain,
        };

    private static (double Level, double Slope) Line(ReadOnlySpan<double> values, int count)
    {
        var head = values[..count];
        var slope = Theta.Slope(head);
        return (SeasonalAdjustment.Mean(head) - (slope * (count + 1) / 2), slope);
    }
}

/// <summary>
/// The likelihood of one model on one series as a function of its free numbers, in this order where present: alpha,
/// beta/alpha, phi, gamma/(1 - alpha), level, slope.
/// </summary>
internal readonly ref struct EtsFit : IObjective
{
    public const int MostParameters = 6;

    // Keeps a horizon of thousands of steps from costing their square.
    private const int LongestMemory = 500;

    private readonly EtsModel _model;
    private readonly int _season;
    private readonly ReadOnlySpan<double> _y;
    private readonly EtsStart _start;
    private readonly Span<double> _state;

    public EtsFit(EtsModel model, int season, ReadOnlySpan<double> y, EtsStart start, Workspace workspace)
    {
        _model = model;
        _season = model.Season == Component.None ? 1 : season;
        _y = y;
        _start = start;
        _state = workspace.Rent(StateSize(season));
    }

    public static int StateSize(int season) => season + 2;

    /// <summary>Whether the series is long enough for AICc to be defined.</summary>
    public static bool Affordable(EtsModel model, int season, int length) =>
        length > Count(model) + (model.Season == Component.None ? 0 : season - 1) + 4;

    /// <summary>Maximises the likelihood from a fixed starting point and returns AICc.</summary>
    public double Optimise(Span<double> point, Workspace workspace)
    {
        var count = Count(_model);
        Span<double> step = stackalloc double[MostParameters];
        var (level, slope) = _start.Trend(_model.Season);
        var i = 0;
        (point[i], step[i++]) = (_season > 1 ? 0.2 : 0.4, 0.15);
        if (_model.Trend != Component.None)
        {
            (point[i], step[i++]) = (0.1, 0.15);
        }

        if (_model.Trend == Component.Damped)
        {
            (point[i], step[i++]) = (0.95, -0.05);
        }

        if (_model.Season != Component.None)
        {
            (point[i], step[i++]) = (0.1, 0.15);
        }

        (point[i], step[i++]) = (level, 0.1);
        if (_model.Trend != Component.None)
        {
            (point[i], step[i++]) = (slope, Math.Max(Math.Abs(slope) * 0.3, 0.005));
        }

        var self = this;
        var likelihood = NelderMead.Minimise(
            ref self,
            point[..count],
            step[..count],
            40 + (45 * count),
            1e-7,
            workspace
        );
        var k = count + 1 + (_model.Season == Component.None ? 0 : _season - 1);
        var n = _y.Length;
        return likelihood + (2 * k) + (2.0 * k * (k + 1) / Math.Max(n - k - 1, 1e-9));
    }

    public double At(scoped ReadOnlySpan<double> point)
    {
        var weights = Unpack(point);
        if (
            weights.Alpha is < 1e-4 or > 0.9999
            || weights.Beta is < 0 or > 0.9999
            || weights.Gamma < 0
            || weights.GammaShare > 0.9999
            || weights.Phi is < 0.8 or > 1
            || (_model.Trend == Component.Damped && weights.Phi > 0.98)
        )
        {
            return double.PositiveInfinity;
        }

        var (sum, log) = Run(weights);
        return (_y.Length * Math.Log(sum + 1e-300)) + log;
    }

    /// <summary>Runs through the history once more and on into the future.</summary>
    public void Forecast(ReadOnlySpan<double> point, Span<double> mean, Span<double> spread, Workspace workspace)
    {
        var weights = Unpack(point);
        var (sum, _) = Run(weights);
        var (level, slope) = (_state[_season], _state[_season + 1]);
        var damp = 0.0;
        for (var h = 0; h < mean.Length; h++)
        {
            damp += Math.Pow(weights.Phi, h + 1);
            var trend = _model.Trend == Component.None ? level : level + (damp * slope);
            var index = _state[(_y.Length + h) % _season];
            mean[h] = _model.Season switch
            {
                Component.Additive => trend + index,
                Component.Multiplicative => trend * index,
                _ => trend,
            };
        }

        var variance = sum / Math.Max(_y.Length - Count(_model), 1);
        FillSpread(weights, variance, mean, spread, workspace);
    }

    private static int Count(EtsModel model) =>
        2
        + (model.Trend == Component.None ? 0 : 2)
        + (model.Trend == Component.Damped ? 1 : 0)
        + (model.Season == Component.None ? 0 : 1);

    private void FillSpread(
        Weights w,
        double variance,
        ReadOnlySpan<double> mean,
        Span<double> spread,
        Workspace workspace
    )
    {
        // Class 1 (additive) has a closed form; for multiplicative errors theta(h) = mu(h)^2 + s2 * sum c(j)^2
        // theta(h - j).
        var mark = workspace.Mark();
        var theta = workspace.Rent(mean.Length);
        var squares = workspace.Rent(mean.Length);
        double damp = 0,
            total = 0;
        for (var h = 0; h < mean.Length; h++)
        {
            damp += Math.Pow(w.Phi, h + 1);
            var c =
                w.Alpha
                + (_model.Trend == Component.None ? 0 : w.Alpha * w.Beta * damp)
                + (_season > 1 && (h + 1) % _season == 0 ? w.Gamma : 0);
            squares[h] = c * c;
            if (_model.Error == Component.Additive)
            {
                spread[h] = Math.Sqrt(variance * (1 + total));
                total += c * c;
                continue;
            }

            theta[h] = mean[h] * mean[h];
            for (var j = Math.Max(0, h - LongestMemory); j < h; j++)
            {
                theta[h] += variance * squares[h - 1 - j] * theta[j];
            }

            spread[h] = Math.Sqrt(Math.Max(((1 + variance) * theta[h]) - (mean[h] * mean[h]), 0));
        }

        workspace.Release(mark);
    }

    private (double Sum, double Log) Run(Weights w)
    {
        var state = _state;
        _start.Season(_model.Season)[.._season].CopyTo(state);
        return (_model.Error, _model.Season) switch
        {
            (Component.Additive, Component.None) => RunPlain(w, state),
            (Component.Additive, _) => RunAdditive(w, state),
            (_, Component.Multiplicative) => RunMultiplicative(w, state),
            _ => RunRelative(w, state),
        };
    }

    private (double Sum, double Log) RunPlain(Weights w, Span<double> state)
    {
        var (level, slope, sum) = (w.Level, w.Slope, 0.0);
        var gain = w.Alpha * w.Beta;
        foreach (var y in _y)
        {
            slope *= w.Phi;
            var expected = level + slope;
            var error = y - expected;
            sum = Math.FusedMultiplyAdd(error, error, sum);
            level = Math.FusedMultiplyAdd(w.Alpha, error, expected);
            slope = Math.FusedMultiplyAdd(gain, error, slope);
        }

        return Keep(state, level, slope, sum, 0);
    }

    private (double Sum, double Log) RunAdditive(Weights w, Span<double> state)
    {
        var (level, slope, sum) = (w.Level, w.Slope, 0.0);
        var gain = w.Alpha * w.Beta;
        var s = 0;
        foreach (var y in _y)
        {
            slope *= w.Phi;
            var trend = level + slope;
            var error = y - trend - state[s];
            sum = Math.FusedMultiplyAdd(error, error, sum);
            level = Math.FusedMultiplyAdd(w.Alpha, error, trend);
            slope = Math.FusedMultiplyAdd(gain, error, slope);
            state[s] = Math.FusedMultiplyAdd(w.Gamma, error, state[s]);
            s = s + 1 == _season ? 0 : s + 1;
        }

        return Keep(state, level, slope, sum, 0);
    }

    /// <summary>Relative errors, with no season or an additive one.</summary>
    private (double Sum, double Log) RunRelative(Weights w, Span<double> state)
    {
        var (level, slope, sum, product, log) = (w.Level, w.Slope, 0.0, 1.0, 0.0);
        var gain = w.Alpha * w.Beta;
        var s = 0;
        var seasonal = _model.Season == Component.Additive;
        foreach (var y in _y)
        {
            slope *= w.Phi;
            var trend = level + slope;
            var expected = seasonal ? trend + state[s] : trend;
            if (expected < 1e-6)
            {
                return (double.PositiveInfinity, 0);
            }

            var error = y - expected;
            sum += error * error / (expected * expected);
            level = Math.FusedMultiplyAdd(w.Alpha, error, trend);
            slope = Math.FusedMultiplyAdd(gain, error, slope);
            if (seasonal)
            {
                state[s] = Math.FusedMultiplyAdd(w.Gamma, error, state[s]);
                s = s + 1 == _season ? 0 : s + 1;
            }

            Multiply(ref product, ref log, expected);
        }

        return Keep(state, level, slope, sum, 2 * (log + Math.Log(product)));
    }

    private (double Sum, double Log) RunMultiplicative(Weights w, Span<double> state)
    {
        var (level, slope, sum, product, log) = (w.Level, w.Slope, 0.0, 1.0, 0.0);
        var s = 0;
        foreach (var y in _y)
        {
            slope *= w.Phi;
            var trend = level + slope;
            var index = state[s];
            var expected = trend * index;
            if (expected < 1e-6 || trend < 1e-6)
            {
                return (double.PositiveInfinity, 0);
            }

            var relative = (y / expected) - 1;
            sum = Math.FusedMultiplyAdd(relative, relative, sum);
            var change = w.Alpha * trend * relative;
            level = trend + change;
            slope = Math.FusedMultiplyAdd(w.Beta, change, slope);
            state[s] = index * (1 + (w.Gamma * relative));
            s = s + 1 == _season ? 0 : s + 1;
            Multiply(ref product, ref log, expected);
        }

        return Keep(state, level, slope, sum, 2 * (log + Math.Log(product)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Multiply(ref double product, ref double log, double factor)
    {
        product *= factor;
        if (product is > 1e100 or < 1e-100)
        {
            log += Math.Log(product);
            product = 1;
        }
    }

    private (double Sum, double Log) Keep(Span<double> state, double level, double slope, double sum, double log)
    {
        (state[_season], state[_season + 1]) = (level, slope);
        return (sum, log);
    }

    private Weights Unpack(ReadOnlySpan<double> point)
    {
        var i = 0;
        var alpha = point[i++];
        var beta = _model.Trend == Component.None ? 0 : point[i++];
        var phi = _model.Trend == Component.Damped ? point[i++] : 1;
        var share = _model.Season == Component.None ? 0 : point[i++];
        var level = point[i++];
        var slope = _model.Trend == Component.None ? 0 : point[i];
        return new Weights(alpha, beta, phi, share * (1 - alpha), share, level, slope);
    }

    private readonly record struct Weights(
        double Alpha,
        double Beta,
        double Phi,
        double Gamma,
        double GammaShare,
        double Level,
        double Slope
    );
}
