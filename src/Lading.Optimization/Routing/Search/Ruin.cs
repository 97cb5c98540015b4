namespace Lading.Optimization.Routing.Search;

/// <summary>Adjacent string removal: strings of consecutive stops from routes near a seed (Christiaens and Vanden
/// Berghe 2020, "Slack induction by string removals"; names of the constants as there).</summary>
internal sealed class Ruin(SearchState state, SeededRandom random)
{
    /// <summary>Mean number of clients removed, at most.</summary>
    public double MeanRemoved { get; set; } = 10;

    private const int Small = 50;
    private const int LongestString = 10;
    private const double SplitProbability = 0.5;
    private const double KeepLongerProbability = 0.99;

    private readonly SearchData data = state.Data;
    private readonly int[] ruined = new int[state.Routes.Length];
    private readonly int[] string_ = new int[4096];
    private int ruinedCount;
    private int step;

    public void Apply()
    {
        int n = data.Count,
            used = state.UsedRoutes;
        step++;
        ruinedCount = 0;
        if (used == 0)
        {
            return;
        }
        if (n < Small && random.Below(4) == 0)
        {
            Scatter();
            Finish();
            return;
        }
        double mean = (double)(n - state.AbsentCount) / used;
        double longest = Math.Max(1, Math.Min(LongestString, mean));
        double most = Math.Max(1, (4 * MeanRemoved / (1 + longest)) - 1);
        int strings = (int)((random.Unit() * most) + 1);
        int seed = random.Below(n),
            offset = seed * data.AdjacentWidth;
        for (int k = 0; k < data.AdjacentWidth && ruinedCount < strings; k++)
        {
            int c = data.Adjacent[offset + k],
                r = state.Nodes[c].Route;
            if (r < 0 || ruined[r] == step || state.Nodes[c].Locked)
            {
                continue;
            }
            ruined[r] = step;
            ruinedCount++;
            RemoveString(r, c, longest);
        }
        Finish();
    }

    /// <summary>Each client leaves with the same random probability: in small problems strings alone, being no longer
    /// than the mean route, cannot reach every neighbour.</summary>
    private void Scatter()
    {
        double leave = random.Unit();
        for (int c = 0; c < data.Count; c++)
        {
            int r = state.Nodes[c].Route;
            if (r >= 0 && !state.Nodes[c].Locked && random.Unit() < leave)
            {
                state.Touch(r);
                Remove(c);
            }
        }
    }

    private void Finish()
    {
        for (int k = 0; k < state.TouchedCount; k++)
        {
            state.Refresh(state.Touched(k));
        }
        // An emptied vehicle may go out anew from the recreate step, perhaps as another type.
        state.ReleaseEmpty();
    }

    private void RemoveString(int r, int c, double longest)
    {
        ref var route = ref state.Routes[r];
        int free = route.Count - route.LockedCount;
        double bound = Math.Min(free, longest);
        int length = (int)((random.Unit() * bound) + 1);
        length = Math.Min(length, free);
        int kept = 0;
        if (length > 1 && length < free && random.Unit() < SplitProbability)
        {
            kept = 1;
            while (length + kept < free && random.Unit() > KeepLongerProbability)
            {
                kept++;
            }
        }
        state.Touch(r);
        int window = length + kept,
            first = c,
            n = data.Count;
        for (int back = random.Below(window); back > 0; back--)
        {
            int previous = state.Nodes[first].Prev;
            if (previous >= n || state.Nodes[previous].Locked)
            {
                break;
            }
            first = previous;
        }
        int count = 0;
        for (int v = first; v < n && count < window; v = state.Nodes[v].Next)
        {
            string_[count++] = v;
        }
        for (
            int v = state.Nodes[first].Prev;
            v < n && count < window && !state.Nodes[v].Locked;
            v = state.Nodes[v].Prev
        )
        {
            string_[count++] = v;
        }
        int keepFrom = kept > 0 ? 1 + random.Below(Math.Max(1, length - 1)) : count;
        for (int k = 0; k < count; k++)
        {
            if (k < keepFrom || k >= keepFrom + kept)
            {
                Remove(string_[k]);
            }
        }
    }

    /// <summary>A pair leaves together, unless its goods are aboard for good.</summary>
    private void Remove(int c)
    {
        if (state.Nodes[c].Route < 0)
        {
            return;
        }
        int mate = data.Mate[c];
        if (mate >= 0 && !state.Nodes[mate].Locked)
        {
            state.Unlink(mate);
        }
        state.Unlink(c);
    }

    /// <summary>Empties the route whose clients were hardest to miss so far the least (fleet reduction).</summary>
    public void RemoveRoute(int r)
    {
        state.Touch(r);
        while (state.Nodes[state.StartOf(r)].Next < data.Count)
        {
            state.Unlink(state.Nodes[state.StartOf(r)].Next);
        }
        state.Refresh(r);
    }
}
