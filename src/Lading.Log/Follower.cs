using Lading.Kernel;

namespace Lading.Log;

/// <summary>
/// Reads the log in order for all followers of a tenant and writes their rows page by page. A follower that throws
/// stops and says why; the
/// others go on. New generations are built beside the serving ones in the same pass and take over when they are level.
/// </summary>
internal sealed partial class Follower(
    LogModel model,
    IFollowStore store,
    Func<long, int, Recorded[]> readAfter,
    Func<IReadOnlyList<BuildStep>, IReadOnlyList<Func<bool>>> buildInline,
    bool readAhead = false
)
{
    private const int Page = 2_000;
    private const int BuildPage = 4_000;
    private readonly List<FollowTrack> tracks = [];
    private readonly Lock gate = new();
    private bool building;
    private readonly ReadAhead aheadOfServing = new(readAfter);
    private readonly ReadAhead aheadOfBuilding = new(readAfter);

    /// <summary>Whether another node wrote the last page: then this one need not hurry.</summary>
    public bool Outrun { get; private set; }

    /// <summary>Takes up the followers where the store has them, and builds what is not built.</summary>
    public void Open(long head)
    {
        var followers = model.Projections.Where(p => p.Mode == ProjectionMode.Follower).ToList();
        store.Declare(followers, head);
        lock (gate)
        {
            tracks.Clear();
            foreach (var projection in followers)
                TakeUp(projection);
        }
    }

    /// <summary>Has the tracks stand where other nodes brought them; nothing is written here.</summary>
    public void Watch()
    {
        store.Refresh();
        lock (gate)
        {
            tracks.Clear();
            foreach (var projection in model.Projections.Where(p => p.Mode == ProjectionMode.Follower))
                TakeUp(projection);
        }
    }

    private void TakeUp(Projection projection)
    {
        var state = store.States[projection.Name];
        if (state.Version == projection.Version)
            tracks.Add(
                new FollowTrack(projection, state.Generation, state.Position, building: false)
                {
                    Failure = state.Failure,
                    FailedAt = state.Failure is null ? 0 : state.Position + 1,
                }
            );
        if (state.Building > 0)
            tracks.Add(new FollowTrack(projection, state.Building, state.BuiltTo, building: true));
    }

    /// <summary>Builds a new generation of a follower from the start.</summary>
    public bool Rebuild(Projection projection)
    {
        var generation = store.StartBuild(projection);
        lock (gate)
        {
            tracks.RemoveAll(t => t.Projection == projection && t.Building);
            tracks.Add(new FollowTrack(projection, generation, 0, building: true));
        }

        return true;
    }

    /// <summary>Whether anything is left to do before <paramref name="head"/>.</summary>
    public bool IsBehind(long head)
    {
        lock (gate)
            return tracks.Any(t => t.Failure is null && (t.Position < head || t.Building));
    }

    /// <summary>Whether one stands still and waits for a person.</summary>
    public bool HasStopped
    {
        get
        {
            lock (gate)
                return tracks.Exists(t => t.Failure is not null);
        }
    }

    /// <summary>The least position of the serving followers, or of one.</summary>
    public long Reached(string name)
    {
        lock (gate)
            return tracks.FirstOrDefault(t => t.Projection.Name == name && !t.Building)?.Position ?? -1;
    }

    /// <summary>What stands where.</summary>
    public IReadOnlyList<FollowStatus> Status(long head)
    {
        lock (gate)
            return tracks
                .Select(t => new FollowStatus(
                    t.Projection.Name,
                    t.Projection.Mode == ProjectionMode.Inline ? "inline" : "follower",
                    t.Position,
                    head,
                    t.Failure,
                    t.Building ? (int)(100 * t.Position / Math.Max(1, head)) : null
                ))
                .ToList();
    }

    /// <summary>The fact a follower stopped at, or null.</summary>
    public long? StandsAt(string name)
    {
        lock (gate)
            return tracks.FirstOrDefault(t => t.Projection.Name == name && t.Failure is not null)?.FailedAt;
    }

    /// <summary>Lets a stopped follower try again; with a position, past the fact it stopped at: only that one is left
    /// out.</summary>
    public bool Resume(string name, long? skip)
    {
        FollowTrack? track;
        lock (gate)
            track = tracks.FirstOrDefault(t => t.Projection.Name == name && t.Failure is not null);
        if (track is null || (skip is not null && skip != track.FailedAt))
            return false;
        if (!track.Building && skip is { } position)
            store.Skip(name, position);
        else if (!track.Building)
            store.SetFailure(name, null, track.Stored);
        lock (gate)
        {
            // A build's checkpoint moves with its next page: stopped again before that, it stops at the same fact.
            track.Position = skip ?? track.Position;
            track.Stored = track.Building ? track.Stored : track.Position;
            (track.Failure, track.FailedAt) = (null, 0);
        }

        return true;
    }

    /// <summary>Takes up what stands still here and was let go on by another node: the store knows.</summary>
    public void Reconsider()
    {
        List<FollowTrack> stopped;
        lock (gate)
            stopped = tracks.Where(t => t.Failure is not null && t.Projection.Mode == ProjectionMode.Follower).ToList();
        if (stopped.Count == 0)
            return;
        store.Refresh();
        lock (gate)
            foreach (var track in stopped.Where(t => t.Differs(store.States[t.Projection.Name])))
                TakeUpAnew(track.Projection);
    }

    /// <summary>One page for the tracks that are furthest behind; then what old generations left; false when there is
    /// nothing to do.</summary>
    public bool Step(long head)
    {
        List<FollowTrack> group;
        Outrun = false;
        lock (gate)
        {
            var behind = tracks.Where(t => t.Failure is null && (t.Position < head || t.Building)).ToList();
            if (behind.Count == 0)
                return store.ClearSome();
            // Those that serve and those being built take turns: a rebuild must not make the screens stand still.
            building = behind.Exists(t => t.Building != building) ? !building : building;
            var least = behind.Where(t => t.Building == building).Min(t => t.Position);
            group = behind.Where(t => t.Building == building && t.Position == least).ToList();
        }

        var from = group[0].Position;
        var (most, ahead) = building ? (BuildPage, aheadOfBuilding) : (Page, aheadOfServing);
        var stops = NextTrack(from);
        var prepared = Prepared(ahead, group, Math.Min(stops, head));
        var page = prepared ?? (from < head ? readAfter(from, most) : []);
        var to = page.Length > 0 ? page[^1].Position : from;
        if (stops < to)
        {
            page = page.TakeWhile(f => f.Position <= stops).ToArray(); // meet the track ahead, then go on together
            to = stops;
        }

        var going = prepared is not null ? group : group.Where(t => ProjectOrStop(t, page)).ToList();
        if (readAhead && page.Length == most && going.Count > 0)
            ahead.Start(to, Names(going), most);
        Apply(going, page, to, level: to >= head);
        return true;
    }

    /// <summary>The page read ahead for these tracks, with its rows, or null.</summary>
    private static Recorded[]? Prepared(ReadAhead ahead, List<FollowTrack> group, long last)
    {
        var rows = group.Select(t => t.Rows).ToArray();
        if (ahead.Take(group[0].Position, Names(group), last, rows) is not { } page)
            return null;
        for (var i = 0; i < group.Count; i++)
            group[i].Rows = rows[i];
        return page;
    }

    private static (Projection, int)[] Names(List<FollowTrack> group) =>
        group.Select(t => (t.Projection, t.Generation)).ToArray();

    private long NextTrack(long after)
    {
        lock (gate)
            return tracks
                .Where(t => t.Failure is null && t.Building == building && t.Position > after)
                .Select(t => t.Position)
                .DefaultIfEmpty(long.MaxValue)
                .Min();
    }

    private void Apply(List<FollowTrack> going, Recorded[] page, long to, bool level)
    {
        var steps = going.Where(t => t.Projection.Mode == ProjectionMode.Follower).ToList();
        var inline = going.Where(t => t.Projection.Mode == ProjectionMode.Inline).ToList();

        // The committer writes the inline ones into its file while this thread writes the followers' rows into theirs.
        var building = inline.Count == 0 ? Task.CompletedTask : Task.Run(() => WriteInline(inline, to, level));
        try
        {
            if (steps.Count > 0 && Write(steps, to, level) is { } fault)
                foreach (var track in steps)
                    WriteAlone(track, page, to, level, steps.Count == 1 ? fault : null);
        }
        finally
        {
            building.GetAwaiter().GetResult();
        }
    }

    /// <summary>Projects the page; a fact that throws stops the track, with what stands before it written.</summary>
    private bool ProjectOrStop(FollowTrack track, Recorded[] page)
    {
        if (Project(track, page) is not { } broken)
            return true;
        var before = page.TakeWhile(f => f.Position < broken.At).ToArray();
        if (before.Length > 0 && Project(track, before) is null)
        {
            if (track.Projection.Mode == ProjectionMode.Inline)
                WriteInline([track], before[^1].Position, level: false);
            else
                WriteAlone(track, before, before[^1].Position, level: false, null);
        }

        if (track.Failure is null)
            Stop(track, broken.At, broken.Reason);
        return false;
    }

    private static (long At, string Reason)? Project(FollowTrack track, IEnumerable<Recorded> page)
    {
        track.Rows.Reset();
        foreach (var fact in page)
            try
            {
                if (track.Projection.Types.Contains(fact.FactType))
                    track.Projection.Apply(fact, track.Rows);
            }
            catch (Exception fault)
            {
                return (fact.Position, $"At position {fact.Position} ({fact.Type}): {fault.Message}");
            }

        return null;
    }

    /// <summary>The rows of one track; when they cannot be written, fact by fact, so that it stops at the guilty
    /// one.</summary>
    private void WriteAlone(FollowTrack track, Recorded[] page, long to, bool level, StoreFault? failed)
    {
        if ((failed ?? Write([track], to, level)) is null)
            return;
        foreach (var fact in page)
        {
            Project(track, [fact]);
            if (Write([track], fact.Position, level: false) is { } fault)
            {
                Stop(
                    track,
                    fact.Position,
                    $"At position {fact.Position} ({fact.Type}) its rows cannot be written: {fault.Message}"
                );
                return;
            }
        }
    }

    /// <summary>Null when written. A fault that may pass is not the track's: it is thrown on, and everything is tried
    /// again.</summary>
    private StoreFault? Write(List<FollowTrack> group, long to, bool level)
    {
        try
        {
            // Not level yet while a build has an index to make: the others go on between one and the next.
            level = level && !group.Any(t => t.Building && store.MakeIndex(t.Projection, t.Generation));
            var steps = group
                .Select(t => new FollowStep(t.Projection, t.Generation, t.Rows, t.Stored, to, t.Building && level))
                .ToList();
            if (!store.Apply(steps))
            {
                Reread(group);
                return null;
            }
        }
        catch (StoreFault fault) when (!fault.MayPass)
        {
            return fault;
        }

        foreach (var track in group)
            Advance(track, to, level);
        return null;
    }

    private void Advance(FollowTrack track, long to, bool level)
    {
        lock (gate)
        {
            track.Position = track.Stored = to;
            if (!track.Building || !level)
                return;
            tracks.RemoveAll(t => t.Projection == track.Projection && t != track);
            track.Building = false;
        }
    }

    /// <summary>Another node went on: these projections are taken up anew where the store has them now.</summary>
    private void Reread(List<FollowTrack> group)
    {
        Outrun = true;
        lock (gate)
            foreach (var projection in group.Select(t => t.Projection).Distinct().ToList())
                TakeUpAnew(projection);
    }

    private void TakeUpAnew(Projection projection)
    {
        tracks.RemoveAll(t => t.Projection == projection);
        TakeUp(projection);
    }

    /// <summary>The store first: who sees it stopped and lets it go on is not overtaken by the news of it.</summary>
    private void Stop(FollowTrack track, long at, string reason)
    {
        try
        {
            if (!track.Building)
                store.SetFailure(track.Projection.Name, reason, track.Stored);
        }
        catch (StoreFault) { } // the reason stays in memory and in health

        lock (gate)
            (track.Failure, track.FailedAt) = (reason, at);
    }
}
