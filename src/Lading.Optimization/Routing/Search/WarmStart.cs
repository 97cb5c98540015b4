namespace Lading.Optimization.Routing.Search;

/// <summary>Fills an empty state with locked prefixes, which come first whatever is given, and with given routes,
/// keeping only what is feasible.</summary>
internal static class WarmStart
{
    public static void Load(SearchState state, IReadOnlyList<(int Type, int[] Clients)> given)
    {
        var data = state.Data;
        state.Begin();
        var rest = given.ToList();
        var committed = data.LockedTypesAndClients.SelectMany(l => l.Skip(1)).ToHashSet();
        foreach (int[] prefix in data.LockedTypesAndClients)
        {
            int[] clients = prefix[1..];
            int at = rest.FindIndex(g => g.Type == prefix[0] && g.Clients.AsSpan().StartsWith(clients));
            if (at >= 0)
            {
                clients = [.. clients, .. rest[at].Clients.Skip(clients.Length).Where(c => !committed.Contains(c))];
                rest.RemoveAt(at);
            }
            Add(state, prefix[0], clients, prefix.Length - 1);
        }
        foreach (var (type, clients) in rest)
        {
            Add(state, type, committed.Count == 0 ? clients : [.. clients.Where(c => !committed.Contains(c))], 0);
        }
        state.CompactAbsent();
    }

    private static void Add(SearchState state, int type, int[] clients, int locked)
    {
        var data = state.Data;
        if (
            clients.Any(c => state.Nodes[c].Route >= 0)
            || state.UsedOfType[type] >= data.Types[type].Count
            || state.UsedRoutes >= state.Routes.Length
            || clients.Length == 0
        )
        {
            return;
        }
        int r = state.OpenRoute(type),
            after = state.StartOf(r);
        for (int k = 0; k < clients.Length; k++)
        {
            int c = clients[k];
            bool free = data.Group[c] < 0 || !state.GroupServed[data.Group[c]];
            if (k < locked || (free && data.MayServe(type, c)))
            {
                state.Link(c, after);
                after = c;
                if (k < locked)
                {
                    state.Nodes[c].Locked = true;
                    state.Routes[r].LockedCount++;
                }
            }
        }
        bool feasible = state.Refresh(r) && !PairsBroken(state, r);
        if (!feasible && locked < clients.Length)
        {
            for (
                int v = state.Nodes[state.EndOf(r)].Prev;
                v < data.Count && !state.Nodes[v].Locked;
                v = state.Nodes[state.EndOf(r)].Prev
            )
            {
                state.Unlink(v);
            }
            state.Refresh(r);
        }
        state.ReleaseEmpty();
    }

    private static bool PairsBroken(SearchState state, int r)
    {
        var data = state.Data;
        var seen = new HashSet<int>();
        for (int v = state.Nodes[state.StartOf(r)].Next; v < data.Count; v = state.Nodes[v].Next)
        {
            int mate = data.Mate[v];
            if (
                mate >= 0
                && (state.Nodes[mate].Route != r || (data.IsPickupEnd[v] ? seen.Contains(mate) : !seen.Contains(mate)))
            )
            {
                return true;
            }
            seen.Add(v);
        }
        return false;
    }
}
