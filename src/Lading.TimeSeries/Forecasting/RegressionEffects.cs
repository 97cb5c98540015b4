namespace Lading.TimeSeries.Forecasting;

/// <summary>
/// Effects of known causes on a series: holidays (1 on the day, else 0), prices (as logarithms), promotions. They are
/// estimated beside a trend and the season by least squares with first-order autocorrelated errors, taken out of the
/// history, and put back into the forecast of what is left. With <c>Multiplicative</c> the series is taken in
/// logarithms: a price coefficient is then an elasticity and exp(coefficient) - 1 a holiday's relative effect.
/// Source: Cochrane and Orcutt (1949); Hyndman and Athanasopoulos, chapter 10.
/// </summary>
public sealed record RegressionEffects(double[] Coefficients, double[] StandardErrors, bool Multiplicative)
{
    /// <summary>
    /// Estimates one coefficient per cause. <paramref name="causes"/> holds one row per cause, each as long as the
    /// history.
    /// </summary>
    /// <exception cref="ArgumentException">Lengths differ, a value is not finite or (multiplicative) not positive,
    /// the history is too short for that many coefficients, or a cause does not vary apart from trend and
    /// season.</exception>
    public static RegressionEffects Estimate(
        ReadOnlySpan<double> history,
        IReadOnlyList<double[]> causes,
        int season,
        bool multiplicative
    )
    {
        ForecastMethod.Guard(history, season, 1);
        var n = history.Length;
        var dummies = season > 1 && n >= 3 * season ? season - 1 : 0;
        var k = causes.Count + 2 + dummies;
        if (n < k + 3)
        {
            throw new ArgumentException($"{n} values are too few for {k} coefficients.", nameof(history));
        }

        var y = Response(history, multiplicative);
        var design = Design(causes, n, season, dummies);
        var (beta, _, residuals) = Solve(design, y, k, 0);
        double cross = 0,
            square = 1e-300;
        for (var t = 1; t < n; t++)
        {
            cross += residuals[t] * residuals[t - 1];
            square += residuals[t - 1] * residuals[t - 1];
        }

        var (final, errors, _) = Solve(design, y, k, Math.Clamp(cross / square, -0.95, 0.95));
        return new RegressionEffects(final[..causes.Count], errors[..causes.Count], multiplicative);
    }

    /// <summary>
    /// A forecaster for the history these effects were estimated on and the causes' known future values.
    /// </summary>
    public ForecastMethod Around(
        string name,
        Forecaster inner,
        IReadOnlyList<double[]> causes,
        IReadOnlyList<double[]> future
    ) =>
        new(
            name,
            (history, season, workspace, mean, spread) =>
            {
                var mark = workspace.Mark();
                var cleaned = workspace.Rent(history.Length);
                for (var t = 0; t < history.Length; t++)
                {
                    cleaned[t] = Multiplicative
                        ? history[t] / Math.Exp(Effect(causes, t))
                        : history[t] - Effect(causes, t);
                }

                inner(cleaned, season, workspace, mean, spread);
                for (var h = 0; h < mean.Length; h++)
                {
                    var effect = Effect(future, h);
                    mean[h] = Multiplicative ? mean[h] * Math.Exp(effect) : mean[h] + effect;
                    spread[h] = Multiplicative ? spread[h] * Math.Exp(effect) : spread[h];
                }

                workspace.Release(mark);
            }
        );

    private double Effect(IReadOnlyList<double[]> causes, int at)
    {
        var sum = 0.0;
        for (var i = 0; i < Coefficients.Length; i++)
        {
            sum += Coefficients[i] * causes[i][at];
        }

        return sum;
    }

    private static double[] Response(ReadOnlySpan<double> history, bool multiplicative)
    {
        var y = history.ToArray();
        for (var t = 0; multiplicative && t < y.Length; t++)
        {
            y[t] =
                y[t] > 0
                    ? Math.Log(y[t])
                    : throw new ArgumentException($"The history is not positive at index {t}.", nameof(history));
        }

        return y;
    }

    private static double[][] Design(IReadOnlyList<double[]> causes, int n, int season, int dummies)
    {
        var design = new List<double[]>();
        foreach (var cause in causes)
        {
            if (cause.Length != n || cause.Any(v => !double.IsFinite(v)))
            {
                throw new ArgumentException("Every cause is as long as the history and finite.", nameof(causes));
            }

            design.Add(cause);
        }

        design.Add([.. Enumerable.Repeat(1.0, n)]);
        design.Add([.. Enumerable.Range(0, n).Select(t => (t / (double)n) - 0.5)]);
        for (var s = 1; s <= dummies; s++)
        {
            design.Add([.. Enumerable.Range(0, n).Select(t => t % season == s ? 1.0 : 0)]);
        }

        return [.. design];
    }

    /// <summary>
    /// Least squares on values less <paramref name="rho"/> times the values before; residuals are of the values
    /// themselves.
    /// </summary>
    private static (double[] Beta, double[] Errors, double[] Residuals) Solve(
        double[][] design,
        double[] y,
        int k,
        double rho
    )
    {
        var n = y.Length;
        double[] Difference(double[] v) => [.. v.Skip(1).Select((x, t) => x - (rho * v[t]))];
        var columns = design.Select(Difference).ToArray();
        var target = Difference(y);
        var normal = new double[k * k];
        var beta = new double[k];
        for (var i = 0; i < k; i++)
        {
            beta[i] = LinearAlgebra.Dot(columns[i], target);
            for (var j = 0; j < k; j++)
            {
                normal[(i * k) + j] = LinearAlgebra.Dot(columns[i], columns[j]);
            }

            normal[(i * k) + i] *= 1 + 1e-10;
        }

        if (
            !LinearAlgebra.Factor(normal, k)
            || Enumerable
                .Range(0, k)
                .Any(i => !(normal[(i * k) + i] > 1e-4 * Math.Sqrt(LinearAlgebra.Dot(columns[i], columns[i]))))
        )
        {
            throw new ArgumentException("A cause does not vary apart from trend and season.");
        }

        LinearAlgebra.SolveFactored(normal, k, beta);
        double[] Rest(double[][] x, double[] v) =>
            [.. v.Select((value, t) => value - Enumerable.Range(0, k).Sum(i => x[i][t] * beta[i]))];
        var rest = Rest(columns, target);
        var variance = LinearAlgebra.Dot(rest, rest) / Math.Max(n - 1 - k, 1);
        var errors = new double[k];
        for (var i = 0; i < k; i++)
        {
            var unit = new double[k];
            unit[i] = 1;
            LinearAlgebra.SolveFactored(normal, k, unit);
            errors[i] = Math.Sqrt(Math.Max(variance * unit[i], 0));
        }

        return (beta, errors, Rest(design, y));
    }
}
