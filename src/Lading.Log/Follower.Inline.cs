namespace Lading.Log;

/// <summary>Inline projections that are built here: the committer writes their rows.</summary>
internal sealed partial class Follower
{
    /// <summary>Builds an inline projection from the start.</summary>
    public void BuildInline(Projection projection, int generation)
    {
        lock (gate)
        {
            tracks.RemoveAll(t => t.Projection == projection && t.Building);
            tracks.Add(new FollowTrack(projection, generation, 0, building: true));
        }
    }

    private void WriteInline(List<FollowTrack> group, long to, bool level)
    {
        var steps = group.Select(t => new BuildStep(t.Projection, t.Generation, t.Rows, to, level)).ToList();
        var written = buildInline(steps);
        for (var i = 0; i < group.Count; i++)
            HearInline(group[i], to, written[i]);
    }

    private void HearInline(FollowTrack track, long to, Func<bool> written)
    {
        bool promoted;
        try
        {
            promoted = written();
        }
        catch (Exception fault) when (fault is not StoreFault { MayPass: true })
        {
            Stop(track, 0, $"After position {track.Position} its rows cannot be written: {fault.Message}");
            return;
        }

        lock (gate)
        {
            track.Position = to;
            if (promoted)
                tracks.Remove(track);
        }
    }
}
