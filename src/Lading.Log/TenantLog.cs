using Lading.Kernel;

namespace Lading.Log;

/// <summary>What a tenant's log is opened with.</summary>
public sealed record TenantLogParts(
    TenantId Tenant,
    LogModel Model,
    ILogStore Store,
    IFollowStore Followers,
    IPersonalCipher Cipher,
    TimeProvider Clock,
    CommitterOptions Options
)
{
    /// <summary>Whether followers run; off for benches and for nodes that only take commands.</summary>
    public bool Follow { get; init; } = true;

    /// <summary>Whether policies and due commands run.</summary>
    public bool React { get; init; } = true;

    /// <summary>How often to look for other nodes' facts when idle; null: no other node writes this tenant.</summary>
    public TimeSpan? Poll { get; init; }
}

/// <summary>
/// One tenant's log: send commands, read facts, query read models. Owns the committer's thread, the followers' thread and the loop of
/// policies and due commands; closing it answers everybody who still waits.
/// </summary>
public sealed class TenantLog : IAsyncDisposable
{
    private readonly TenantLogParts parts;
    private readonly Committer committer;
    private readonly Tail tail;
    private readonly FactWriter facts;
    private readonly Follower follower;
    private readonly Reactor reactor;
    private readonly CancellationTokenSource stop = new();
    private readonly SemaphoreSlim work = new(0);
    private readonly Memories memories;
    private readonly Thread committing;
    private readonly Thread following;
    private readonly Task reacting;
    private readonly List<Action<Follower>> asked = [];
    private int sleeping;
    private Exception? died;

    private TenantLog(TenantLogParts parts)
    {
        this.parts = parts;
        tail = new Tail(parts.Options.TailFacts);
        facts = new FactWriter(parts.Tenant, parts.Model.Events, parts.Cipher);
        memories = new Memories(parts.Model, parts.Store);
        committer = new Committer(parts, tail, memories, Committed);
        follower = new Follower(parts.Model, parts.Followers, ReadAfterNow, BuildInline);
        reactor = new Reactor(parts.Model, committer, Wake, ReadAfterNow);
        committing = new Thread(CommitLoop) { Name = $"commit {parts.Tenant}", IsBackground = true };
        following = new Thread(FollowLoop) { Name = $"follow {parts.Tenant}", IsBackground = true };
        reacting = Start();
    }

    /// <summary>Opens the log: reads its head, what it remembers and where everybody stands, then starts its threads.</summary>
    public static async ValueTask<TenantLog> Open(TenantLogParts parts)
    {
        var log = new TenantLog(parts);
        try
        {
            await log.reacting.ConfigureAwait(false);
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

    /// <summary>The inline read models: as new as the last answered command.</summary>
    public IReads Inline => parts.Store.Reader.Reads;

    /// <summary>The followers' read models: soon as new.</summary>
    public IReads Followed => parts.Followers.Reads;

    /// <summary>Decides and, when accepted, appends durably. A full queue answers at once with a refusal of kind Unavailable.</summary>
    /// <exception cref="StoreFault">Not written, or (<see cref="OutcomeUnknown"/>) not known: retry with the same id settles it.</exception>
    public ValueTask<Answer> Send(Command command)
    {
        if (stop.IsCancellationRequested)
            return ValueTask.FromResult(new Answer(LogRefusals.Closed(), default, 0, Head, false));
        var item = new Work(command);
        if (!committer.TrySend(item))
            return ValueTask.FromResult(new Answer(LogRefusals.QueueFull(committer.WaitingClients), default, 0, Head, false));
        Wake();
        return item.Task;
    }

    /// <summary>The remembered answer of a command id, or null: what a retry gets even when its body would not pass validation today.</summary>
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
        where T : class => memories.Get(model);

    /// <summary>Facts after a position, at most <paramref name="max"/>, in order.</summary>
    public async ValueTask<IReadOnlyList<Recorded>> ReadAfter(long position, int max, CancellationToken stop)
    {
        if (tail.After(position, max) is { } recent)
            return recent;
        var stored = await parts.Store.Reader.ReadAfter(position, max, stop);
        return stored.Select(f => facts.Read(f)).ToArray();
    }

    /// <summary>Facts of one stream after a version, in order.</summary>
    public async ValueTask<IReadOnlyList<Recorded>> ReadStream(StreamName stream, long afterVersion, int max, CancellationToken stop)
    {
        var stored = await parts.Store.Reader.ReadStream(stream.ToString(), afterVersion, max, stop);
        return stored.Select(f => facts.Read(f)).ToArray();
    }

    /// <summary>Waits until the head is past <paramref name="position"/>; false when <paramref name="stop"/> fired first.</summary>
    public ValueTask<bool> WaitPast(long position, CancellationToken stop) => tail.WaitPast(position, stop);

    /// <summary>How far a follower or policy has come; the head for inline read models that serve; -1 for one that is not built yet.</summary>
    public long Reached(string name)
    {
        var projection = parts.Model.Projections.FirstOrDefault(p => p.Name == name);
        if (projection is { Mode: ProjectionMode.Inline })
            return parts.Store.Inline.TryGetValue(name, out var state) && state.Version == projection.Version ? Head : -1;
        return projection is not null ? follower.Reached(name) : reactor.Reached(name);
    }

    /// <summary>Where every follower, build and policy stands.</summary>
    public IReadOnlyList<FollowStatus> Status()
    {
        var head = Head;
        var inline = parts.Model.Projections
            .Where(p => p.Mode == ProjectionMode.Inline)
            .Select(p => new FollowStatus(p.Name, "inline", Math.Max(0, Reached(p.Name)), head, Reached(p.Name) < 0 ? "Its version is being built." : null, null));
        var dues = reactor.StuckDues.Select(d => new FollowStatus($"due {d.Key.Kind} {d.Key.Stream}", "due", 0, head, d.Value, null));
        return [.. inline.Where(i => i.Failure is null), .. follower.Status(head), .. reactor.Status(head), .. dues];
    }

    /// <summary>Lets a stopped follower or policy try again; with a position, past that fact. False when nothing of that name stands still.</summary>
    public bool Resume(string name, long? skip = null)
    {
        var resumed = reactor.Resume(name, skip) || Ask(f => f.Resume(name, skip));
        Wake();
        return resumed;
    }

    /// <summary>Builds a projection anew beside the one that serves; it takes over when it is level with the log.</summary>
    public bool Rebuild(string name)
    {
        if (parts.Model.Projections.FirstOrDefault(p => p.Name == name) is not { } projection)
            return false;
        if (projection.Mode == ProjectionMode.Inline)
            Build(projection);
        else
            Ask(f => { f.Rebuild(projection); return true; });
        return true;
    }

    /// <summary>Closes: no new commands; what waits is answered.</summary>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        work.Release();
        await reacting.ContinueWith(_ => { }, TaskScheduler.Default);
        if (loop is not null)
            await loop.ContinueWith(_ => { }, TaskScheduler.Default);
        if (!committing.ThreadState.HasFlag(ThreadState.Unstarted))
            committing.Join();
        if (!following.ThreadState.HasFlag(ThreadState.Unstarted))
            following.Join();
        committer.Drain(new StoreFault("The log was closed before the command was decided."));
        parts.Followers.Dispose();
        parts.Store.Dispose();
        work.Dispose();
    }

    private Task? loop;

    private async Task Start()
    {
        var head = committer.Open();
        var inline = parts.Model.Projections.Where(p => p.Mode == ProjectionMode.Inline).ToList();
        parts.Store.Declare(inline);
        tail.Start(head.Position);
        reactor.Open(await parts.Store.Reader.ReadMarks(stop.Token));
        if (parts.Follow)
            follower.Open(head.Position);
        foreach (var projection in inline.Where(p => parts.Follow && Reached(p.Name) < 0))
            follower.BuildInline(projection, parts.Store.StartBuild(projection));
        committer.FoldIn();
        committing.Start();
        if (parts.Follow)
            following.Start();
        if (parts.React)
            loop = Task.Run(ReactLoop);
    }

    /// <summary>After each commit, before anybody is answered: directories first, then those who follow.</summary>
    private void Committed(IReadOnlyList<Recorded> recorded)
    {
        memories.Apply(recorded);
        tail.Add(recorded);
    }

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
                Volatile.Write(ref sleeping, 1);
                if (committer.Waiting > 0 && Interlocked.CompareExchange(ref sleeping, 0, 1) == 1)
                    continue;
                if (!work.Wait(parts.Poll ?? Timeout.InfiniteTimeSpan))
                    committer.Poll();
            }
        }
        catch (Exception fault)
        {
            died = fault;
            committer.Drain(new StoreFault($"The committer stopped: {fault.Message}", fault));
        }
    }

    private void FollowLoop()
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                RunAsked();
                if (!follower.Step(Head))
                    WaitForNews();
                else if (follower.Outrun)
                    stop.Token.WaitHandle.WaitOne(100);
            }
            catch (StoreUnavailable)
            {
                stop.Token.WaitHandle.WaitOne(200); // nothing was written; the same page again when the store answers
            }
            catch (Exception fault)
            {
                died = fault;
                return;
            }
        }
    }

    /// <summary>Level: sleeps until the head moves, and looks every second for what was asked.</summary>
    private void WaitForNews()
    {
        var seen = Head;
        if (follower.IsBehind(seen))
            return;
        using var second = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        second.CancelAfter(TimeSpan.FromSeconds(0.25));
        tail.WaitPast(seen, second.Token).AsTask().GetAwaiter().GetResult();
    }

    private async Task ReactLoop()
    {
        var dueAt = DateTime.MinValue;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var now = parts.Clock.GetUtcNow().UtcDateTime;
                if (now >= dueAt)
                {
                    await reactor.SendDue(await parts.Store.Reader.ReadDues(now, 500, stop.Token));
                    dueAt = now + TimeSpan.FromMilliseconds(200);
                }

                var seen = Head;
                if (await reactor.Step(seen))
                    continue;
                using var pause = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
                pause.CancelAfter(TimeSpan.FromMilliseconds(200));
                await tail.WaitPast(seen, pause.Token);
            }
            catch (Exception fault) when (fault is StoreFault or OperationCanceledException or ObjectDisposedException)
            {
                if (committer.Stopped is not null || stop.IsCancellationRequested)
                    return;
                await Task.Delay(200);
            }
        }
    }

    private Recorded[] ReadAfterNow(long position, int max) =>
        tail.After(position, max)
        ?? [.. parts.Store.Reader.ReadAfter(position, max, stop.Token).AsTask().GetAwaiter().GetResult().Select(f => facts.Read(f))];

    private bool BuildInline(BuildStep step)
    {
        var item = new Work(null) { Build = step };
        while (!committer.TryReact(item))
            stop.Token.WaitHandle.WaitOne(1);
        Wake();
        try
        {
            item.Task.AsTask().GetAwaiter().GetResult();
        }
        catch (OutcomeUnknown lost) when (lost.Recoverable)
        {
            Build(step.Projection); // the page may be there: a new generation is sure to hold it once
        }

        return item.Promoted;
    }

    private void Build(Projection projection)
    {
        var item = new Work(null) { StartBuild = projection };
        while (!committer.TryReact(item))
            stop.Token.WaitHandle.WaitOne(1);
        Wake();
        item.Task.AsTask().GetAwaiter().GetResult();
        follower.BuildInline(projection, item.Generation);
    }

    /// <summary>The followers' store belongs to their thread: what others want done there is done by it.</summary>
    private bool Ask(Func<Follower, bool> what)
    {
        var done = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (asked)
            asked.Add(f =>
            {
                try
                {
                    done.SetResult(what(f));
                }
                catch (Exception fault)
                {
                    done.SetException(fault);
                }
            });
        return done.Task.GetAwaiter().GetResult();
    }

    private void RunAsked()
    {
        List<Action<Follower>> now;
        lock (asked)
        {
            if (asked.Count == 0)
                return;
            now = [.. asked];
            asked.Clear();
        }

        foreach (var what in now)
            what(follower);
    }
}
