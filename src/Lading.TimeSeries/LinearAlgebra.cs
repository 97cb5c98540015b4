using System.Numerics;
using System.Runtime.InteropServices;

namespace Lading.TimeSeries;

/// <summary>The few dense operations needed here, on row-major spans.</summary>
internal static class LinearAlgebra
{
    /// <summary>
    /// target += factor * source, in SIMD lanes. The spans may be slices of one array only if they do not overlap.
    /// </summary>
    public static void AddScaled(Span<double> target, ReadOnlySpan<double> source, double factor)
    {
        source = source[..target.Length];
        var wide = MemoryMarshal.Cast<double, Vector<double>>(target);
        var wideSource = MemoryMarshal.Cast<double, Vector<double>>(source);
        var lanes = new Vector<double>(factor);
        for (var i = 0; i < wide.Length; i++)
        {
            wide[i] = Vector.FusedMultiplyAdd(lanes, wideSource[i], wide[i]);
        }

        for (var i = wide.Length * Vector<double>.Count; i < target.Length; i++)
        {
            target[i] = Math.FusedMultiplyAdd(factor, source[i], target[i]);
        }
    }

    /// <summary>The inner product, in SIMD lanes.</summary>
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        b = b[..a.Length];
        var wideA = MemoryMarshal.Cast<double, Vector<double>>(a);
        var wideB = MemoryMarshal.Cast<double, Vector<double>>(b);
        var lanes = Vector<double>.Zero;
        for (var i = 0; i < wideA.Length; i++)
        {
            lanes = Vector.FusedMultiplyAdd(wideA[i], wideB[i], lanes);
        }

        var sum = Vector.Sum(lanes);
        for (var i = wideA.Length * Vector<double>.Count; i < a.Length; i++)
        {
            sum = Math.FusedMultiplyAdd(a[i], b[i], sum);
        }

        return sum;
    }

    /// <summary>
    /// Replaces the symmetric positive definite n by n matrix by its lower Cholesky factor. False, with the matrix
    /// spoiled, if it is not positive definite.
    /// </summary>
    public static bool Factor(Span<double> matrix, int n)
    {
        for (var i = 0; i < n; i++)
        {
            var row = matrix.Slice(i * n, n);
            for (var j = 0; j <= i; j++)
            {
                var sum = row[j] - Dot(row[..j], matrix.Slice(j * n, j));
                if (i != j)
                {
                    row[j] = sum / matrix[(j * n) + j];
                }
                else if (sum > 0)
                {
                    row[i] = Math.Sqrt(sum);
                }
                else
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>Solves with a factor of <see cref="Factor"/>; the right-hand side becomes the solution.</summary>
    public static void SolveFactored(ReadOnlySpan<double> factor, int n, Span<double> b)
    {
        for (var i = 0; i < n; i++)
        {
            b[i] = (b[i] - Dot(factor.Slice(i * n, i), b)) / factor[(i * n) + i];
        }

        for (var i = n - 1; i >= 0; i--)
        {
            b[i] /= factor[(i * n) + i];
            for (var j = 0; j < i; j++)
            {
                b[j] -= factor[(i * n) + j] * b[i];
            }
        }
    }
}
