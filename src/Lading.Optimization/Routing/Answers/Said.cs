using System.Globalization;

namespace Lading.Optimization.Routing.Answers;

/// <summary>Figures of a problem in words for people: in the units of its source, not of the solver.</summary>
internal static class Said
{
    /// <summary>A moment: a number of the file, or a time of day.</summary>
    public static string At(RoutingProblem problem, long time)
    {
        if (!problem.ClockTimes)
        {
            return Number(time / problem.Scale);
        }
        long minutes = (long)Math.Round(time / problem.Scale);
        string days = minutes >= 1440 ? $" + {minutes / 1440} d" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{minutes / 60 % 24:00}:{minutes % 60:00}{days}");
    }

    /// <summary>A length of time.</summary>
    public static string Long(RoutingProblem problem, long time)
    {
        if (!problem.ClockTimes)
        {
            return Number(time / problem.Scale);
        }
        long minutes = Math.Max(1, (long)Math.Ceiling(time / problem.Scale));
        return minutes < 60 ? $"{minutes} min"
            : minutes % 60 == 0 ? $"{minutes / 60} h"
            : $"{minutes / 60} h {minutes % 60} min";
    }

    /// <summary>A distance: kilometres where times are of the day.</summary>
    public static string Far(RoutingProblem problem, long distance) =>
        problem.ClockTimes ? Number(distance / problem.CostScale) + " km" : Number(distance / problem.Scale);

    /// <summary>What a load dimension is called: nothing where there is only one.</summary>
    public static string Dimension(RoutingProblem problem, int dimension) =>
        problem.Dimensions == 1 ? "" : $" of dimension {dimension}";

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
