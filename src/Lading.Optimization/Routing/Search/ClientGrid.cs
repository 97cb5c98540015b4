namespace Lading.Optimization.Routing.Search;

/// <summary>Clients sorted into the squares of a map, about four to a square, so that those around one are found
/// without looking at all.</summary>
internal sealed class ClientGrid
{
    private const double PerSquare = 4;

    private readonly int[] column;
    private readonly int[] row;
    private readonly int[] first;
    private readonly int[] sorted;
    private readonly int side;

    private ClientGrid(double[] x, double[] y)
    {
        int n = x.Length;
        side = (int)Math.Ceiling(Math.Sqrt(n / PerSquare));
        column = Squares(x, side);
        row = Squares(y, side);
        first = new int[(side * side) + 1];
        for (int c = 0; c < n; c++)
        {
            first[Square(c) + 1]++;
        }
        for (int s = 0; s < side * side; s++)
        {
            first[s + 1] += first[s];
        }
        sorted = new int[n];
        int[] next = [.. first];
        for (int c = 0; c < n; c++)
        {
            sorted[next[Square(c)]++] = c;
        }
    }

    /// <summary>Null where travel is not by straight lines: then places on a map say nothing about it.</summary>
    public static ClientGrid? Over(DenseTravel travel, int clients) =>
        travel.Source.Points is var (x, y)
            ? new ClientGrid(
                [.. travel.LocationOf.Take(clients).Select(l => x[l])],
                [.. travel.LocationOf.Take(clients).Select(l => y[l])]
            )
            : null;

    /// <summary>Writes the clients of growing rings of squares around one until there are enough, and those of as many
    /// rings again by which a circle of that content reaches beyond the square; returns how many.</summary>
    public int Around(int client, int enough, int[] into)
    {
        enough = Math.Min(enough, sorted.Length);
        int count = 0,
            last = side;
        for (int ring = 0; ring <= last; ring++)
        {
            count = Ring(client, ring, into, count);
            if (count >= enough && last == side)
            {
                last = Math.Min(side, (int)Math.Ceiling((ring + 1) * Math.Sqrt(2)));
            }
        }
        return count;
    }

    private int Ring(int client, int ring, int[] into, int count)
    {
        int left = column[client] - ring,
            top = row[client] - ring,
            width = 2 * ring;
        for (int r = Math.Max(0, top); r <= Math.Min(side - 1, top + width); r++)
        {
            bool edge = r == top || r == top + width;
            int step = edge || width == 0 ? 1 : width;
            for (int c = left; c <= left + width; c += step)
            {
                if (c >= 0 && c < side)
                {
                    int square = (r * side) + c;
                    var found = sorted.AsSpan(first[square], first[square + 1] - first[square]);
                    found.CopyTo(into.AsSpan(count));
                    count += found.Length;
                }
            }
        }
        return count;
    }

    private int Square(int client) => (row[client] * side) + column[client];

    private static int[] Squares(double[] values, int side)
    {
        double low = values.Min(),
            width = Math.Max(values.Max() - low, double.Epsilon);
        return [.. values.Select(v => Math.Min(side - 1, (int)((v - low) / width * side)))];
    }
}
