using Lading.Kernel;

namespace Lading.Log;

/// <summary>
/// One tenant's decisions, one at a time: takes what waits, decides in memory, appends in one transaction, then
/// answers. A step function:
/// <see cref="RunBatch"/> does everything; the thread that calls it is only a shell, so a simulation can call it too.
/// </summary>
internal sealed class Committer
{
    private readonly ILogStore store;
    private readonly CommitterOptions options;
    private readonly TimeProvider clock;
    private readonly Batch batch;
    private readonly Lane<Work> clients;
    private readonly Lane<Work> reactions;
    private readonly List<Work> taken = [];
    private readonly Action<IReadOnlyList<Recorded>> committed;
    private StoreFault? stopped;
    private Exception? closed;

    public Committer(
        TenantLogParts parts,
        Tail tail,
        Directories directories,
        Action<IReadOnlyList<Recorded>> committed
    )
    {
        (store, options, this.committed) = (parts.Store, parts.Options, committed);
        clock = parts.Clock;
        clients = new Lane<Work>(options.QueueCapacity);
        reactions = new Lane<Work>(options.ReactionCapacity);
        batch = new Batch(parts, tail, directories);
    }

    /// <summary>Why nothing is written any more, or null.</summary>
    public StoreFault? Stopped => Volatile.Read(ref stopped);

    public int Waiting => clients.Count + reactions.Count;

    public int WaitingClients => clients.Count;

    public bool TrySend(Work work) => TryAdd(clients, work);

    public bool TryReact(Work work) => TryAdd(reactions, work);

    /// <summary>Nothing is left in a lane that nobody serves: what is added after the end is answered here.</summary>
    private bool TryAdd(Lane<Work> lane, Work work)
    {
        work.Arrived = clock.GetTimestamp();
        if (!lane.TryAdd(work))
            return false;
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref closed) is { } why)
            Drain(why);
        return true;
    }

    /// <inheritdoc cref="Batch.FoldedTo" />
    public long FoldedTo => batch.FoldedTo;

    /// <summary>Lets go of all states in memory; on the committer's thread, between batches.</summary>
    public void ForgetStates() => batch.ForgetStates();

    /// <summary>Reads the head and the remembered outcomes; call once before the first batch.</summary>
    public LogHead Open() => batch.Open();

    /// <summary>Runs one batch of what waits; answers how many items it took.</summary>
    public int RunBatch()
    {
        Take();
        if (taken.Count == 0)
            return 0;
        if (stopped is { } fault)
        {
            foreach (var work in taken)
                work.Fail(new StoreFault(fault.Message, fault));
            return taken.Count;
        }

        try
        {
            for (var from = 0; from < taken.Count && stopped is null; )
                from = TryRun(taken, from, Until(from)) ?? RunOneByOne(from);
        }
        catch (Exception bug)
        {
            foreach (var work in taken)
                work.Fail(new StoreFault($"The committer stopped: {bug.Message}", bug));
            throw;
        }

        return taken.Count;
    }

    /// <summary>Where the next transaction ends: pages of builds share one, those that take over have one of their
    /// own.</summary>
    private int Until(int from)
    {
        if (taken[from].IsAlone)
            return from + 1;
        var builds = taken[from].Build is not null;
        var end = taken.FindIndex(from, w => w.IsAlone || w.Build is not null != builds);
        return end < 0 ? taken.Count : end;
    }

    private void Take()
    {
        lock (taken)
            TakeBatch();
    }

    private void TakeBatch()
    {
        taken.Clear();
        var half = options.BatchCommands / 2;
        while (taken.Count < half && reactions.TryTake(out var work))
            taken.Add(work);
        while (taken.Count < options.BatchCommands && clients.TryTake(out var work))
            taken.Add(work);
        while (taken.Count < options.BatchCommands && reactions.TryTake(out var work))
            taken.Add(work);
    }

    /// <summary>
    /// Answers the copies that have waited for as long as a copy does while the first still runs: a commit that stands
    /// still
    /// leaves them so. On any thread; looks closer only when something has waited that long.
    /// </summary>
    public void RefuseCopies(long head)
    {
        lock (taken)
        {
            if (!(taken.Exists(HasWaited) || (clients.TryPeek(out var next) && HasWaited(next))))
                return;
            var first = new HashSet<CommandId>();
            var refused = new Answer(LogRefusals.StillRunning(options.CopyPatience), default, 0, head, false);
            foreach (var work in taken.Concat(clients.Items).Where(w => !w.Told))
                if ((work.Command?.Id ?? work.Recall?.Id) is { } id && !first.Add(id) && HasWaited(work))
                    work.Refuse(refused);
        }
    }

    private bool HasWaited(Work work) => !work.Told && clock.GetElapsedTime(work.Arrived) >= options.CopyPatience;

    /// <summary>Runs works as one transaction and answers where it stopped; null when it failed before commit and
    /// nobody was answered.</summary>
    private int? TryRun(IReadOnlyList<Work> works, int from, int until)
    {
        int next;
        try
        {
            next = batch.Run(works, from, until);
        }
        catch (OutcomeUnknown unknown) when (unknown.Recoverable)
        {
            batch.Forget();
            for (var i = from; i < until; i++)
                works[i].Fail(unknown);
            return until;
        }
        catch (OutcomeUnknown unknown)
        {
            Stop(unknown, works, from);
            return until;
        }
        catch (StoreBusy busy)
        {
            batch.Forget();
            for (var i = from; i < works.Count; i++)
                works[i].Fail(busy); // not one by one: each would wait as long again
            return works.Count;
        }
        catch (Exception fault)
        {
            batch.Forget();
            if (until - from > 1)
                return null;
            if (until == from)
                return until;
            works[from].Fail(fault);
            return until;
        }

        try
        {
            committed(batch.Recorded);
            for (var i = from; i < next; i++)
                if (works[i].Promoted)
                    FoldIn(); // the directories are loaded before anybody hears of it
        }
        finally
        {
            for (var i = from; i < next; i++)
                works[i].Tell(); // durable, whatever else went wrong
        }

        return next;
    }

    /// <summary>After a failed batch: each on its own, so that only the guilty one is told so.</summary>
    private int RunOneByOne(int from)
    {
        for (var i = from; i < taken.Count && stopped is null; )
        {
            (taken[i].Answer, taken[i].Fault) = (null, null);
            i = TryRun(taken, i, i + 1) ?? i + 1;
        }

        return taken.Count;
    }

    /// <summary>After an unknown outcome: this node writes no more, and everybody who waits is told that it is not
    /// known.</summary>
    private void Stop(OutcomeUnknown unknown, IReadOnlyList<Work> works, int from)
    {
        batch.Forget();
        Volatile.Write(ref stopped, unknown);
        for (var i = from; i < taken.Count; i++)
            works[i].Fail(unknown);
    }

    /// <summary>Folds in what other nodes appended, when nobody here writes.</summary>
    public void Poll()
    {
        if (stopped is null && (batch.HasForgotten || store.HasNews()))
            FoldIn();
    }

    /// <summary>A batch of nothing: takes in what other nodes appended and what serves now.</summary>
    public void FoldIn() => TryRun([], 0, 0);

    /// <summary>Ends it: fails everything that waits or comes later; the committer runs no more.</summary>
    public void Close(Exception why)
    {
        Interlocked.CompareExchange(ref closed, why, null);
        Drain(why);
    }

    private void Drain(Exception why)
    {
        while (clients.TryTake(out var work) || reactions.TryTake(out work))
            work.Fail(why);
    }
}
