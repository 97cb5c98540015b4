using Lading.Optimization.Routing;
using Lading.Optimization.Routing.Verification;

namespace Lading.Algorithms.Tests.Routing;

public sealed class OptimalityTests
{
    /// <summary>715 seeds of each of 15 variants: 10,725 problems.</summary>
    [Theory]
    [InlineData(Variant.Capacity)]
    [InlineData(Variant.Windows)]
    [InlineData(Variant.Duration)]
    [InlineData(Variant.PickupDelivery)]
    [InlineData(Variant.Fleet)]
    [InlineData(Variant.Prizes)]
    [InlineData(Variant.MixedLoads)]
    [InlineData(Variant.SeveralWindows)]
    [InlineData(Variant.Breaks)]
    [InlineData(Variant.DrivingRule)]
    [InlineData(Variant.Reload)]
    [InlineData(Variant.Traffic)]
    [InlineData(Variant.OpenRoutes)]
    [InlineData(Variant.Locked)]
    [InlineData(Variant.TwoMatrices)]
    public void Small_problems_are_solved_to_the_optimum(Variant variant)
    {
        int again = 0;
        for (int seed = 0; seed < 715; seed++)
        {
            var problem = RandomProblems.Make(variant, seed);
            var (missing, cost) = new BruteForce(problem).Solve();
            if (missing == int.MaxValue)
            {
                continue;
            }
            var options = new SolveOptions { Seed = (ulong)seed };
            var plan = RoutingSolver.Solve(problem, options, StopRule.Iterations(256));
            if (plan.RequiredLeftOut > missing || plan.Cost > cost + 1e-6)
            {
                again++;
                plan = RoutingSolver.Solve(problem, options, StopRule.Iterations(4_000));
            }
            var verified = RouteVerifier.Verify(problem, plan);
            verified.Violations.ShouldBeEmpty($"{variant} seed {seed}");
            plan.RequiredLeftOut.ShouldBe(missing, $"{variant} seed {seed}");
            plan.Cost.ShouldBe(cost, 1e-6, $"{variant} seed {seed}");
        }
        again.ShouldBeLessThan(12, "problems that 256 steps did not solve");
    }
}
