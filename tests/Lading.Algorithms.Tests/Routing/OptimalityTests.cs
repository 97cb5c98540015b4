using System.Globalization;
using Lading.Optimization.Routing;
using Lading.Optimization.Routing.Verification;

namespace Lading.Algorithms.Tests.Routing;

public sealed class OptimalityTests
{
    /// <summary>520 seeds of each of 18 variants and 800 where rules are mixed: 10,160 problems. LADING_SEEDS=N takes N
    /// times as many.</summary>
    private static readonly int Times = int.Parse(
        Environment.GetEnvironmentVariable("LADING_SEEDS") ?? "1",
        CultureInfo.InvariantCulture
    );

    public static TheoryData<Variant> Variants => [.. Enum.GetValues<Variant>()];

    [Theory]
    [MemberData(nameof(Variants))]
    public void Small_problems_are_solved_to_the_optimum(Variant variant)
    {
        int again = 0,
            solved = 0,
            seeds = Times * (variant == Variant.Mixed ? 800 : 520);
        for (int seed = 0; seed < seeds; seed++)
        {
            var problem = RandomProblems.Make(variant, seed);
            if (ProblemCheck.Refuse(problem) is not null)
            {
                continue;
            }
            var (weight, cost) = new BruteForce(problem).Solve();
            if (weight == long.MaxValue)
            {
                continue;
            }
            var optimum = new PlanRank(weight, 0, cost + 1e-6);
            var options = new SolveOptions { Seed = (ulong)seed };
            var plan = RoutingSolver.Solve(problem, options, StopRule.Iterations(256));
            if (optimum.Betters(plan.Rank(RoutingObjective.Cost)))
            {
                again++;
                plan = RoutingSolver.Solve(problem, options, StopRule.Iterations(4_000));
            }
            var verified = RouteVerifier.Verify(problem, plan);
            verified.Violations.ShouldBeEmpty($"{variant} seed {seed}");
            plan.LeftOutWeight.ShouldBe(weight, $"{variant} seed {seed}");
            plan.Cost.ShouldBe(cost, 1e-6, $"{variant} seed {seed}");
            solved++;
        }
        again.ShouldBeLessThan(1 + (seeds / 60), "problems that 256 steps did not solve");
        solved.ShouldBeGreaterThan(seeds / 2);
    }
}
