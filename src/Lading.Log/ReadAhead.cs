namespace Lading.Log;

/// <summary>
/// While one page of rows is written, the page after it is read, decoded and turned into rows on another core. What
/// fails here is left to the follower, which meets it again in its own order.
/// </summary>
internal sealed class ReadAhead(Func<long, int, Recorded[]> read)
{
    private Rows[] spare = [];
    private (long From, (Projection Projection, int Generation)[] Tracks, Rows[] Rows, Task<Recorded[]?> Work)? next;

    /// <summary>Starts on the page after <paramref name="from"/>.</summary>
    public void Start(long from, (Projection Projection, int Generation)[] tracks, int most)
    {
        var rows = spare.Length == tracks.Length ? spare : [.. tracks.Select(_ => new Rows())];
        spare = [];
        next = (from, tracks, rows, Task.Run(() => Prepare(read, from, most, tracks, rows)));
    }

    /// <summary>
    /// The page, when it begins where these tracks stand, is theirs alone and ends at or before
    /// <paramref name="last"/>, else null. Its rows are exchanged for those in <paramref name="rows"/>, which are used
    /// for a later page.
    /// </summary>
    public Recorded[]? Take(long from, (Projection, int)[] tracks, long last, Rows[] rows)
    {
        if (next is not { } taken)
            return null;
        next = null;
        var page = taken.Work.GetAwaiter().GetResult();
        if (page is not { Length: > 0 } || taken.From != from || page[^1].Position > last)
            return null;
        if (!taken.Tracks.AsSpan().SequenceEqual(tracks))
            return null;
        spare = (Rows[])rows.Clone();
        taken.Rows.CopyTo(rows, 0);
        return page;
    }

    private static Recorded[]? Prepare(
        Func<long, int, Recorded[]> read,
        long from,
        int most,
        (Projection Projection, int Generation)[] tracks,
        Rows[] rows
    )
    {
        try
        {
            var page = read(from, most);
            for (var i = 0; i < tracks.Length; i++)
            {
                rows[i].Reset();
                foreach (var fact in page)
                    if (tracks[i].Projection.Types.Contains(fact.FactType))
                        tracks[i].Projection.Apply(fact, rows[i]);
            }

            return page;
        }
        catch (Exception)
        {
            return null;
        }
    }
}
