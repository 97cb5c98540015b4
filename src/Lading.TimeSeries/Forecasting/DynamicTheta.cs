namespace Lading.TimeSeries.Forecasting;

/// <summary>
/// The dynamic optimised Theta model (DOTM): the regression line is updated with every value, and level, weight and
/// theta are found by least squares. Source: Fiorucci, Pellegrini, Louzada, Petropoulos and Koehler, Models for
/// optimising the theta method, Int. J. Forecasting 32 (2016).
/// </summary>
public static class DynamicTheta
{
    /// <summary>Forecasts after seasonal adjustment; below five values it is the standard method.</summary>
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
        var adjusted = workspace.Rent(n);
        var adjustment = SeasonalAdjustment.Remove(history, season, workspace, adjusted);
        var scale = Scale(adjusted);
        foreach (ref var value in adjusted)
        {
            value /= scale;
        }

        Span<double> point = [adjusted[0] / 2, 0.5, 2];
        Span<double> step = [Math.Max(Math.Abs(adjusted[0]) * 0.1, 0.05), 0.2, 1];
        var objective = new SquaredErrors(adjusted);
        var sum = NelderMead.Minimise(ref objective, point, step, 180, 1e-7, workspace);
        objective.Run(point, mean);
        var sigma = Math.Sqrt(sum / Math.Max(n - 4, 1)) * scale;
        for (var h = 0; h < mean.Length; h++)
        {
            mean[h] *= scale;
            spread[h] = sigma * Math.Sqrt(1 + (h * point[1] * point[1]));
        }

        adjustment.Restore(n, mean, spread);
        workspace.Release(mark);
    }

    internal static double Scale(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += Math.Abs(value);
        }

        return sum > 0 ? sum / values.Length : 1;
    }

    private readonly ref struct SquaredErrors(ReadOnlySpan<double> values) : IObjective
    {
        private readonly ReadOnlySpan<double> _values = values;

        public double At(scoped ReadOnlySpan<double> point) =>
            point[1] is < 0.1 or > 0.99 || point[2] is < 1 or > 100 ? double.PositiveInfinity : Run(point, []);

        /// <summary>
        /// Sum of squared errors from the third value on; then forecasts, fed back as if they were observed.
        /// </summary>
        public double Run(ReadOnlySpan<double> point, Span<double> ahead)
        {
            var (level, alpha, share) = (point[0], point[1], 1 - (1 / point[2]));
            double average = 0,
                a = 0,
                b = 0,
                sum = 0,
                decay = 1;
            for (var t = 1; t <= _values.Length + ahead.Length; t++)
            {
                var next = decay * (1 - alpha);
                var forecast = level + (share * ((decay * a) + ((1 - next) / alpha * b)));
                decay = next;
                var y = t <= _values.Length ? _values[t - 1] : forecast;
                if (t > _values.Length)
                {
                    ahead[t - _values.Length - 1] = forecast;
                }
                else if (t > 2)
                {
                    sum += (y - forecast) * (y - forecast);
                }

                level += alpha * (y - level);
                var before = average;
                average += (y - average) / t;
                b = t > 1 ? (((t - 2) * b) + (6 * (y - before) / t)) / (t + 1) : 0;
                a = average - (b * (t + 1) / 2);
            }

            return sum;
        }
    }
}
