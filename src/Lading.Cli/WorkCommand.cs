using System.CommandLine;
using Lading.Planning;
using Lading.Platform.Work;

namespace Lading.Cli;

/// <summary><c>lading work</c>: what a server starts as a child for heavy work; people have no use for it.</summary>
internal static class WorkCommand
{
    private static readonly Argument<string> Kind = new("KIND") { Description = "What to do with the input." };

    public static Command Build()
    {
        Kind.AcceptOnlyFromAmong(PlanRoutes.Kind, ForecastDemand.Kind);
        var verb = new Verb("work", "Heavy work for a server, over standard input and output.", "lading work routes")
        {
            Hidden = true,
        };
        return verb.With(Kind).Does((parsed, _) => Task.FromResult(Run(parsed.GetValue(Kind)!)));
    }

    private static int Run(string kind)
    {
        WorkDesk.GiveWay();
        var desk = new WorkDesk(Console.OpenStandardInput(), Console.OpenStandardOutput());
        if (kind == PlanRoutes.Kind)
            RouteWork.Run(desk, TimeProvider.System);
        else
            ForecastWork.Run(desk);
        return ExitCode.Done;
    }
}
