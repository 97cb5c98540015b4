using System.Collections.Immutable;
using Lading.Optimization.Routing.Search;

namespace Lading.Optimization.Routing.Answers;

/// <summary>What putting one more order into a plan leads to.</summary>
/// <param name="Plan">The new plan, or the old one when nothing fits.</param>
/// <param name="Placed">Every client asked for is served.</param>
/// <param name="CostAdded">New cost minus old cost of the routes.</param>
public sealed record InsertionAnswer(RoutingPlan Plan, bool Placed, double CostAdded);

/// <summary>Puts new clients into a running plan without moving anybody else: cheapest place over all routes, pairs
/// together. The problem already holds the new clients; compile it once per plan and ask often.</summary>
public sealed class OrderInsertion
{
    private readonly RoutingProblem problem;
    private readonly SearchData data;
    private readonly SearchState state;
    private readonly Recreate recreate;
    private readonly int[] mergedOf;

    /// <param name="problem">The problem, new clients included.</param>
    /// <param name="plan">A plan of the problem that leaves the new clients out.</param>
    public OrderInsertion(RoutingProblem problem, RoutingPlan plan)
    {
        if (ProblemCheck.Refuse(problem) is { } refusal)
        {
            throw new ArgumentException(refusal.ToString(), nameof(problem));
        }
        this.problem = problem;
        var given = CommittedVisits.TakenAsGiven(problem);
        data = SearchDataBuilder.BuildLight(FleetMerge.Apply(given, out mergedOf));
        state = new SearchState(data);
        recreate = new Recreate(state, new SeededRandom(1)) { Blinks = false, Everywhere = true };
        WarmStart.Load(state, [.. plan.Routes.Select(r => (mergedOf[r.Vehicle], r.Clients.ToArray()))]);
    }

    /// <summary>Inserts the client (with the other end of its pair, if it has one) at the cheapest feasible place.
    /// </summary>
    public InsertionAnswer Insert(int client)
    {
        double before = state.RouteCost;
        bool placed = state.Nodes[client].Route >= 0 || Place(client);
        state.CompactAbsent();
        return new InsertionAnswer(Current(), placed, state.RouteCost - before);
    }

    /// <summary>Cost the insertion would add, without making it; null when there is no place.</summary>
    public double? Price(int client)
    {
        double before = state.RouteCost;
        state.Begin();
        double? added = Place(client) ? state.RouteCost - before : null;
        state.Rollback();
        return added;
    }

    private bool Place(int client)
    {
        int mate = data.Mate[client];
        return mate < 0 ? recreate.InsertSingle(client)
            : data.IsPickupEnd[client] ? recreate.InsertPair(client, mate)
            : recreate.InsertPair(mate, client);
    }

    private RoutingPlan Current()
    {
        var used = Enumerable.Range(0, state.Routes.Length).Where(r => state.Routes[r].Type >= 0).ToList();
        int[][] sequences =
        [
            .. used.Select(r =>
            {
                var clients = new int[state.Routes[r].Count];
                state.Sequence(r, clients);
                return clients;
            }),
        ];
        return PlanBuilder.Build(data, problem, mergedOf, [.. used.Select(r => state.Routes[r].Type)], sequences, 0);
    }
}
