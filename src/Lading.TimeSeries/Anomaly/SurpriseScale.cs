using System.Numerics;
using System.Runtime.InteropServices;

namespace Lading.TimeSeries.Anomaly;

/// <summary>
/// Tells how rare a signed number is among those seen before, as -log10 of the share at least as extreme on its side.
/// The numbers are divided by their running mean size and counted in bins that widen by 2^(1/6), so memory is
/// constant (800 bytes) and the unit does not matter. Beyond the most extreme bin seen, every doubling adds 0.75.
/// </summary>
internal sealed class SurpriseScale
{
    private const int Learning = 60;
    private const int Bins = 96;
    private const double PerDoubling = 6;
    private const double Smallest = 0.01;
    private const double BeyondPerBin = 0.75 / PerDoubling;
    private const float Forgetting = 0.999f;
    private const float Gone = 0.05f;
    private const int ForgetEvery = 16;

    private readonly float[] _up = new float[Bins];
    private readonly float[] _down = new float[Bins];
    private double _scale;
    private double _total;
    private long _count;
    private int _topUp;
    private int _topDown;

    /// <summary>The surprise of <paramref name="x"/>, 0 while learning, and counts it.</summary>
    public double Next(double x)
    {
        _count++;
        var size = Math.Abs(x);
        if (_count <= Learning)
        {
            _scale += (size - _scale) / _count;
            return 0;
        }

        _scale = _scale == 0 ? size : _scale;
        var bin = Bin(size);
        var side = x >= 0 ? _up : _down;
        ref var top = ref x >= 0 ? ref _topUp : ref _topDown;
        var surprise = -Math.Log10((Sum(side.AsSpan(bin)) + 0.5) / (_total + 1));
        surprise += bin > top ? (bin - top) * BeyondPerBin : 0;
        side[bin]++;
        _total++;
        top = Math.Max(top, bin);
        if (_count % ForgetEvery == 0)
        {
            Forget();
        }

        _scale += Math.Max(1.0 / _count, 0.001) * (Math.Min(size, 5 * _scale) - _scale);
        return surprise;
    }

    private int Bin(double size)
    {
        var relative = _scale > 0 ? size / _scale : 0;
        return relative <= Smallest ? 0 : Math.Clamp((int)(Math.Log2(relative / Smallest) * PerDoubling), 0, Bins - 1);
    }

    private static double Sum(ReadOnlySpan<float> counts)
    {
        var wide = MemoryMarshal.Cast<float, Vector<float>>(counts);
        var lanes = Vector<float>.Zero;
        foreach (var part in wide)
        {
            lanes += part;
        }

        var sum = Vector.Sum(lanes);
        foreach (var count in counts[(wide.Length * Vector<float>.Count)..])
        {
            sum += count;
        }

        return sum;
    }

    private void Forget()
    {
        foreach (var side in (ReadOnlySpan<float[]>)[_up, _down])
        {
            var wide = MemoryMarshal.Cast<float, Vector<float>>(side.AsSpan());
            foreach (ref var part in wide)
            {
                part *= Forgetting;
            }
        }

        _total = Sum(_up) + Sum(_down);
        _topUp = Top(_up, _topUp);
        _topDown = Top(_down, _topDown);
    }

    private static int Top(ReadOnlySpan<float> counts, int top)
    {
        while (top > 0 && counts[top] <= Gone)
        {
            top--;
        }

        return top;
    }
}
