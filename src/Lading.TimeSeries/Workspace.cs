namespace Lading.TimeSeries;

/// <summary>
/// Scratch memory for one thread. Methods rent spans, and give all of them back by releasing to a mark; after the first
/// few series nothing is allocated any more. Rented spans hold arbitrary old values. Not safe for two threads.
/// </summary>
public sealed class Workspace
{
    private double[] _block = new double[4096];
    private int _used;

    /// <summary>The present fill, to be handed to <see cref="Release"/>.</summary>
    public int Mark() => _used;

    /// <summary>Returns every span rented since <paramref name="mark"/> was taken.</summary>
    public void Release(int mark) => _used = Math.Min(mark, _used);

    /// <summary>Rents <paramref name="length"/> doubles with unspecified content.</summary>
    public Span<double> Rent(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (_used + length > _block.Length)
        {
            // Spans already out keep the old block alive; marks into it stay valid because Release never raises the
            // fill.
            _block = new double[Math.Max(_block.Length * 2, length * 2)];
            _used = 0;
        }

        var span = _block.AsSpan(_used, length);
        _used += length;
        return span;
    }

    /// <summary>Rents <paramref name="length"/> zeros.</summary>
    public Span<double> RentZeroed(int length)
    {
        var span = Rent(length);
        span.Clear();
        return span;
    }
}
