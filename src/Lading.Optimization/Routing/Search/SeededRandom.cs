namespace Lading.Optimization.Routing.Search;

/// <summary>xoshiro256++ (Blackman and Vigna 2021), seeded by SplitMix64: the same numbers on every platform and
/// release, which <see cref="Random"/> does not promise.</summary>
internal sealed class SeededRandom
{
    private ulong a,
        b,
        c,
        d;

    public SeededRandom(ulong seed)
    {
        a = Split(ref seed);
        b = Split(ref seed);
        c = Split(ref seed);
        d = Split(ref seed);
    }

    private static ulong Split(ref ulong state)
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    public ulong Bits()
    {
        ulong result = ulong.RotateLeft(a + d, 23) + a,
            t = b << 17;
        c ^= a;
        d ^= b;
        b ^= c;
        a ^= d;
        c ^= t;
        d = ulong.RotateLeft(d, 45);
        return result;
    }

    /// <summary>0 ≤ result &lt; bound.</summary>
    public int Below(int bound) => (int)(((Bits() >> 32) * (ulong)bound) >> 32);

    /// <summary>In [0, 1).</summary>
    public double Unit() => (Bits() >> 11) * (1.0 / (1UL << 53));
}
