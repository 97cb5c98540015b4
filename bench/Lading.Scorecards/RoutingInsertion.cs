using System.Diagnostics;
using System.Globalization;
using Lading.Optimization.Routing;
using Lading.Optimization.Routing.Answers;
using Lading.Optimization.Routing.Formats;
using Lading.Optimization.Routing.Verification;

namespace Lading.Scorecards;

/// <summary>Takes each of 200 clients out of a 1,000-stop plan and puts it back: compile, load, insert, new plan with
/// times. Wall-clock milliseconds, and what the plan costs more than before.</summary>
internal static class RoutingInsertion
{
    public static void Run(Func<string, string> text)
    {
        Console.WriteLine("| instance | median ms | 95 % ms | mean cost lost % | not placed |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (
            string name in (string[])
                [
                    "vrptw/gehring_homberger_1000/r1_10_1.txt",
                    "vrptw/gehring_homberger_1000/rc2_10_6.txt",
                    "cvrp/cvrplib_x/X-n979-k58.vrp",
                ]
        )
        {
            if (!RoutingFiles.TryRead(text(name), null, out var problem, out var refusal))
            {
                Console.WriteLine($"| {name} | {refusal} |");
                continue;
            }
            var plan = RoutingSolver.Solve(
                problem,
                new SolveOptions(),
                StopRule.AfterProcessorTime(TimeSpan.FromSeconds(5))
            );
            var times = new List<double>();
            double lost = 0;
            int refused = 0;
            for (int c = 0; c < 220; c++)
            {
                var without = plan with
                {
                    Routes =
                    [
                        .. plan
                            .Routes.Select(r => r with { Stops = [.. r.Stops.Where(s => s.Client != c)] })
                            .Where(r => r.Stops.Length > 0),
                    ],
                };
                long from = Stopwatch.GetTimestamp();
                var answer = new OrderInsertion(problem, without).Insert(c);
                double took = Stopwatch.GetElapsedTime(from).TotalMilliseconds;
                if (c < 20)
                {
                    continue; // the first calls pay for compilation
                }
                times.Add(took);
                refused += answer.Placed && RouteVerifier.Verify(problem, answer.Plan).Feasible ? 0 : 1;
                lost += 100 * ((answer.Plan.Cost / plan.Cost) - 1) / 200;
            }
            times.Sort();
            string label = Path.GetFileNameWithoutExtension(name);
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {label} | {times[100]:0.0} | {times[190]:0.0} | {lost:0.000} | {refused} |"
                )
            );
        }
    }
}
