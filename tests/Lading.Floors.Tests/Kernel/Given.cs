using FsCheck;
using FsCheck.Fluent;

namespace Lading.Floors.Tests.Kernel;

/// <summary>The random figures that the kernel's properties run over.</summary>
internal static class Given
{
    /// <summary>From tiny to the ends of 64 bits: each number of bits is equally likely.</summary>
    public static readonly Gen<long> AnyLong =
        from high in Gen.Choose(int.MinValue, int.MaxValue)
        from low in Gen.Choose(int.MinValue, int.MaxValue)
        from shift in Gen.Choose(0, 63)
        select (((long)high << 32) | (uint)low) >> shift;

    /// <summary>Figures whose sums and small multiples stay within 64 bits.</summary>
    public static readonly Gen<long> Figure = AnyLong.Select(n => n % 1_000_000_000_000);

    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(500).WithQuietOnSuccess(true);

    /// <summary>A text of so many digits.</summary>
    public static Gen<string> Digits(int length) =>
        Gen.Choose(0, 9).ArrayOf(length).Select(digits => string.Concat(digits));

    /// <summary>Checks a law over random values.</summary>
    public static void Holds<T>(Gen<T> values, Action<T> law) => Prop.ForAll(values.ToArbitrary(), law).Check(Runs);

    /// <summary>Checks a law over random pairs.</summary>
    public static void Holds<T1, T2>(Gen<T1> first, Gen<T2> second, Action<T1, T2> law) =>
        Holds(first.Zip(second), pair => law(pair.Item1, pair.Item2));

    /// <summary>Checks a law over random values of three kinds.</summary>
    public static void Holds<T1, T2, T3>(Gen<T1> first, Gen<T2> second, Gen<T3> third, Action<T1, T2, T3> law) =>
        Holds(first.Zip(second).Zip(third), t => law(t.Item1.Item1, t.Item1.Item2, t.Item2));

    /// <summary>Checks a law over random triples.</summary>
    public static void Holds<T>(Gen<T> values, Action<T, T, T> law) =>
        Holds(values.Three(), triple => law(triple.Item1, triple.Item2, triple.Item3));
}
