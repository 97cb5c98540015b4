using System.Collections.Concurrent;

namespace Lading.Log;

/// <summary>A bounded queue of work for the committer. Full means no: nothing is buffered without bound.</summary>
internal sealed class Lane<T>(int capacity)
{
    private readonly ConcurrentQueue<T> items = new();
    private int count;

    public int Count => Volatile.Read(ref count);

    public int Capacity => capacity;

    /// <summary>What waits, in order, as of now.</summary>
    public IEnumerable<T> Items => items;

    public bool TryPeek(out T item) => items.TryPeek(out item!);

    public bool TryAdd(T item)
    {
        if (Interlocked.Increment(ref count) > capacity)
        {
            Interlocked.Decrement(ref count);
            return false;
        }

        items.Enqueue(item);
        return true;
    }

    public bool TryTake(out T item)
    {
        if (!items.TryDequeue(out item!))
            return false;
        Interlocked.Decrement(ref count);
        return true;
    }
}
