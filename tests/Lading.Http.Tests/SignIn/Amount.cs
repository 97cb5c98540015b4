namespace Lading.Http.Tests.SignIn;

/// <summary>How much of H20 is tried: a little with every build, all of it with <c>LADING_H20=full</c>.</summary>
internal static class Amount
{
    public static int Of(int usual, int full) =>
        Environment.GetEnvironmentVariable("LADING_H20") == "full" ? full : usual;

    /// <summary>Says what was tried, for who keeps the figures.</summary>
    public static void Tell(string what) => TestContext.Current.TestOutputHelper?.WriteLine(what);
}
