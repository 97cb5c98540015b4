namespace Lading.TimeSeries.Forecasting;

/// <summary>How far each base forecast is trusted when forecasts are made to add up.</summary>
public enum ReconciliationWeights
{
    /// <summary>Only the bottom level counts.</summary>
    BottomUp,

    /// <summary>All alike (ordinary least squares).</summary>
    Equal,

    /// <summary>Inversely to the number of bottom series summed.</summary>
    Structural,

    /// <summary>Inversely to the variance of the one-step errors.</summary>
    Variance,

    /// <summary>By the whole covariance of the errors, shrunk towards its diagonal (MinT).</summary>
    MinimumTrace,
}

/// <summary>
/// Makes the forecasts of a hierarchy add up with the least loss of accuracy: y~ = S (S' W^-1 S)^-1 S' W^-1 y^. The
/// summing matrix S has a row per series (totals in any order, then or among them the bottom ones) and a column per
/// bottom series. Source: Wickramasuriya, Athanasopoulos and Hyndman, Optimal forecast reconciliation through trace
/// minimization, JASA 114 (2019); the shrinkage is Schaefer and Strimmer's (2005).
/// </summary>
public sealed class Reconciliation
{
    private readonly double[,] _summing;
    private readonly double[] _projection;
    private readonly int _rows;
    private readonly int _columns;

    /// <summary>
    /// Prepares the projection once for any number of steps. <paramref name="errors"/>, one row of one-step errors
    /// per series in S's order, all of one length, is needed for the last two kinds of weight.
    /// </summary>
    /// <exception cref="ArgumentException">The matrix has fewer rows than columns, a bottom series has no row of its
    /// own under bottom-up, errors are missing or of unequal length, or the system is singular.</exception>
    public Reconciliation(double[,] summing, ReconciliationWeights weights, IReadOnlyList<double[]>? errors = null)
    {
        _summing = summing;
        (_rows, _columns) = (summing.GetLength(0), summing.GetLength(1));
        if (_rows < _columns || _columns == 0)
        {
            throw new ArgumentException("A summing matrix has at least as many rows as columns.", nameof(summing));
        }

        if (
            weights >= ReconciliationWeights.Variance
            && (
                errors is null || errors.Count != _rows || errors.Any(e => e.Length != errors[0].Length || e.Length < 2)
            )
        )
        {
            throw new ArgumentException("These weights need errors of one length for every series.", nameof(errors));
        }

        _projection = weights == ReconciliationWeights.BottomUp ? BottomUp() : Project(Covariance(weights, errors));
    }

    /// <summary>Coherent forecasts of one step, in S's order.</summary>
    public double[] Reconcile(ReadOnlySpan<double> forecasts)
    {
        if (forecasts.Length != _rows)
        {
            throw new ArgumentException($"{_rows} forecasts are needed, one per series.", nameof(forecasts));
        }

        var result = new double[_rows];
        for (var j = 0; j < _columns; j++)
        {
            var bottom = LinearAlgebra.Dot(_projection.AsSpan(j * _rows, _rows), forecasts);
            for (var i = 0; i < _rows; i++)
            {
                result[i] += _summing[i, j] * bottom;
            }
        }

        return result;
    }

    private double[] BottomUp()
    {
        var projection = new double[_columns * _rows];
        for (var j = 0; j < _columns; j++)
        {
            var row = Enumerable
                .Range(0, _rows)
                .FirstOrDefault(i => Enumerable.Range(0, _columns).All(k => _summing[i, k] == (k == j ? 1 : 0)), -1);
            if (row < 0)
            {
                throw new ArgumentException($"No row of the summing matrix is bottom series {j} alone.");
            }

            projection[(j * _rows) + row] = 1;
        }

        return projection;
    }

    private double[] Covariance(ReconciliationWeights weights, IReadOnlyList<double[]>? errors)
    {
        var w = new double[_rows * _rows];
        for (var i = 0; i < _rows; i++)
        {
            var size = Enumerable.Range(0, _columns).Sum(j => Math.Abs(_summing[i, j]));
            w[(i * _rows) + i] = weights switch
            {
                ReconciliationWeights.Structural => Math.Max(size, 1e-9),
                ReconciliationWeights.Variance or ReconciliationWeights.MinimumTrace => Math.Max(
                    LinearAlgebra.Dot(errors![i], errors[i]) / errors[i].Length,
                    1e-12
                ),
                _ => 1,
            };
        }

        if (weights == ReconciliationWeights.MinimumTrace)
        {
            Shrink(w, errors!);
        }

        return w;
    }

    /// <summary>
    /// Fills the off-diagonal with (1 - lambda) times the covariances, lambda estimated from the correlations' own
    /// noise.
    /// </summary>
    private void Shrink(double[] w, IReadOnlyList<double[]> errors)
    {
        var n = errors[0].Length;
        double noise = 0,
            signal = 0;
        var correlations = new double[_rows * _rows];
        for (var i = 0; i < _rows; i++)
        {
            for (var j = 0; j < i; j++)
            {
                var scale = Math.Sqrt(w[(i * _rows) + i] * w[(j * _rows) + j]);
                var r = LinearAlgebra.Dot(errors[i], errors[j]) / n / scale;
                var variance = 0.0;
                for (var t = 0; t < n; t++)
                {
                    var deviation = (errors[i][t] * errors[j][t] / scale) - r;
                    variance += deviation * deviation;
                }

                noise += variance / n / (n - 1);
                signal += r * r;
                correlations[(i * _rows) + j] = r * scale;
            }
        }

        var kept = 1 - (signal > 0 ? Math.Clamp(noise / signal, 1e-3, 1) : 1);
        for (var i = 0; i < _rows; i++)
        {
            for (var j = 0; j < i; j++)
            {
                w[(i * _rows) + j] = w[(j * _rows) + i] = kept * correlations[(i * _rows) + j];
            }
        }
    }

    private double[] Project(double[] w)
    {
        if (!LinearAlgebra.Factor(w, _rows))
        {
            throw new ArgumentException("The errors' covariance is singular.");
        }

        // Column j of S, solved by W, is row j of S' W^-1.
        var projection = new double[_columns * _rows];
        for (var j = 0; j < _columns; j++)
        {
            var row = projection.AsSpan(j * _rows, _rows);
            for (var i = 0; i < _rows; i++)
            {
                row[i] = _summing[i, j];
            }

            LinearAlgebra.SolveFactored(w, _rows, row);
        }

        var normal = new double[_columns * _columns];
        for (var j = 0; j < _columns; j++)
        {
            for (var k = 0; k < _columns; k++)
            {
                for (var i = 0; i < _rows; i++)
                {
                    normal[(j * _columns) + k] += projection[(j * _rows) + i] * _summing[i, k];
                }
            }
        }

        if (!LinearAlgebra.Factor(normal, _columns))
        {
            throw new ArgumentException("The summing matrix has dependent columns.");
        }

        var column = new double[_columns];
        for (var i = 0; i < _rows; i++)
        {
            for (var j = 0; j < _columns; j++)
            {
                column[j] = projection[(j * _rows) + i];
            }

            LinearAlgebra.SolveFactored(normal, _columns, column);
            for (var j = 0; j < _columns; j++)
            {
                projection[(j * _rows) + i] = column[j];
            }
        }

        return projection;
    }
}
