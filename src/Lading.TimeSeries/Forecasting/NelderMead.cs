namespace Lading.TimeSeries.Forecasting;

/// <summary>
/// A function of several numbers to be made small; infinity or NaN marks a point that is not allowed.
/// </summary>
public interface IObjective
{
    /// <summary>The value at <paramref name="point"/>.</summary>
    double At(scoped ReadOnlySpan<double> point);
}

/// <summary>
/// The downhill simplex of Nelder and Mead (Computer Journal 7, 1965) without allocation. It ends after a fixed
/// number of evaluations or when the simplex' values agree, and so always ends.
/// </summary>
public static class NelderMead
{
    /// <summary>
    /// Improves <paramref name="point"/> in place and returns its value. <paramref name="step"/> is the first
    /// simplex' edge in each coordinate. Needs (n + 1)(n + 1) + 3n scratch doubles for n coordinates.
    /// </summary>
    public static double Minimise<T>(
        ref T objective,
        scoped Span<double> point,
        scoped ReadOnlySpan<double> step,
        int evaluations,
        double tolerance,
        Workspace workspace
    )
        where T : IObjective, allows ref struct
    {
        var n = point.Length;
        var mark = workspace.Mark();
        var simplex = workspace.Rent((n + 1) * n);
        var values = workspace.Rent(n + 1);
        for (var i = 0; i <= n; i++)
        {
            var vertex = simplex.Slice(i * n, n);
            point.CopyTo(vertex);
            if (i > 0)
            {
                vertex[i - 1] += step[i - 1];
            }

            values[i] = Value(ref objective, vertex);
            if (i > 0 && double.IsPositiveInfinity(values[i]))
            {
                vertex[i - 1] -= 2 * step[i - 1];
                values[i] = Value(ref objective, vertex);
            }
        }

        Descend(ref objective, simplex, values, n, evaluations - n - 1, tolerance, workspace);
        var best = Lowest(values);
        simplex.Slice(best * n, n).CopyTo(point);
        var value = values[best];
        workspace.Release(mark);
        return value;
    }

    private static void Descend<T>(
        ref T objective,
        Span<double> simplex,
        Span<double> values,
        int n,
        int evaluations,
        double tolerance,
        Workspace workspace
    )
        where T : IObjective, allows ref struct
    {
        var centre = workspace.Rent(n);
        var reflected = workspace.Rent(n);
        var other = workspace.Rent(n);
        while (evaluations > 0)
        {
            var (best, worst, second) = Order(values);
            if (Math.Abs(values[worst] - values[best]) <= tolerance * (Math.Abs(values[best]) + tolerance))
            {
                return;
            }

            Centre(simplex, worst, n, centre);
            var last = simplex.Slice(worst * n, n);
            Along(centre, last, -1, reflected);
            var value = Value(ref objective, reflected);
            evaluations--;
            if (value < values[second] && value >= values[best])
            {
                Replace(last, reflected, ref values[worst], value);
                continue;
            }

            var expands = value < values[best];
            var outside = value < values[worst];
            Along(centre, last, SecondTry(expands, outside), other);
            var second2 = Value(ref objective, other);
            evaluations--;
            if (expands)
            {
                var better = second2 < value;
                Replace(last, better ? other : reflected, ref values[worst], better ? second2 : value);
            }
            else if (second2 < Math.Min(value, values[worst]))
            {
                Replace(last, other, ref values[worst], second2);
            }
            else
            {
                Shrink(ref objective, simplex, values, best, n);
                evaluations -= n;
            }
        }
    }

    /// <summary>The second point, on the line from the centre (0) to the worst point (1).</summary>
    private static double SecondTry(bool expands, bool outside) =>
        expands ? -2
        : outside ? -0.5
        : 0.5;

    private static void Shrink<T>(ref T objective, Span<double> simplex, Span<double> values, int best, int n)
        where T : IObjective, allows ref struct
    {
        var anchor = simplex.Slice(best * n, n);
        for (var i = 0; i <= n; i++)
        {
            if (i == best)
            {
                continue;
            }

            var vertex = simplex.Slice(i * n, n);
            for (var j = 0; j < n; j++)
            {
                vertex[j] = (vertex[j] + anchor[j]) / 2;
            }

            values[i] = Value(ref objective, vertex);
        }
    }

    private static (int Best, int Worst, int Second) Order(ReadOnlySpan<double> values)
    {
        int best = 0,
            worst = 0;
        for (var i = 1; i < values.Length; i++)
        {
            best = values[i] < values[best] ? i : best;
            worst = values[i] >= values[worst] ? i : worst;
        }

        var second = best;
        for (var i = 0; i < values.Length; i++)
        {
            second = i != worst && values[i] > values[second] ? i : second;
        }

        return (best, worst, second);
    }

    private static int Lowest(ReadOnlySpan<double> values)
    {
        var best = 0;
        for (var i = 1; i < values.Length; i++)
        {
            best = values[i] < values[best] ? i : best;
        }

        return best;
    }

    private static void Centre(ReadOnlySpan<double> simplex, int worst, int n, Span<double> centre)
    {
        centre.Clear();
        for (var i = 0; i <= n; i++)
        {
            for (var j = 0; i != worst && j < n; j++)
            {
                centre[j] += simplex[(i * n) + j] / n;
            }
        }
    }

    private static void Along(
        ReadOnlySpan<double> centre,
        ReadOnlySpan<double> worst,
        double factor,
        Span<double> result
    )
    {
        for (var j = 0; j < centre.Length; j++)
        {
            result[j] = centre[j] + (factor * (worst[j] - centre[j]));
        }
    }

    private static void Replace(Span<double> vertex, ReadOnlySpan<double> by, ref double value, double with)
    {
        by.CopyTo(vertex);
        value = with;
    }

    private static double Value<T>(ref T objective, ReadOnlySpan<double> point)
        where T : IObjective, allows ref struct
    {
        var value = objective.At(point);
        return double.IsNaN(value) ? double.PositiveInfinity : value;
    }
}
