namespace Lading.Optimization.Routing.Search;

/// <summary>Gives each route changed in a step to the vehicle type that drives it cheapest, among those with a vehicle
/// to spare.</summary>
internal sealed class FleetMoves(SearchState state)
{
    private readonly SearchData data = state.Data;
    private readonly int[] buffer = new int[state.Data.Count];

    public void Apply()
    {
        if (data.Types.Length == 1)
        {
            return;
        }
        for (int k = 0; k < state.TouchedCount; k++)
        {
            int r = state.Touched(k);
            if (state.Routes[r].Type >= 0 && state.Routes[r].LockedCount == 0)
            {
                Improve(r);
            }
        }
    }

    private void Improve(int r)
    {
        int own = state.Routes[r].Type,
            best = own;
        double least = state.Routes[r].Cost - 1e-9;
        int count = state.Sequence(r, buffer);
        for (int t = 0; t < data.Types.Length; t++)
        {
            if (t == own || state.UsedOfType[t] >= data.Types[t].Count || !MayServeAll(t, count))
            {
                continue;
            }
            double cost = state.Schedule.Evaluate(data.Types[t], buffer.AsSpan(0, count));
            if (cost < least)
            {
                (least, best) = (cost, t);
            }
        }
        if (best != own)
        {
            state.Retype(r, best);
            state.Refresh(r);
        }
    }

    private bool MayServeAll(int type, int count)
    {
        for (int k = 0; k < count && data.Allowed is not null; k++)
        {
            if (!data.MayServe(type, buffer[k]))
            {
                return false;
            }
        }
        return true;
    }
}
