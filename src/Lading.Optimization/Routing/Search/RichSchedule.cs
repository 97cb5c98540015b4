namespace Lading.Optimization.Routing.Search;

/// <summary>Cost of whole routes. Plain routes are passed once; routes with several windows, traffic, breaks, driving
/// rules or reloads go through the labels of <see cref="LabelSchedule"/>. Not thread-safe: one per search.</summary>
internal sealed class RichSchedule
{
    private readonly SearchData data;
    private readonly LabelSchedule labels;
    private readonly double[] newRoute;
    private readonly double[] newPair;
    private readonly long[] load;

    public RichSchedule(SearchData data)
    {
        this.data = data;
        labels = new LabelSchedule(data);
        newRoute = new double[(long)data.Types.Length * data.Count <= 4_000_000 ? data.Types.Length * data.Count : 0];
        newPair = new double[data.AnyPairs ? newRoute.Length : 0];
        Array.Fill(newRoute, double.NaN);
        Array.Fill(newPair, double.NaN);
        load = new long[data.Dimensions];
        PairEndsCarryOwnLoads =
            data.AnyPairs
            && Enumerable.Range(0, data.Count * data.Dimensions).Any(k => data.Delivery[k] + data.Pickup[k] > 0);
    }

    /// <summary>Pairs and depot goods ride together, so that pair insertion needs the whole route's loads.</summary>
    public bool PairEndsCarryOwnLoads { get; }

    public LabelSchedule Labels => labels;

    /// <summary>Cost, or positive infinity when a rule is broken.</summary>
    public double Evaluate(TypeData type, ReadOnlySpan<int> clients) =>
        type.Rich ? labels.Cost(type, clients) : Plain(type, clients);

    public double Cost(TypeData type, ReadOnlySpan<int> clients) => labels.Cost(type, clients);

    /// <summary>Cost of a route for this client alone; remembered.</summary>
    public double NewRouteCost(TypeData type, int client)
    {
        ReadOnlySpan<int> alone = [client];
        if (newRoute.Length == 0)
        {
            return Evaluate(type, alone);
        }
        ref double known = ref newRoute[(type.Index * data.Count) + client];
        return double.IsNaN(known) ? known = Evaluate(type, alone) : known;
    }

    public double NewPairCost(TypeData type, int p, int q)
    {
        ReadOnlySpan<int> alone = [p, q];
        if (newPair.Length == 0)
        {
            return Evaluate(type, alone);
        }
        ref double known = ref newPair[(type.Index * data.Count) + p];
        return double.IsNaN(known) ? known = Evaluate(type, alone) : known;
    }

    private double Plain(TypeData type, ReadOnlySpan<int> clients)
    {
        if (clients.Length > type.MaxStops || !LoadsFit(type, clients))
        {
            return double.PositiveInfinity;
        }
        var shift = type.Source.Shift;
        var span = new Span3(0, shift.Open, shift.Close);
        long distance = 0,
            driving = 0;
        int row = type.StartRow;
        for (int k = 0; k <= clients.Length; k++)
        {
            int next = k < clients.Length ? clients[k] : type.EndRow;
            int time = type.Travel.Time(row, next);
            distance += type.Travel.Leg(row, next);
            driving += time;
            var own =
                k < clients.Length
                    ? new Span3(data.Service[next], data.Open[next], data.Close[next])
                    : new Span3(0, shift.Open, shift.Close);
            span = Span3.Join(span, time, own);
            if (span.Duration < 0)
            {
                return double.PositiveInfinity;
            }
            row = next;
        }
        if (
            distance > type.MaxDistance
            || driving > type.MaxDriving
            || (type.DurationMatters && span.Duration > type.MaxDuration)
        )
        {
            return double.PositiveInfinity;
        }
        return type.Source.FixedCost + (distance * type.Source.DistanceCost) + type.TimeCost(span.Duration);
    }

    private bool LoadsFit(TypeData type, ReadOnlySpan<int> clients)
    {
        int d = data.Dimensions;
        Array.Clear(load);
        foreach (int c in clients)
        {
            for (int k = 0; k < d; k++)
            {
                load[k] += data.Delivery[(c * d) + k];
            }
        }
        for (int k = 0; k < d; k++)
        {
            if (load[k] > type.Capacity[k])
            {
                return false;
            }
            foreach (int c in clients)
            {
                int at = (c * d) + k;
                load[k] += data.Pickup[at] - data.Delivery[at] + data.PairLoad[at];
                if (load[k] > type.Capacity[k])
                {
                    return false;
                }
            }
        }
        return true;
    }
}
