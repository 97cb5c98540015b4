namespace Lading.Optimization.Routing.Search;

/// <summary>Granular neighbourhoods (Toth and Vigo 2003): the others a client is likely to stand next to.</summary>
internal static class Neighbours
{
    /// <summary>Weight of forced waiting and of a missed window in the nearness of two clients (Vidal et al. 2013,
    /// there 0.2 and 1).</summary>
    private const double WaitWeight = 0.2;
    private const double LateWeight = 1.0;

    /// <summary>Among how many of the nearest points on the map the neighbours of a client are sought when there are
    /// too many clients to compare all with all.</summary>
    private const int FewestCandidates = 400;

    internal sealed record Times(int[] Open, int[] Close, int[] Service);

    public static (int[] Lists, int Width) Nearest(DenseTravel travel, int clients, int width, Times? times)
    {
        width = Math.Clamp(width, 0, Math.Max(0, clients));
        if (width == 0)
        {
            return ([], 0);
        }
        var lists = new int[clients * width];
        var key = new double[clients];
        var order = new int[clients];
        var grid = travel.Distance is null ? ClientGrid.Over(travel, clients) : null;
        for (int c = 0; c < clients; c++)
        {
            int count = grid?.Around(c, Math.Max(FewestCandidates, 2 * width), order) ?? All(order);
            for (int k = 0; k < count; k++)
            {
                int o = order[k];
                key[k] =
                    o == c ? (times is null ? -1 : double.MaxValue)
                    : times is null ? travel.Leg(c, o) + (double)travel.Leg(o, c)
                    : Math.Min(After(travel, times, c, o), After(travel, times, o, c));
            }
            Smallest(key.AsSpan(0, count), order.AsSpan(0, count), width);
            Array.Copy(order, 0, lists, c * width, width);
        }
        return (lists, width);
    }

    private static int All(int[] order)
    {
        for (int o = 0; o < order.Length; o++)
        {
            order[o] = o;
        }
        return order.Length;
    }

    private static double After(DenseTravel travel, Times times, int first, int second)
    {
        int go = travel.Time(first, second) + times.Service[first];
        double wait = Math.Max(0, (double)times.Open[second] - go - times.Close[first]);
        double late = Math.Max(0, (double)times.Open[first] + go - times.Close[second]);
        return travel.Leg(first, second) + (WaitWeight * wait) + (LateWeight * late);
    }

    /// <summary>Quickselect of the <paramref name="width"/> smallest keys, then a sort of those alone.</summary>
    private static void Smallest(Span<double> key, Span<int> order, int width)
    {
        int low = 0,
            high = key.Length - 1;
        while (low < high && width < key.Length)
        {
            double pivot = key[(low + high) / 2];
            int i = low,
                j = high;
            while (i <= j)
            {
                while (key[i] < pivot)
                {
                    i++;
                }
                while (key[j] > pivot)
                {
                    j--;
                }
                if (i <= j)
                {
                    (key[i], key[j]) = (key[j], key[i]);
                    (order[i], order[j]) = (order[j], order[i]);
                    i++;
                    j--;
                }
            }
            if (width - 1 <= j)
            {
                high = j;
            }
            else if (width - 1 >= i)
            {
                low = i;
            }
            else
            {
                break;
            }
        }
        key[..width].Sort(order[..width]);
    }
}
