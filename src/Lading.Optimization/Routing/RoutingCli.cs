using System.Globalization;
using Lading.Optimization.Routing.Formats;
using Lading.Optimization.Routing.Verification;

namespace Lading.Optimization.Routing;

/// <summary>Options of <c>lading solve</c>, parsed.</summary>
public sealed record SolveCommand
{
    public required string File { get; init; }

    /// <summary>Wall-clock seconds.</summary>
    public double Seconds { get; init; } = 10;
    public ulong Seed { get; init; } = 1;
    public int Threads { get; init; } = 1;
    public RoutingObjective Objective { get; init; } = RoutingObjective.Cost;

    /// <summary>Null: what the format's published results use.</summary>
    public DistanceRounding? Rounding { get; init; }
    public string? Out { get; init; }

    /// <summary>Best known value, for the gap of a plan that serves everybody.</summary>
    public double? BestKnown { get; init; }
}

/// <summary>Options of <c>lading verify routes</c>, parsed.</summary>
public sealed record VerifyRoutesCommand
{
    public required string File { get; init; }
    public required string Solution { get; init; }
    public DistanceRounding? Rounding { get; init; }
}

/// <summary>The two commands of the command line that concern routes, and the only place here that opens files.
/// Exit codes: 0 done, 1 infeasible or not verified, 2 the input was refused.</summary>
public static class RoutingCli
{
    private const double MostSeconds = 7 * 86_400;

    public static int Solve(
        SolveCommand command,
        TextWriter output,
        TimeProvider clock,
        CancellationToken cancel = default
    )
    {
        if (Refuse(command) is { } fault)
        {
            output.WriteLine(fault);
            return 2;
        }
        if (Load(command.File, command.Rounding, output) is not { } problem || !CanWrite(command.Out, output))
        {
            return 2;
        }
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
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{problem.Name}: cost {cost:0.####}, {plan.VehiclesUsed} vehicles, {plan.Iterations} steps, "
                    + $"{plan.RequiredLeftOut} required clients left out"
            )
        );
        if (command.BestKnown is { } known && plan.RequiredLeftOut == 0)
        {
            output.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"gap to {known:0.####}: {100 * ((cost / known) - 1):0.00} %"
                )
            );
        }
        Report(verified, output);
        if (command.Out is { } path)
        {
            using var writer = new StreamWriter(path);
            VrplibSolution.Write(writer, problem, plan);
        }
        return verified.Feasible && plan.RequiredLeftOut == 0 ? 0 : 1;
    }

    /// <summary>Times published routes anew and checks them.</summary>
    public static int Verify(VerifyRoutesCommand command, TextWriter output)
    {
        if (Load(command.File, command.Rounding, output) is not { } problem)
        {
            return 2;
        }
        if (Text(command.Solution, output) is not { } text)
        {
            return 2;
        }
        var routes = VrplibSolution.Read(text, problem, out double? stated, out var refusal);
        if (routes is null)
        {
            output.WriteLine(refusal);
            return 2;
        }
        var plan = PublishedRoutes.Timed(problem, routes);
        var verified = RouteVerifier.Verify(problem, plan);
        double cost = verified.Cost / problem.CostScale;
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{problem.Name}: cost {cost:0.####}, {plan.VehiclesUsed} vehicles"
            )
        );
        Report(verified, output);
        bool agrees = stated is not { } value || Math.Abs(value - cost) <= 0.005 + (1e-6 * cost);
        if (!agrees)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"the file states {stated:0.####}"));
        }
        bool complete = plan.RequiredLeftOut == 0;
        output.WriteLine(complete ? "every required client is served" : $"{plan.RequiredLeftOut} are left out");
        return verified.Feasible && agrees && complete ? 0 : 1;
    }

    private static RoutingRefusal? Refuse(SolveCommand command) =>
        command.Seconds is not (> 0 and <= MostSeconds)
            ? new("routing.time", $"{command.Seconds} is not above 0 and at most {MostSeconds} seconds", "--time")
        : command.Threads is < 1 or > RoutingLimits.Threads
            ? new("routing.threads", $"{command.Threads} is outside 1 to {RoutingLimits.Threads}", "--threads")
        : command.BestKnown is not (null or (> 0 and < double.PositiveInfinity))
            ? new("routing.best-known", "a gap needs a finite value above 0", "--best-known")
        : null;

    /// <summary>Asked before the search, not after it. What the file holds already is left alone until then.</summary>
    private static bool CanWrite(string? path, TextWriter output)
    {
        try
        {
            using var opened = path is null ? null : new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            output.WriteLine($"{path}: {e.Message} (routing.file)");
            return false;
        }
    }

    private static void Report(VerifiedPlan verified, TextWriter output)
    {
        output.WriteLine(verified.Feasible ? "verified: feasible" : "verified: NOT feasible");
        foreach (var violation in verified.Violations.Take(20))
        {
            output.WriteLine($"  route {violation.Route + 1}: {violation.Message} ({violation.Code})");
        }
    }

    private static string? Text(string path, TextWriter output)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            output.WriteLine($"{path}: {e.Message} (routing.file)");
            return null;
        }
    }

    private static RoutingProblem? Load(string path, DistanceRounding? rounding, TextWriter output)
    {
        if (Text(path, output) is not { } text)
        {
            return null;
        }
        if (RoutingFiles.TryRead(text, rounding, out var problem, out var refusal))
        {
            return problem;
        }
        output.WriteLine($"{path}: {refusal}");
        return null;
    }
}
