namespace Lading.TimeSeries.Forecasting;

/// <summary>
/// Orders of a stationary seasonal ARMA model: p, q without and P, Q with the season's lag, and whether a constant is
/// estimated.
/// </summary>
internal readonly record struct ArmaOrder(int P, int Q, int SeasonalP, int SeasonalQ, bool Constant)
{
    public int Count => P + Q + SeasonalP + SeasonalQ + (Constant ? 1 : 0);
}

/// <summary>
/// Fits a stationary ARMA model by unconditional least squares: the values before the first are back-forecast, so
/// that nothing of a short series is thrown away, and the squares are minimised by Levenberg and Marquardt's method
/// within the stationary and invertible region. Source: Box and Jenkins, Time Series Analysis (1976), 7.1.4 and 7.2.
/// </summary>
internal readonly ref struct ArimaFit
{
    public const int MostParameters = 12;

    private readonly ArmaOrder _order;
    private readonly int _season;
    private readonly ReadOnlySpan<double> _w;
    private readonly int _before;
    private readonly Span<double> _values;
    private readonly Span<double> _work;
    private readonly Span<double> _reversed;

    public ArimaFit(ArmaOrder order, int season, ReadOnlySpan<double> w, Workspace workspace)
    {
        _order = order;
        _season = season;
        _w = w;
        var seasonal = order.SeasonalP + order.SeasonalQ > 0;
        _before =
            order.Count - (order.Constant ? 1 : 0) == 0 ? 0
            : seasonal ? (2 * season) + 6
            : 12;
        _values = workspace.Rent(Length);
        _work = workspace.Rent(Length);
        _reversed = workspace.Rent(Length);
    }

    /// <summary>Back-forecast and observed values together.</summary>
    public int Length => _w.Length + _before;

    /// <summary>Minimises the squares from small coefficients; returns their sum, infinity when it fails.</summary>
    public double Fit(Span<double> point, Workspace workspace)
    {
        var k = _order.Count;
        point.Fill(0.1);
        if (_order.Constant)
        {
            point[k - 1] = SeasonalAdjustment.Mean(_w);
        }

        var mark = workspace.Mark();
        var residuals = workspace.Rent(Length);
        var moved = workspace.Rent(Length);
        var jacobian = workspace.Rent(k * Length);
        var normal = workspace.Rent(k * k);
        var gradient = workspace.Rent(k);
        var sum = Residuals(point, residuals);
        var damping = 1e-2;
        for (var iteration = 0; iteration < 12 && k > 0 && double.IsFinite(sum); iteration++)
        {
            Differentiate(point, residuals, moved, jacobian);
            var before = sum;
            for (var attempt = 0; attempt < 5; attempt++)
            {
                Normal(jacobian, residuals, damping, normal, gradient);
                if (LinearAlgebra.Factor(normal, k) && Step(point, normal, gradient, ref sum, residuals, moved))
                {
                    damping /= 4;
                    break;
                }

                damping *= 6;
            }

            if (before - sum <= 1e-5 * before)
            {
                break;
            }
        }

        workspace.Release(mark);
        return sum;
    }

    /// <summary>Residuals of the whole stretch and their sum of squares; infinity outside the allowed region.</summary>
    public double Residuals(ReadOnlySpan<double> point, Span<double> residuals)
    {
        var (ar, ma, sar, sma) = Split(point);
        if (
            !Polynomial.IsStable(ar, 1)
            || !Polynomial.IsStable(sar, 1)
            || !Polynomial.IsStable(ma, -1)
            || !Polynomial.IsStable(sma, -1)
        )
        {
            return double.PositiveInfinity;
        }

        var constant = _order.Constant ? point[_order.Count - 1] : 0;
        var n = _w.Length;
        for (var t = 0; t < n; t++)
        {
            _reversed[t] = _w[n - 1 - t] - constant;
            _values[_before + t] = _w[t] - constant;
        }

        if (_before > 0)
        {
            Filter(_reversed[..n], ar, ma, sar, sma, residuals);
            Extend(_reversed, n, residuals, ar, ma, sar, sma);
            for (var t = 0; t < _before; t++)
            {
                _values[_before - 1 - t] = _reversed[n + t];
            }
        }

        Filter(_values, ar, ma, sar, sma, residuals);
        return LinearAlgebra.Dot(residuals[..Length], residuals);
    }

    /// <summary>Forecasts the stationary series and the impulse response of its errors.</summary>
    public void Forecast(ReadOnlySpan<double> point, Span<double> ahead, Span<double> response, Workspace workspace)
    {
        var (ar, ma, sar, sma) = Split(point);
        var mark = workspace.Mark();
        var length = Length + ahead.Length;
        var residuals = workspace.RentZeroed(length);
        Residuals(point, residuals[..Length]);
        residuals[Length..].Clear();
        var values = workspace.Rent(length);
        _values.CopyTo(values);
        Extend(values, Length, residuals, ar, ma, sar, sma, workspace.Rent(length));
        var constant = _order.Constant ? point[_order.Count - 1] : 0;
        for (var h = 0; h < ahead.Length; h++)
        {
            ahead[h] = values[Length + h] + constant;
        }

        // The response to one unit error at time 0, seen from zeros before it.
        values.Clear();
        residuals.Clear();
        residuals[Length] = 1;
        values[Length] = 1;
        Extend(values, Length + 1, residuals, ar, ma, sar, sma, workspace.Rent(length));
        values.Slice(Length, response.Length).CopyTo(response);
        workspace.Release(mark);
    }

    private bool Step(
        Span<double> point,
        ReadOnlySpan<double> factor,
        Span<double> gradient,
        ref double sum,
        Span<double> residuals,
        Span<double> moved
    )
    {
        var k = _order.Count;
        LinearAlgebra.SolveFactored(factor, k, gradient);
        Span<double> trial = stackalloc double[MostParameters];
        for (var i = 0; i < k; i++)
        {
            trial[i] = point[i] - gradient[i];
        }

        var value = Residuals(trial, moved);
        if (!(value < sum))
        {
            return false;
        }

        sum = value;
        trial[..k].CopyTo(point);
        moved.CopyTo(residuals);
        return true;
    }

    private void Differentiate(
        Span<double> point,
        ReadOnlySpan<double> residuals,
        Span<double> moved,
        Span<double> jacobian
    )
    {
        for (var i = 0; i < _order.Count; i++)
        {
            var kept = point[i];
            var delta = kept > 0 ? -1e-5 : 1e-5;
            point[i] = kept + delta;
            Residuals(point, moved);
            point[i] = kept;
            var row = jacobian.Slice(i * Length, Length);
            for (var t = 0; t < row.Length; t++)
            {
                row[t] = (moved[t] - residuals[t]) / delta;
            }
        }
    }

    private void Normal(
        ReadOnlySpan<double> jacobian,
        ReadOnlySpan<double> residuals,
        double damping,
        Span<double> normal,
        Span<double> gradient
    )
    {
        var k = _order.Count;
        for (var i = 0; i < k; i++)
        {
            var row = jacobian.Slice(i * Length, Length);
            gradient[i] = LinearAlgebra.Dot(row, residuals);
            for (var j = 0; j <= i; j++)
            {
                normal[(i * k) + j] = normal[(j * k) + i] = LinearAlgebra.Dot(row, jacobian.Slice(j * Length, Length));
            }

            normal[(i * k) + i] *= 1 + damping;
            normal[(i * k) + i] += 1e-12;
        }
    }

    /// <summary>Turns values into errors, taking everything before the first value as zero.</summary>
    private void Filter(
        ReadOnlySpan<double> values,
        ReadOnlySpan<double> ar,
        ReadOnlySpan<double> ma,
        ReadOnlySpan<double> sar,
        ReadOnlySpan<double> sma,
        Span<double> errors
    )
    {
        var n = values.Length;
        var x = _work[..n];
        values.CopyTo(x);
        for (var i = 0; i < ar.Length && i + 1 < n; i++)
        {
            LinearAlgebra.AddScaled(x[(i + 1)..], values, -ar[i]);
        }

        x.CopyTo(errors);
        for (var i = 0; i < sar.Length && (i + 1) * _season < n; i++)
        {
            LinearAlgebra.AddScaled(errors[((i + 1) * _season)..n], x, -sar[i]);
        }

        // A block as long as a season depends only on earlier blocks, which is what lets it go in lanes.
        for (var start = _season; sma.Length > 0 && start < n; start += _season)
        {
            var block = errors[start..Math.Min(start + _season, n)];
            for (var i = 0; i < sma.Length && start >= (i + 1) * _season; i++)
            {
                LinearAlgebra.AddScaled(block, errors[(start - ((i + 1) * _season))..], -sma[i]);
            }
        }

        for (var t = 1; ma.Length > 0 && t < n; t++)
        {
            for (var i = Math.Min(ma.Length, t); i > 0; i--)
            {
                errors[t] -= ma[i - 1] * errors[t - i];
            }
        }
    }

    private void Extend(
        Span<double> values,
        int from,
        ReadOnlySpan<double> errors,
        ReadOnlySpan<double> ar,
        ReadOnlySpan<double> ma,
        ReadOnlySpan<double> sar,
        ReadOnlySpan<double> sma,
        Span<double> work = default
    )
    {
        // x = the seasonal part: (1 - Phi)(values filtered by phi) = (1 + theta)(1 + Theta) errors.
        var filtered = work.IsEmpty ? _work : work;
        for (var t = 0; sar.Length > 0 && t < from; t++)
        {
            filtered[t] = values[t];
            for (var i = Math.Min(ar.Length, t); i > 0; i--)
            {
                filtered[t] -= ar[i - 1] * values[t - i];
            }
        }

        for (var t = from; t < values.Length; t++)
        {
            var x = 0.0;
            for (var s = 0; s <= sma.Length; s++)
            {
                var weight = s == 0 ? 1 : sma[s - 1];
                for (var i = 0; i <= ma.Length; i++)
                {
                    var lag = t - i - (s * _season);
                    x += lag >= 0 && lag < from ? weight * (i == 0 ? 1 : ma[i - 1]) * errors[lag] : 0;
                }
            }

            for (var s = 1; s <= sar.Length && t >= s * _season; s++)
            {
                x += sar[s - 1] * filtered[t - (s * _season)];
            }

            filtered[t] = x;
            for (var i = Math.Min(ar.Length, t); i > 0; i--)
            {
                x += ar[i - 1] * values[t - i];
            }

            values[t] = x;
        }
    }

    private Coefficients Split(ReadOnlySpan<double> point)
    {
        var ma = _order.P;
        var sar = ma + _order.Q;
        var sma = sar + _order.SeasonalP;
        return new Coefficients(point[..ma], point[ma..sar], point[sar..sma], point[sma..(sma + _order.SeasonalQ)]);
    }

    private readonly ref struct Coefficients(
        ReadOnlySpan<double> ar,
        ReadOnlySpan<double> ma,
        ReadOnlySpan<double> sar,
        ReadOnlySpan<double> sma
    )
    {
        private readonly ReadOnlySpan<double> _ar = ar;
        private readonly ReadOnlySpan<double> _ma = ma;
        private readonly ReadOnlySpan<double> _sar = sar;
        private readonly ReadOnlySpan<double> _sma = sma;

        public void Deconstruct(
            out ReadOnlySpan<double> ar,
            out ReadOnlySpan<double> ma,
            out ReadOnlySpan<double> sar,
            out ReadOnlySpan<double> sma
        )
        {
            ar = _ar;
            ma = _ma;
            sar = _sar;
            sma = _sma;
        }
    }
}

/// <summary>Lag polynomials.</summary>
internal static class Polynomial
{
    /// <summary>
    /// True if 1 - sign * (c1 B + c2 B^2 + ...) has all its roots outside a circle a little wider than one: the
    /// step-down recursion's partial autocorrelations all stay below 0.99.
    /// </summary>
    public static bool IsStable(ReadOnlySpan<double> coefficients, double sign)
    {
        Span<double> a = stackalloc double[8];
        Span<double> next = stackalloc double[8];
        for (var i = 0; i < coefficients.Length; i++)
        {
            a[i] = sign * coefficients[i];
        }

        for (var k = coefficients.Length; k > 0; k--)
        {
            var last = a[k - 1];
            if (!(Math.Abs(last) < 0.99))
            {
                return false;
            }

            for (var i = 0; i < k - 1; i++)
            {
                next[i] = (a[i] + (last * a[k - 2 - i])) / (1 - (last * last));
            }

            next[..(k - 1)].CopyTo(a);
        }

        return true;
    }
}
