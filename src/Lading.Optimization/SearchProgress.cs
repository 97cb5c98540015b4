namespace Lading.Optimization;

/// <summary>
/// Tells a search how far it has come, from 0 to 1, after a number of iterations; at 1 it stops with the best it has.
/// The caller owns the clock: a time limit is a delegate that divides its own stopwatch by the limit.
/// </summary>
public delegate double SearchProgress(int iterations);

/// <summary>Progress that needs no clock.</summary>
public static class SearchLimit
{
    /// <summary>Stops after <paramref name="count"/> iterations; runs are then the same on every machine.</summary>
    public static SearchProgress Iterations(int count)
    {
        if (count < 0)
            throw new OptimizationInputException(nameof(count), count, "give at least 0 iterations");
        return done => count == 0 ? 1 : done / (double)count;
    }
}
