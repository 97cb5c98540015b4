using Lading.Kernel;

namespace Lading.Log;

/// <summary>
/// One tenant's log: send commands, read facts, query read models. Owns the committer's thread, the followers' thread
/// and the loop of policies and due commands; closing it answers everybody who still waits.
/// </summary>
public sealed class TenantLog : IAsyncDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private readonly TenantLogParts parts;
    private readonly Committer committer;
    private readonly Tail tail;
    private readonly FactWriter facts;
    private readonly Follower follower;
    private readonly Reactor reactor;
    private readonly CancellationTokenSource stop = new();
    private readonly SemaphoreSlim work = new(0);
    private readonly Directories directories;
    private readonly Thread committing;
    private readonly Following following;
    private readonly Task started;
    private readonly ITimer copies;
    private Task reacting = Task.CompletedTask;
    private int sleeping;
    private int closing;
    private Exception? died;

    private TenantLog(TenantLogParts parts)
    {
        this.parts = parts;
        tail = new Tail(parts.Options.TailFacts);
        facts = new FactWriter(parts.Tenant, parts.Model.Events, parts.Cipher);
        directories = new Directories(parts.Model.Memories, InlineIsBuilt, () => Inline);
        committer = new Committer(parts, tail, directories, Committed);
        follower = new Follower(parts.Model, parts.Followers, ReadAfterNow, BuildInline, readAhead: true);
        reactor = new Reactor(parts.Model, committer, Wake, ReadAfterNow);
        committing = new Thread(CommitLoop) { Name = $"commit {parts.Tenant}", IsBackground = true };
        following = new Following($"follow {parts.Tenant}", follower, tail, stop.Token);
        copies = parts.Clock.CreateTimer(_ => committer.RefuseCopies(Head), null, LookEvery, LookEvery);
        started = Start();
    }

    /// <summary>Opens the log: reads where it ends and what it remembers, then starts its threads.</summary>
    public static async ValueTask<TenantLog> Open(TenantLogParts parts)
    {
        var log = new TenantLog(parts);
        try
        {
            await log.started.ConfigureAwait(false);
            return log;
        }
        catch
        {
            await log.DisposeAsync();
            throw;
        }
    }

    /// <summary>The tenant.</summary>
    public TenantId Tenant => parts.Tenant;

    /// <summary>What the modules taught it.</summary>
    public LogModel Model => parts.Model;

    /// <summary>The last durable position.</summary>
    public long Head => tail.Head;

    /// <summary>Commands of clients that wait now.</summary>
    public int Waiting => committer.WaitingClients;

    /// <summary>Why nothing is written any more, or null.</summary>
    public string? Stopped => committer.Stopped?.Message ?? died?.Message;

    /// <summary>Whether it was closed: no fact comes any more.</summary>
    public bool IsClosed => stop.IsCancellationRequested;

    /// <summary>The inline read models: as new as the last answered command.</summary>
    public IReads Inline => parts.Store.Reader.Reads;

    /// <summary>The followers' read models: soon as new.</summary>
    public IReads Followed => parts.Followers.Reads;

    /// <summary>Decides and, when accepted, appends durably. A full queue refuses at once, as Unavailable.</summary>
    /// <exception cref="StoreFault">Not written, or (<see cref="OutcomeUnknown"/>) not known: retry with the same id
    /// settles it.</exception>
    public ValueTask<Answer> Send(Command command)
    {
        if (stop.IsCancellationRequested)
            return NotTaken(LogRefusals.Closed());
        var item = new Work(command);
        if (!committer.TrySend(item))
            return NotTaken(LogRefusals.QueueFull(committer.WaitingClients));
        Wake();
        return item.Task;
    }

    private ValueTask<Answer> NotTaken(Refusal why) => ValueTask.FromResult(new Answer(why, default, 0, Head, false));

    /// <summary>The remembered answer of an id, or null: a retry gets it whatever its body is worth today.</summary>
    public async ValueTask<Answer?> Recall(CommandId id, long fingerprint)
    {
        var item = new Work(null) { Recall = (id, fingerprint) };
        if (stop.IsCancellationRequested || !committer.TrySend(item))
            return null;
        Wake();
        var answer = await item.Task;
        return ReferenceEquals(answer, Batch.NoAnswer) ? null : answer;
    }

    /// <summary>An in-memory directory.</summary>
    public T Memory<T>(MemoryModel<T> model)
        where T : class => (T)directories.Get(model.Name);

    /// <summary>The same, or null while what it loads from is being built.</summary>
    public T? MemoryWhenLoaded<T>(MemoryModel<T> model)
        where T : class => (T?)directories.Find(model.Name);

    /// <summary>Facts after a position, at most <paramref name="max"/>, in order.</summary>
    public async ValueTask<IReadOnlyList<Recorded>> ReadAfter(long position, int max, CancellationToken stop)
    {
        if (tail.After(position, max) is { } recent)
            return recent;
        return await ReadStored(position, (int)Math.Clamp(Head - position, 0, max), stop);
    }

    /// <summary>Facts of one stream after a version, in order.</summary>
    public async ValueTask<IReadOnlyList<Recorded>> ReadStream(
        StreamName stream,
        long afterVersion,
        int max,
        CancellationToken stop
    )
    {
        var stored = await parts.Store.Reader.ReadStream(stream.ToString(), afterVersion, max, stop);
        return stored.Where(f => f.Position <= Head).Select(f => facts.Read(f)).ToArray();
    }

    /// <summary>The version of a stream, by which a command may be told to find it unchanged.</summary>
    public ValueTask<long> ReadVersion(StreamName stream, CancellationToken stop) =>
        parts.Store.Reader.ReadVersion(stream.ToString(), stop);

    /// <summary>Where the stored log ends, with its hash.</summary>
    public ValueTask<LogHead> ReadHead(CancellationToken stop) => parts.Store.Reader.ReadHead(stop);

    /// <summary>Waits until the head is past it; false when <paramref name="stop"/> fired first.</summary>
    public ValueTask<bool> WaitPast(long position, CancellationToken stop) => tail.WaitPast(position, stop);

    /// <summary>How far a follower or policy has come; the head for inline ones that serve; -1 before that.</summary>
    public long Reached(string name)
    {
        var projection = parts.Model.Projections.FirstOrDefault(p => p.Name == name);
        if (projection is { Mode: ProjectionMode.Inline })
            return parts.Store.Inline.TryGetValue(name, out var state) && state.Version == projection.Version
                ? Head
                : -1;
        return projection is not null ? follower.Reached(name) : reactor.Reached(name);
    }

    /// <summary>Where every follower, build and policy stands.</summary>
    public IReadOnlyList<FollowStatus> Status()
    {
        var head = Head;
        var inline = parts
            .Model.Projections.Where(p => p.Mode == ProjectionMode.Inline && Reached(p.Name) >= 0)
            .Select(p => new FollowStatus(p.Name, "inline", head, head, null, null));
        var broken = directories.Failures.Select(d => new FollowStatus(d.Key, "directory", 0, head, d.Value, null));
        var troubles = new[] { ("followers", following.Trouble), ("reactions", reactor.Trouble) }
            .Where(t => t.Item2 is not null)
            .Select(t => new FollowStatus(t.Item1, "trouble", 0, head, t.Item2, null));
        return [.. inline, .. follower.Status(head), .. reactor.Status(head), .. broken, .. troubles];
    }

    /// <summary>When there is work here that no request asks for: long ago while a policy or read model is behind, else
    /// when the next command falls due, or null.</summary>
    public async ValueTask<DateTime?> NextWork(CancellationToken stop)
    {
        if (Status().Any(s => s.Failure is null && s.Position < s.Head && (parts.React || s.Kind != "policy")))
            return DateTime.MinValue;
        return parts.React ? await reactor.NextDue(parts.Store.Reader, stop) : null;
    }

    /// <summary>The position of the fact a follower or policy stopped at; null when none of that name stands
    /// still.</summary>
    public long? StandsAt(string name) => reactor.StandsAt(name) ?? follower.StandsAt(name);

    /// <summary>
    /// Lets a stopped follower, policy or due command try again; with a position, past the fact it stopped at. False
    /// when nothing of that name stands still, or not at that position.
    /// </summary>
    public bool Resume(string name, long? skip = null) =>
        reactor.Resume(name, skip) || following.Ask(() => follower.Resume(name, skip));

    /// <summary>Builds a projection anew beside the one that serves; it takes over when it is level with the log. False
    /// when there is none of that name or nothing follows here.</summary>
    public bool Rebuild(string name)
    {
        if (parts.Model.Projections.FirstOrDefault(p => p.Name == name) is not { } projection)
            return false;
        return projection.Mode == ProjectionMode.Inline
            ? following.Ask(() => Build(projection))
            : following.Ask(() => follower.Rebuild(projection));
    }

    /// <summary>Lets go of decoded facts and states in memory and answers when it is done: after a person's key was
    /// destroyed, nothing here shows them any more.</summary>
    public async ValueTask ForgetDecoded()
    {
        var item = new Work(null) { ForgetStates = true };
        while (!committer.TryReact(item))
            await Task.Delay(1, stop.Token);
        Wake();
        await item.Task;
        tail.Forget();
    }

    /// <summary>Closes: no new commands; what waits is answered.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref closing, 1) == 1)
            return;
        await stop.CancelAsync();
        work.Release();
        await copies.DisposeAsync();
        await started.ContinueWith(_ => { }, TaskScheduler.Default);
        if (!committing.ThreadState.HasFlag(ThreadState.Unstarted))
            committing.Join();
        committer.Close(new LogClosed());
        await reacting.ContinueWith(_ => { }, TaskScheduler.Default);
        following.Join();
        parts.Followers.Dispose();
        parts.Store.Dispose();
        parts.Keys?.Dispose();
    }

    private async Task Start()
    {
        var head = committer.Open();
        var inline = parts.Model.Projections.Where(p => p.Mode == ProjectionMode.Inline).ToList();
        parts.Store.Declare(inline);
        tail.Start(head.Position);
        reactor.Open(await parts.Store.Reader.ReadMarks(stop.Token));
        if (parts.Follow || parts.Watch)
            follower.Open(head.Position);
        foreach (var projection in inline.Where(p => parts.Follow && Reached(p.Name) < 0))
            follower.BuildInline(projection, parts.Store.StartBuild(projection));
        committer.FoldIn();
        await MendErasures();
        committing.Start();
        if (parts.Follow)
            following.Start();
        else if (parts.Watch)
            following.StartWatching();
        if (parts.React)
            reacting = Task.Run(ReactLoop);
    }

    private bool InlineIsBuilt() =>
        parts.Model.Projections.All(p => p.Mode != ProjectionMode.Inline || Reached(p.Name) >= 0);

    /// <summary>After each commit, before anybody is answered: directories first, then those who follow.</summary>
    private void Committed(IReadOnlyList<Recorded> recorded)
    {
        directories.Apply(recorded);
        tail.Add(recorded);
        if (parts.Model.Erasure is { } erasure)
            foreach (var fact in recorded.Where(f => f.FactType == erasure.Fact))
                if (fact.Position > committer.FoldedTo)
                    Erase(erasure.Subject(fact.Fact));
                else
                    tail.Forget(); // its key ended when it was folded in; one made since stays
    }

    /// <summary>Ends a subject's key; what stands decoded in memory or unsynced in the WAL goes with it.</summary>
    private void Erase(string subject)
    {
        if (parts.Cipher is not KeyRing ring)
            return;
        var ended = ring.Erase(subject);
        tail.Forget();
        committer.ForgetStates();
        if (ended)
            parts.Store.Scrub();
    }

    /// <summary>A crash may have come between the fact of an erasure and the end of its key.</summary>
    private async ValueTask MendErasures()
    {
        if (parts.Model.Erasure is not { } erasure || !InlineIsBuilt())
            return;
        foreach (var subject in await erasure.Erased(Inline, stop.Token))
            Erase(subject);
    }

    /// <summary>The body of a fact with its personal values opened; those of erased people are null.</summary>
    public System.Text.Json.Nodes.JsonNode Open(Recorded recorded) => facts.Open(recorded);

    private void Wake()
    {
        if (Interlocked.CompareExchange(ref sleeping, 0, 1) == 1)
            work.Release();
    }

    private void CommitLoop()
    {
        try
        {
            while (true)
            {
                if (committer.RunBatch() > 0)
                    continue;
                if (stop.IsCancellationRequested)
                    return;
                Interlocked.Exchange(ref sleeping, 1); // a full fence: who adds from here on sees us asleep
                if (committer.Waiting > 0 && Interlocked.CompareExchange(ref sleeping, 0, 1) == 1)
                    continue;
                if (!work.Wait(parts.Poll ?? Timeout.InfiniteTimeSpan))
                    committer.Poll();
            }
        }
        catch (Exception fault)
        {
            died = fault;
            committer.Close(new StoreFault($"The committer stopped: {fault.Message}", fault));
        }
    }

    private async Task ReactLoop()
    {
        while (!stop.IsCancellationRequested && committer.Stopped is null && died is null)
        {
            var seen = Head;
            if (directories.AreLoaded && await reactor.Run(seen, parts.Store.Reader, parts.Clock, stop.Token))
                continue;
            using var pause = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
            pause.CancelAfter(TimeSpan.FromMilliseconds(200));
            await tail.WaitPast(seen, pause.Token);
        }
    }

    private Recorded[] ReadAfterNow(long position, int max) =>
        tail.Read(position, max, most => ReadStored(position, most, stop.Token).AsTask().GetAwaiter().GetResult());

    private async ValueTask<Recorded[]> ReadStored(long position, int max, CancellationToken stop)
    {
        var stored = await parts.Store.Reader.ReadAfter(position, max, stop);
        return stored.Select(f => facts.Read(f)).ToArray();
    }

    /// <summary>Has the committer write pages of builds, several in one transaction; each answers for itself.</summary>
    private IReadOnlyList<Func<bool>> BuildInline(IReadOnlyList<BuildStep> steps)
    {
        var items = steps.Select(s => new Work(null) { Build = s }).ToList();
        items.ForEach(Submit);
        return items.Select(i => (Func<bool>)(() => Built(i))).ToList();
    }

    /// <summary>Whether the build took over.</summary>
    private bool Built(Work item)
    {
        try
        {
            Wait(item);
        }
        catch (OutcomeUnknown lost) when (lost.Recoverable)
        {
            Build(item.Build!.Projection); // the page may be there: a new generation is sure to hold it once
        }

        return item.Promoted;
    }

    private bool Build(Projection projection)
    {
        var item = new Work(null) { StartBuild = projection };
        Submit(item);
        Wait(item);
        follower.BuildInline(projection, item.Generation);
        return true;
    }

    private static void Wait(Work item) => item.Task.AsTask().GetAwaiter().GetResult();

    /// <summary>From the followers' thread: waits for a place in the lane.</summary>
    private void Submit(Work item)
    {
        while (!committer.TryReact(item))
        {
            Wake();
            if (stop.Token.WaitHandle.WaitOne(1))
                throw new LogClosed();
        }

        Wake();
    }
}
