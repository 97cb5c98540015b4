using Lading.Kernel;

namespace Lading.Log;

/// <summary>
/// Runs a tenant's policies and due commands: reads a page, submits the reactions in order without waiting, and goes on
/// when all outcomes
/// are known. A policy that throws stops and says why; it never skips by itself.
/// </summary>
internal sealed class Reactor(LogModel model, Committer committer, Action wake, Func<long, int, Recorded[]> readAfter)
{
    /// <summary>Larger than any one command's facts, so that a group always fits.</summary>
    private const int Page = Lading.Log.Command.MaxEvents + 1_000;
    private readonly List<Track> tracks = [];
    private readonly Lock gate = new();

    private sealed class Track(Policy policy, long position)
    {
        public Policy Policy => policy;

        public long Position { get; set; } = position;

        /// <summary>The mark as the store has it, which may stand before groups that needed no reaction.</summary>
        public long Mark { get; set; } = position;

        public string? Failure { get; set; }

        /// <summary>The group it stopped at; 0 when it did not stop at a group.</summary>
        public long FailedAt { get; set; }

        /// <summary>A group it was told to pass over: the mark moves past it before anything else.</summary>
        public long? Skip { get; set; }
    }

    public void Open(IReadOnlyDictionary<string, long> marks)
    {
        lock (gate)
        {
            tracks.Clear();
            foreach (var policy in model.Policies)
                tracks.Add(new Track(policy, marks.GetValueOrDefault(policy.Name)));
        }
    }

    public long Reached(string name)
    {
        lock (gate)
            return tracks.FirstOrDefault(t => t.Policy.Name == name)?.Position ?? -1;
    }

    public IReadOnlyList<FollowStatus> Status(long head)
    {
        lock (gate)
            return
            [
                .. tracks.Select(t => new FollowStatus(t.Policy.Name, "policy", t.Position, head, t.Failure, null)),
                .. stuckDues.Select(d => new FollowStatus(NameOf(d.Key), "due", 0, head, d.Value, null)),
            ];
    }

    /// <summary>The fact a policy stopped at; 0 for a due command that threw, which waits at no fact; else
    /// null.</summary>
    public long? StandsAt(string name)
    {
        if (stuckDues.Keys.Any(d => NameOf(d) == name))
            return 0;
        lock (gate)
            return tracks.FirstOrDefault(t => t.Policy.Name == name && t.Failure is not null)?.FailedAt;
    }

    public bool Resume(string name, long? skip)
    {
        var dues = stuckDues.Keys.Where(d => NameOf(d) == name).ToList();
        if (dues.Count > 0)
            return skip is null or 0 && dues.Count(d => Release(d, pass: skip is 0)) > 0;
        lock (gate)
        {
            var track = tracks.FirstOrDefault(t => t.Policy.Name == name && t.Failure is not null);
            if (track is null || (skip is not null && skip != track.FailedAt))
                return false;
            track.Skip = skip;
            (track.Failure, track.FailedAt) = (null, 0);
            return true;
        }
    }

    private bool Release(DueCommand due, bool pass)
    {
        if (pass)
            passedDues.TryAdd(due, true);
        return stuckDues.TryRemove(due, out _);
    }

    /// <summary>What keeps reactions from going on at the moment, or null.</summary>
    public string? Trouble => trouble;

    /// <summary>Sends what is due and steps every policy; false when there is nothing to do or it must be tried again
    /// later.</summary>
    public async ValueTask<bool> Run(long head, ILogReader reader, TimeProvider clock, CancellationToken stop)
    {
        try
        {
            var now = clock.GetUtcNow().UtcDateTime;
            await Reconsider(reader, now, stop);
            var worked = await RunDue(reader, now, stop);
            worked |= await Step(head);
            trouble = null;
            return worked;
        }
        catch (Exception fault)
        {
            trouble = stop.IsCancellationRequested ? null : fault.Message;
            return false;
        }
    }

    /// <summary>Takes up what stands still here and was let go on by another node: its mark has moved.</summary>
    private async ValueTask Reconsider(ILogReader reader, DateTime now, CancellationToken stop)
    {
        lock (gate)
            if (now < reconsiderAt || !tracks.Exists(t => t.Failure is not null))
                return;
        reconsiderAt = now + ReconsiderEvery;
        var marks = await reader.ReadMarks(stop);
        lock (gate)
            foreach (var track in tracks.Where(t => t.Failure is not null))
                if (marks.GetValueOrDefault(track.Policy.Name) is var mark && mark > track.Mark)
                    (track.Mark, track.Position, track.Failure, track.FailedAt) = (mark, mark, null, 0);
    }

    /// <summary>One page of every policy that is behind; answers whether anything was done.</summary>
    public async ValueTask<bool> Step(long head)
    {
        var worked = false;
        foreach (var track in tracks)
            if (track.Failure is null && (track.Position < head || track.Skip is not null))
            {
                worked = true;
                await StepGuarded(track);
            }

        return worked;
    }

    private async ValueTask StepGuarded(Track track)
    {
        try
        {
            await StepOne(track);
        }
        catch (Exception fault)
        {
            lock (gate)
            {
                track.Position = track.Mark;
                if (fault is OutcomeUnknown or StoreFault { MayPass: true })
                    throw; // nothing is wrong with the policy: it goes on from its mark
                track.Failure = fault.Message;
            }
        }
    }

    private async ValueTask StepOne(Track track)
    {
        if (track.Skip is { } skip)
        {
            await (await MarkOnly(track.Policy, track.Mark, skip)).Task;
            lock (gate)
                (track.Mark, track.Position, track.Skip) = (skip, skip, null);
            return;
        }

        var groups = Groups(readAfter(track.Position, Page));
        var sent = new List<Work>();
        var after = track.Mark;
        Exception? thrown = null;
        foreach (var group in groups)
        {
            Work? work;
            try
            {
                work = React(track.Policy, group, after);
            }
            catch (Exception fault)
            {
                thrown = Failed(track, group.Position, fault);
                break;
            }

            if (work is null)
                continue;
            after = group.Position;
            await Submit(work);
            sent.Add(work);
        }

        var reached = thrown is null && groups.Count > 0 ? groups[^1].Position : after;
        if (thrown is null && reached > after && reached - after > Page)
            sent.Add(await MarkOnly(track.Policy, after, reached));
        await Settle(track, sent);
        if (thrown is not null)
            throw thrown;
        lock (gate)
            track.Position = Math.Max(track.Position, reached);
    }

    private static Work? React(Policy policy, FactGroup group, long after)
    {
        if (!group.Facts.Any(f => policy.Types.Contains(f.FactType)) || policy.React(group) is not { } reaction)
            return null;
        return new Work(Command(policy.Series.At(group.Position), policy.Actor, group.Facts[^1], reaction))
        {
            Mark = (policy.Name, after, group.Position),
        };
    }

    private async ValueTask<Work> MarkOnly(Policy policy, long after, long reached)
    {
        var work = new Work(null) { Mark = (policy.Name, after, reached) };
        await Submit(work);
        return work;
    }

    /// <summary>A full lane makes the policy wait; it is never refused.</summary>
    private async ValueTask Submit(Work work)
    {
        while (!committer.TryReact(work))
        {
            wake();
            await Task.Delay(1);
        }

        wake();
    }

    private async ValueTask Settle(Track track, List<Work> sent)
    {
        foreach (var work in sent)
        {
            try
            {
                await work.Task;
            }
            catch (Exception fault) when (fault is not (OutcomeUnknown or StoreFault { MayPass: true }))
            {
                throw Failed(track, work.Mark!.Value.Position, fault);
            }

            lock (gate)
                track.Mark = Math.Max(track.Mark, work.Mark!.Value.Position);
        }
    }

    private static InvalidOperationException Failed(Track track, long position, Exception fault)
    {
        track.FailedAt = position;
        return new InvalidOperationException($"At position {position}: {fault.Message}", fault);
    }

    private const int DuePage = 500;

    /// <summary>So many due commands that threw, and no more are sent: something is wrong with all of them.</summary>
    public const int MostStuck = 1_000;
    private static readonly TimeSpan DueEvery = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan ReconsiderEvery = TimeSpan.FromSeconds(1);
    private DateTime reconsiderAt = DateTime.MinValue;

    /// <summary>Due commands that threw: they wait for a person, with the reason, and hold up nobody else.</summary>
    private readonly System.Collections.Concurrent.ConcurrentDictionary<DueCommand, string> stuckDues = [];

    /// <summary>Due commands that a person said to leave out: they end without their reaction.</summary>
    private readonly System.Collections.Concurrent.ConcurrentDictionary<DueCommand, bool> passedDues = [];
    private DateTime dueAt = DateTime.MinValue;
    private volatile string? trouble;

    private static string NameOf(DueCommand due) => $"due {due.Kind} {due.Stream}";

    /// <summary>When the next due command falls due, those aside that wait for a person; null when none is to be
    /// sent.</summary>
    public async ValueTask<DateTime?> NextDue(ILogReader reader, CancellationToken stop)
    {
        if (stuckDues.Count >= MostStuck)
            return null;
        var dues = await reader.ReadDues(DateTime.MaxValue, stuckDues.Count + 1, stop);
        return dues.FirstOrDefault(d => !stuckDues.ContainsKey(d))?.At;
    }

    /// <summary>Sends a page of what is due; answers whether there may be more.</summary>
    private async ValueTask<bool> RunDue(ILogReader reader, DateTime now, CancellationToken stop)
    {
        if (now < dueAt)
            return false;
        var most = DuePage + stuckDues.Count;
        var dues = await reader.ReadDues(now, most, stop);
        if (dues.Count < most)
            foreach (var gone in stuckDues.Keys.Except(dues).ToList())
                stuckDues.TryRemove(gone, out _); // done by another node, or no longer due
        await SendDue(stuckDues.Count < MostStuck ? dues : [.. dues.Where(passedDues.ContainsKey)]);
        if (dues.Count == most && stuckDues.Count < MostStuck)
            return true;
        dueAt = now + DueEvery;
        return false;
    }

    /// <summary>Sends what is due.</summary>
    public async ValueTask SendDue(IReadOnlyList<DueCommand> dues)
    {
        var sent = new List<Work>();
        foreach (var due in dues.Where(d => !stuckDues.ContainsKey(d)))
            try
            {
                var work = new Work(passedDues.ContainsKey(due) ? null : Command(due)) { Due = due };
                await Submit(work);
                sent.Add(work);
            }
            catch (Exception fault) when (fault is not StoreFault)
            {
                stuckDues.TryAdd(due, fault.Message);
            }

        foreach (var work in sent)
            try
            {
                await work.Task;
                passedDues.TryRemove(work.Due!, out _);
            }
            catch (Exception fault) when (fault is not (OutcomeUnknown or StoreFault { MayPass: true }))
            {
                stuckDues.TryAdd(work.Due!, fault.Message);
            }
    }

    private Command Command(DueCommand due)
    {
        var id = CommandId.From("due", due.Stream.ToString(), due.Kind, due.At.Ticks.ToString());
        return Command(id, $"due:{due.Kind}", null, model.Due(due.Kind).React(due));
    }

    private static Command Command(CommandId id, string actor, Recorded? cause, Reaction reaction) =>
        new()
        {
            Id = id,
            Fingerprint = 0,
            Actor = actor,
            Streams = reaction.Streams,
            Correlation = cause?.Correlation,
            Causation = cause?.Position ?? 0,
            Decide = reaction.Decide,
        };

    /// <summary>Facts grouped by the command that appended them; the last group of a full page may go on and is left
    /// for the next one.</summary>
    private static List<FactGroup> Groups(Recorded[] page)
    {
        var groups = new List<FactGroup>();
        for (var from = 0; from < page.Length; )
        {
            var to = from + 1;
            while (to < page.Length && page[to].Command == page[from].Command)
                to++;
            if (to == Page)
                break;
            groups.Add(new FactGroup(new ArraySegment<Recorded>(page, from, to - from)));
            from = to;
        }

        return groups;
    }
}
