using Lading.Optimization.Routing;
using Lading.Optimization.Routing.Search;
using Lading.Optimization.Routing.Verification;

namespace Lading.Algorithms.Tests.Routing;

/// <summary>What the search keeps step by step is what computing it anew gives.</summary>
public sealed class SearchStateTests
{
    public static TheoryData<Variant, int?, RoutingObjective> Searches =>
        [
            .. from variant in Enum.GetValues<Variant>()
            from clients in (int?[])[null, 16]
            from objective in Enum.GetValues<RoutingObjective>()
            select (variant, clients, objective),
        ];

    [Theory]
    [MemberData(nameof(Searches))]
    public void After_every_step_the_kept_cost_is_the_recomputed_cost(
        Variant variant,
        int? clients,
        RoutingObjective objective
    ) => Search(variant, clients, objective, new SolveTuning(), (check, _, state) => check.Holds(state));

    [Theory]
    [InlineData(null)]
    [InlineData(16)]
    public void At_temperature_zero_a_committed_step_never_raises_the_cost(int? clients)
    {
        var cold = new SolveTuning { StartTemperature = 1e-15, EndTemperature = 1e-15 };
        foreach (var variant in Enum.GetValues<Variant>())
        {
            (long Weight, double Cost) last = default;
            Search(
                variant,
                clients,
                RoutingObjective.Cost,
                cold,
                (_, first, state) =>
                {
                    var left = state.LeftOut();
                    var now = (left.Weight, Cost: state.RouteCost + left.Prizes);
                    bool everybody = !first && last.Weight == 0 && now.Weight == 0;
                    (everybody && now.Cost > last.Cost + 1e-6).ShouldBeFalse($"{variant}: {last} to {now}");
                    last = now;
                }
            );
        }
    }

    private static void Search(
        Variant variant,
        int? clients,
        RoutingObjective objective,
        SolveTuning tuning,
        Action<Recomputed, bool, SearchState> look
    )
    {
        for (int seed = 0; seed < (clients is null ? 8 : 2); seed++)
        {
            var problem = RandomProblems.Make(variant, seed, clients);
            // Room for most, so that routes are long and some are left out.
            problem = problem with
            {
                Vehicles = [.. problem.Vehicles.Select(v => clients is null ? v : v with { Count = 5 })],
            };
            if (ProblemCheck.Refuse(problem) is not null)
            {
                continue;
            }
            var merged = FleetMerge.Apply(CommittedVisits.TakenAsGiven(problem), out int[] mergedOf);
            var data = SearchDataBuilder.Build(merged, 40);
            var options = new SolveOptions { Objective = objective, Tuning = tuning };
            var search = new Annealing(data, (ulong)seed, options);
            var check = new Recomputed(problem, data, mergedOf, $"{variant} {seed}");
            bool first = true;
            var best = PlanRank.None;
            search.Stepped = state =>
            {
                look(check, first, state);
                best.Betters(search.Best).ShouldBeFalse(check.Where);
                (first, best) = (false, search.Best);
            };
            var stop = StopRule.Iterations(clients is null ? 60 : 120);
            search.Start([], stop);
            if (objective == RoutingObjective.Vehicles)
            {
                search.ReduceFleet(stop, 0.4, 1, CancellationToken.None);
            }
            search.Run(stop, 1, CancellationToken.None);
        }
    }

    private sealed record Recomputed(RoutingProblem Problem, SearchData Data, int[] MergedOf, string Where)
    {
        public void Holds(SearchState state)
        {
            int[] used = [.. Enumerable.Range(0, state.Routes.Length).Where(r => state.Routes[r].Type >= 0)];
            int[][] sequences = [.. used.Select(r => Walk(state, r))];
            int[] types = [.. used.Select(r => state.Routes[r].Type)];
            var plan = PlanBuilder.Build(Data, Problem, MergedOf, types, sequences, 0);
            RouteVerifier.Verify(Problem, plan).Violations.ShouldBeEmpty(Where);
            var left = state.LeftOut();
            (state.RouteCost + left.Prizes).ShouldBe(plan.Cost, 1e-6, Where);
            left.Weight.ShouldBe(plan.LeftOutWeight, Where);
            state.UsedRoutes.ShouldBe(used.Length, Where);
            for (int k = 0; k < used.Length; k++)
            {
                state.Routes[used[k]].Cost.ShouldBe(plan.Routes[k].Cost, 1e-6, Where);
                if (plan.Routes[k].Stops.All(s => s.Kind != StopKind.Reload))
                {
                    state.Routes[used[k]].Distance.ShouldBe(plan.Routes[k].Distance, Where);
                }
            }
            state.Absent[..state.AbsentCount].Order().ShouldBe(plan.Unassigned.Order(), Where);
        }

        /// <summary>The clients forwards; going backwards must meet the same.</summary>
        private static int[] Walk(SearchState state, int route)
        {
            var clients = new int[state.Routes[route].Count];
            state.Sequence(route, clients);
            int at = state.EndOf(route);
            for (int k = clients.Length - 1; k >= 0; k--)
            {
                at = state.Nodes[at].Prev;
                (at, state.Nodes[at].Route).ShouldBe((clients[k], route));
            }
            return clients;
        }
    }
}
