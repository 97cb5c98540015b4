namespace Lading.TimeSeries.Forecasting;

/// <summary>
/// Seasonal-trend decomposition by loess, for one season or several: each season is smoothed over its cycle-subseries
/// with local lines, in turns with the others, and the trend by a long local line. Without the outer robustness loop.
/// Source: Cleveland, Cleveland, McRae and Terpenning, STL, J. Official Statistics 6 (1990); Bandara et al., MSTL
/// (2021).
/// </summary>
public static class Stl
{
    private const int Rounds = 2;

    /// <summary>
    /// Splits the history: season i is written to <paramref name="seasonal"/> at i * n (zeros if the history holds
    /// less than two of them), and the history without all of them to <paramref name="adjusted"/>. Seasons come
    /// shortest first.
    /// </summary>
    public static void Decompose(
        ReadOnlySpan<double> history,
        ReadOnlySpan<int> seasons,
        Workspace workspace,
        Span<double> seasonal,
        Span<double> adjusted
    )
    {
        var n = history.Length;
        history.CopyTo(adjusted);
        seasonal.Clear();
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < seasons.Length; i++)
            {
                if (n < 2 * seasons[i] || seasons[i] < 2)
                {
                    continue;
                }

                var component = seasonal.Slice(i * n, n);
                LinearAlgebra.AddScaled(adjusted, component, 1);
                ExtractSeason(adjusted, seasons[i], 7 + (4 * (i + 1)), workspace, component);
                LinearAlgebra.AddScaled(adjusted, component, -1);
            }
        }
    }

    /// <summary>
    /// The inner loop of STL, twice: detrend, smooth each cycle-subseries, take out what is low in frequency.
    /// </summary>
    private static void ExtractSeason(
        ReadOnlySpan<double> y,
        int season,
        int window,
        Workspace workspace,
        Span<double> component
    )
    {
        var n = y.Length;
        var mark = workspace.Mark();
        var trend = workspace.RentZeroed(n);
        var low = workspace.Rent(n);
        var scratch = workspace.Rent(n);
        var longest = ((int)(1.5 * season / (1 - (1.5 / window))) + 1) | 1;
        for (var pass = 0; pass < 2; pass++)
        {
            for (var phase = 0; phase < season; phase++)
            {
                var count = (n - phase + season - 1) / season;
                var sub = scratch[..count];
                for (var k = 0; k < count; k++)
                {
                    sub[k] = y[phase + (k * season)] - trend[phase + (k * season)];
                }

                for (var k = 0; k < count; k++)
                {
                    component[phase + (k * season)] = Loess(sub, k, window);
                }
            }

            MovingAverage(component, season, scratch);
            MovingAverage(scratch, season, low);
            LinearAlgebra.AddScaled(component, low, -1);
            for (var t = 0; t < n; t++)
            {
                scratch[t] = y[t] - component[t];
            }

            Smooth(scratch, longest, workspace, trend);
        }

        workspace.Release(mark);
    }

    /// <summary>Centred moving average over one season; at the ends over what there is of whole seasons.</summary>
    private static void MovingAverage(ReadOnlySpan<double> values, int season, Span<double> result)
    {
        var n = values.Length;
        var half = season / 2;
        var sum = 0.0;
        for (var t = 0; t < season; t++)
        {
            sum += values[t];
        }

        var start = 0;
        for (var t = 0; t < n; t++)
        {
            var wanted = Math.Clamp(t - half, 0, n - season);
            for (; start < wanted; start++)
            {
                sum += values[start + season] - values[start];
            }

            result[t] = sum / season;
        }
    }

    /// <summary>The loess trend, computed at every tenth of the window and interpolated between.</summary>
    private static void Smooth(ReadOnlySpan<double> values, int window, Workspace workspace, Span<double> result)
    {
        var n = values.Length;
        var jump = Math.Max(window / 10, 1);
        var previous = 0;
        result[0] = Loess(values, 0, window);
        while (previous < n - 1)
        {
            var next = Math.Min(previous + jump, n - 1);
            result[next] = Loess(values, next, window);
            for (var t = previous + 1; t < next; t++)
            {
                result[t] = result[previous] + ((result[next] - result[previous]) * (t - previous) / (next - previous));
            }

            previous = next;
        }
    }

    /// <summary>
    /// A local line with tricube weights over the <paramref name="window"/> nearest points, read at one of them.
    /// </summary>
    private static double Loess(ReadOnlySpan<double> values, int at, int window)
    {
        var n = values.Length;
        var width = Math.Min(window, n);
        var left = Math.Clamp(at - (width / 2), 0, n - width);
        var reach = Math.Max(at - left, left + width - 1 - at) + (window > n ? (window - n) / 2.0 : 0);
        double sum = 0,
            sumX = 0,
            sumXx = 0,
            sumY = 0,
            sumXy = 0;
        for (var t = left; t < left + width; t++)
        {
            double x = t - at;
            var ratio = Math.Abs(x) / (reach + 1e-9);
            var cube = 1 - (ratio * ratio * ratio);
            var weight = ratio >= 0.999 ? 0 : cube * cube * cube;
            sum += weight;
            sumX += weight * x;
            sumXx += weight * x * x;
            sumY += weight * values[t];
            sumXy += weight * x * values[t];
        }

        var determinant = (sum * sumXx) - (sumX * sumX);
        return sum <= 0 ? values[at]
            : determinant <= 1e-9 * sum * sum ? sumY / sum
            : ((sumXx * sumY) - (sumX * sumXy)) / determinant;
    }
}
