using System.Globalization;
using Lading.Optimization.Routing.Formats;
using Lading.Optimization.Routing.Verification;

namespace Lading.Optimization.Routing;

/// <summary>What <c>lading solve</c> was asked, but for the files.</summary>
public sealed record SolveCommand
{
    /// <summary>Wall-clock seconds.</summary>
    public double Seconds { get; init; } = 10;
    public ulong Seed { get; init; } = 1;
    public int Threads { get; init; } = 1;
    public RoutingObjective Objective { get; init; } = RoutingObjective.Cost;

    /// <summary>Best known value, for the gap of a plan that serves everybody.</summary>
    public double? BestKnown { get; init; }
}

/// <summary>The whole of <c>lading solve</c> and <c>lading verify routes</c> but opening the files. Exit codes: 0 done,
/// 1 infeasible or not verified, 2 the input was refused.</summary>
public static class RoutingCommand
{
    private const double MostSeconds = 7 * 86_400;

    /// <summary>What is wrong with the options, if anything.</summary>
    public static RoutingRefusal? Refuse(SolveCommand command) =>
        command.Seconds is not (> 0 and <= MostSeconds)
            ? new("routing.time", $"{command.Seconds} is not above 0 and at most {MostSeconds} seconds", "--time")
        : command.Threads is < 1 or > RoutingLimits.Threads
            ? new("routing.threads", $"{command.Threads} is outside 1 to {RoutingLimits.Threads}", "--threads")
        : command.BestKnown is not (null or (> 0 and < double.PositiveInfinity))
            ? new("routing.best-known", "a gap needs a finite value above 0", "--best-known")
        : null;

    /// <summary>Solves, verifies, reports, and writes the routes in VRPLIB form where they are wanted.</summary>
    /// <param name="command">Options that <see cref="Refuse"/> has nothing against.</param>
    /// <param name="problem">The problem.</param>
    /// <param name="report">Takes cost, vehicles, gap and what the verifier found.</param>
    /// <param name="routes">Opens what takes the routes, once they are there.</param>
    /// <param name="clock">Measures the seconds.</param>
    /// <param name="cancel">Ends the search; the best plan so far counts.</param>
    public static int Solve(
        SolveCommand command,
        RoutingProblem problem,
        TextWriter report,
        Func<TextWriter>? routes,
        TimeProvider clock,
        CancellationToken cancel = default
    )
    {
        var stop = StopRule.After(TimeSpan.FromSeconds(command.Seconds), clock);
        var options = new SolveOptions
        {
            Seed = command.Seed,
            Threads = command.Threads,
            Objective = command.Objective,
        };
        var plan = RoutingSolver.Solve(problem, options, stop, cancel);
        var verified = RouteVerifier.Verify(problem, plan);
        double cost = plan.Cost / problem.CostScale;
        report.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{problem.Name}: cost {cost:0.####}, {plan.VehiclesUsed} vehicles, {plan.Iterations} steps, "
                    + $"{plan.RequiredLeftOut} required clients left out"
            )
        );
        if (command.BestKnown is { } known && plan.RequiredLeftOut == 0)
        {
            report.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"gap to {known:0.####}: {100 * ((cost / known) - 1):0.00} %"
                )
            );
        }
        Report(verified, report);
        if (routes is not null)
        {
            using var writer = routes();
            VrplibSolution.Write(writer, problem, plan);
        }
        return verified.Feasible && plan.RequiredLeftOut == 0 ? 0 : 1;
    }

    /// <summary>Times published routes anew and checks them.</summary>
    public static int Verify(RoutingProblem problem, string solution, TextWriter report)
    {
        var routes = VrplibSolution.Read(solution, problem, out double? stated, out var refusal);
        if (routes is null)
        {
            report.WriteLine(refusal);
            return 2;
        }
        var plan = PublishedRoutes.Timed(problem, routes);
        var verified = RouteVerifier.Verify(problem, plan);
        double cost = verified.Cost / problem.CostScale;
        report.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{problem.Name}: cost {cost:0.####}, {plan.VehiclesUsed} vehicles"
            )
        );
        Report(verified, report);
        bool agrees = stated is not { } value || Math.Abs(value - cost) <= 0.005 + (1e-6 * cost);
        if (!agrees)
        {
            report.WriteLine(string.Create(CultureInfo.InvariantCulture, $"the file states {stated:0.####}"));
        }
        bool complete = plan.RequiredLeftOut == 0;
        report.WriteLine(complete ? "every required client is served" : $"{plan.RequiredLeftOut} are left out");
        return verified.Feasible && agrees && complete ? 0 : 1;
    }

    private static void Report(VerifiedPlan verified, TextWriter report)
    {
        report.WriteLine(verified.Feasible ? "verified: feasible" : "verified: NOT feasible");
        foreach (var violation in verified.Violations.Take(20))
        {
            report.WriteLine($"  route {violation.Route + 1}: {violation.Message} ({violation.Code})");
        }
    }
}
