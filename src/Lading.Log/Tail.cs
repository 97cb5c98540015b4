namespace Lading.Log;

/// <summary>
/// The newest facts of the log in memory, decoded, so that followers and policies close behind the head read no disk.
/// One writer (the
/// committer, after each commit); any readers. A reader that is further behind reads the store.
/// </summary>
internal sealed class Tail
{
    private readonly Recorded?[] ring;
    private readonly Lock gate = new();
    private long head;
    private long first = 1;
    private TaskCompletionSource moved = NewSignal();

    public Tail(int capacity) => ring = new Recorded?[capacity];

    public long Head => Volatile.Read(ref head);

    /// <summary>Starts at a head that was read from the store.</summary>
    public void Start(long position)
    {
        lock (gate)
        {
            head = position;
            first = position + 1;
        }
    }

    /// <summary>Adds facts, contiguous to the head, and wakes who waits.</summary>
    public void Add(IReadOnlyList<Recorded> facts)
    {
        if (facts.Count == 0)
            return;
        TaskCompletionSource wake;
        lock (gate)
        {
            var next = head;
            foreach (var fact in facts)
            {
                if (fact.Position != ++next)
                    throw new InvalidOperationException($"Position {fact.Position} does not follow {next - 1}.");
                ring[fact.Position % ring.Length] = fact;
            }

            Volatile.Write(ref head, next); // once: who reads it without the gate never sees half a command
            first = Math.Max(first, head - ring.Length + 1);
            (wake, moved) = (moved, NewSignal());
        }

        wake.SetResult();
    }

    /// <summary>Facts after a position, or null when they are no longer (or not yet) in memory.</summary>
    public Recorded[]? After(long position, int max)
    {
        lock (gate)
        {
            if (position + 1 < first)
                return null;
            var count = (int)Math.Clamp(head - position, 0, max);
            var page = new Recorded[count];
            for (var i = 0; i < count; i++)
                page[i] = ring[(position + 1 + i) % ring.Length]!;
            return page;
        }
    }

    /// <summary>
    /// Facts after a position from memory, else from the store, but never beyond the head: what stands in the store
    /// past it may be a commit
    /// whose outcome is not known, and may yet be lost.
    /// </summary>
    public Recorded[] Read(long position, int max, Func<int, Recorded[]> fromStore) =>
        After(position, max) ?? fromStore((int)Math.Clamp(Head - position, 0, max));

    /// <summary>Lets go of what is decoded in memory: from here on it is read from the store.</summary>
    public void Forget()
    {
        lock (gate)
        {
            Array.Clear(ring);
            first = head + 1;
        }
    }

    /// <summary>Completes when the head is past a position.</summary>
    public async ValueTask<bool> WaitPast(long position, CancellationToken stop)
    {
        while (true)
        {
            Task wait;
            lock (gate)
            {
                if (head > position)
                    return true;
                wait = moved.Task;
            }

            if (stop.IsCancellationRequested)
                return false;
            try
            {
                await wait.WaitAsync(stop);
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
