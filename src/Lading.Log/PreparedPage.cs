namespace Lading.Log;

/// <summary>
/// The page that comes after the one being written: read, decoded and turned into rows on another core meanwhile. What
/// fails here is left to the follower, which meets it again in its own order.
/// </summary>
internal sealed class PreparedPage
{
    private readonly Task<Recorded[]?> work;

    private PreparedPage(
        long from,
        IReadOnlyList<(Projection Projection, int Generation)> tracks,
        Rows[] memory,
        Func<long, Recorded[]> read
    )
    {
        (From, Tracks) = (from, tracks);
        Rows = memory.Length == tracks.Count ? memory : tracks.Select(_ => new Rows()).ToArray();
        work = Task.Run(() => Prepare(read));
    }

    /// <summary>The position before its first fact.</summary>
    public long From { get; }

    /// <summary>Whose rows it holds, in order.</summary>
    public IReadOnlyList<(Projection Projection, int Generation)> Tracks { get; }

    /// <summary>The rows of each of the tracks.</summary>
    public Rows[] Rows { get; }

    /// <summary>Starts reading ahead; <paramref name="memory"/> is used again when it fits.</summary>
    public static PreparedPage Start(
        long from,
        IReadOnlyList<(Projection Projection, int Generation)> tracks,
        Rows[] memory,
        Func<long, Recorded[]> read
    ) => new(from, tracks, memory, read);

    /// <summary>The page, or null when it could not be read or one of its facts could not be projected.</summary>
    public Recorded[]? Wait() => work.GetAwaiter().GetResult();

    private Recorded[]? Prepare(Func<long, Recorded[]> read)
    {
        try
        {
            var page = read(From);
            foreach (var rows in Rows)
                rows.Reset();
            for (var i = 0; i < Tracks.Count; i++)
                foreach (var fact in page)
                    if (Tracks[i].Projection.Types.Contains(fact.FactType))
                        Tracks[i].Projection.Apply(fact, Rows[i]);
            return page;
        }
        catch (Exception)
        {
            return null;
        }
    }
}
