using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Lading.TimeSeries.Forecasting;

/// <summary>
/// Simple exponential smoothing, fitted by least squares. The errors are linear in the starting level, so the best
/// level for a given weight is known in closed form, and eight weights are tried at a time, one per SIMD lane.
/// Source: Brown (1956); Hyndman et al., Forecasting with Exponential Smoothing (2008), ETS(A,N,N).
/// </summary>
public static class SimpleSmoothing
{
    private const double Lowest = 0.0001;
    private const double Highest = 0.9999;

    /// <summary>The fitted weight, level after the last value, and sum of squared one-step errors.</summary>
    public readonly record struct Fit(double Alpha, double Level, double SumOfSquares);

    /// <summary>Every step ahead is the last level.</summary>
    public static void Forecast(
        ReadOnlySpan<double> history,
        int season,
        Workspace workspace,
        Span<double> mean,
        Span<double> spread
    )
    {
        var fit = FitLeastSquares(history);
        mean.Fill(fit.Level);
        FillSpread(fit, history.Length, spread);
    }

    /// <summary>As <see cref="Forecast"/>, on the seasonally adjusted series if it is seasonal.</summary>
    public static void ForecastAdjusted(
        ReadOnlySpan<double> history,
        int season,
        Workspace workspace,
        Span<double> mean,
        Span<double> spread
    )
    {
        var mark = workspace.Mark();
        var adjusted = workspace.Rent(history.Length);
        var adjustment = SeasonalAdjustment.Remove(history, season, workspace, adjusted);
        Forecast(adjusted, 1, workspace, mean, spread);
        adjustment.Restore(history.Length, mean, spread);
        workspace.Release(mark);
    }

    /// <summary>Finds weight and starting level that minimise the sum of squared one-step errors.</summary>
    public static Fit FitLeastSquares(ReadOnlySpan<double> history)
    {
        if (history.Length < 3)
        {
            return new Fit(Highest, history[^1], 0);
        }

        var low = Lowest;
        var high = Highest;
        var best = default(Fit);
        Span<double> levels = stackalloc double[8];
        Span<double> errors = stackalloc double[8];
        for (var pass = 0; pass < 5; pass++)
        {
            var step = (high - low) / 7;
            var alphas = Vector512.Create(low) + (Vector512.Create(0.0, 1, 2, 3, 4, 5, 6, 7) * step);
            Evaluate(history, alphas, levels, errors);
            var lane = 0;
            for (var i = 1; i < 8; i++)
            {
                lane = errors[i] < errors[lane] ? i : lane;
            }

            best = new Fit(alphas[lane], levels[lane], errors[lane]);
            low = Math.Max(Lowest, best.Alpha - step);
            high = Math.Min(Highest, best.Alpha + step);
        }

        return best;
    }

    internal static void FillSpread(Fit fit, int length, Span<double> spread)
    {
        var sigma = length > 3 ? Math.Sqrt(fit.SumOfSquares / (length - 2)) : 0;
        for (var h = 0; h < spread.Length; h++)
        {
            spread[h] = sigma * Math.Sqrt(1 + (h * fit.Alpha * fit.Alpha));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Evaluate(
        ReadOnlySpan<double> history,
        Vector512<double> alpha,
        Span<double> levels,
        Span<double> errors
    )
    {
        // With level 0 at the start the error at t is e(t); with level l it is e(t) - l * w(t), w(t) = (1 - alpha)^t.
        var level = Vector512<double>.Zero;
        var weight = Vector512<double>.One;
        var decay = Vector512<double>.One - alpha;
        var ee = Vector512<double>.Zero;
        var ew = Vector512<double>.Zero;
        var ww = Vector512<double>.Zero;
        foreach (var y in history)
        {
            var error = Vector512.Create(y) - level;
            level = Vector512.FusedMultiplyAdd(alpha, error, level);
            ee = Vector512.FusedMultiplyAdd(error, error, ee);
            ew = Vector512.FusedMultiplyAdd(error, weight, ew);
            ww = Vector512.FusedMultiplyAdd(weight, weight, ww);
            weight *= decay;
        }

        var start = ew / ww;
        var sum = Vector512.Max(ee - (start * ew), Vector512<double>.Zero);
        (level + (start * weight)).StoreUnsafe(ref MemoryMarshal.GetReference(levels));
        sum.StoreUnsafe(ref MemoryMarshal.GetReference(errors));
    }
}
