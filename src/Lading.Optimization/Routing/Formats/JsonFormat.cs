namespace Lading.Optimization.Routing.Formats;

internal static class JsonFormat
{
    public static RoutingProblem Read(string text) =>
        throw new RefusedException(new RoutingRefusal("routing.json", "not read yet", "file", 1));

    public static int? LineOf(string text, string field) => null;
}
