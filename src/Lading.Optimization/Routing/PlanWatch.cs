using Lading.Optimization.Routing.Search;

namespace Lading.Optimization.Routing;

/// <summary>Shows a search's best plan while it improves: at once when there is a first one, then a better one at most
/// once an interval. A plan is only built when it is shown, and watching changes no decision of the search.</summary>
/// <param name="every">The least time between two plans shown.</param>
/// <param name="clock">Measures that time.</param>
/// <param name="show">Takes the plan on the search's own thread, between two steps.</param>
public sealed class PlanWatch(TimeSpan every, TimeProvider clock, Action<RoutingPlan> show)
{
    private long shownAt;
    private PlanRank shown = PlanRank.None;

    internal void Look(Annealing search, Func<Annealing, long, RoutingPlan> build)
    {
        if (!search.Best.Betters(shown) || (shownAt != 0 && clock.GetElapsedTime(shownAt) < every))
        {
            return;
        }
        (shown, shownAt) = (search.Best, clock.GetTimestamp());
        show(build(search, search.Iterations));
    }
}
