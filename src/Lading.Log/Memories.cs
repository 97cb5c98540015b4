using System.Collections.Concurrent;

namespace Lading.Log;

/// <summary>
/// The in-memory directories. Loaded while the batch holds the log, so that what they hold is exactly what stands up to a known position;
/// facts after it are applied before their command is answered. Loaded anew when an inline read model was rebuilt.
/// </summary>
internal sealed class Memories(LogModel model, ILogStore store)
{
    private readonly ConcurrentDictionary<string, object> loaded = new(StringComparer.Ordinal);
    private readonly List<Projection> inline = model.Projections.Where(p => p.Mode == ProjectionMode.Inline).ToList();
    private long generations = -1;
    private long loadedAt;

    /// <summary>A directory, by any thread.</summary>
    public T Get<T>(MemoryModel<T> memory)
        where T : class =>
        (T)(loaded.GetValueOrDefault(memory.Name) ?? throw new StoreFault($"The directory {memory.Name} is still being built."));

    /// <summary>Called by a batch that holds the log at <paramref name="position"/>: loads what is not loaded from what serves now.</summary>
    public void Refresh(long position)
    {
        if (model.Memories.Count == 0 || Generations() is not { } now || now == generations)
            return;
        foreach (var memory in model.Memories)
            loaded[memory.Name] = memory.Load(store.Reader.Reads, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        (generations, loadedAt) = (now, position);
    }

    /// <summary>Applies what was committed, if it is not loaded already.</summary>
    public void Apply(IReadOnlyList<Recorded> recorded)
    {
        foreach (var memory in model.Memories)
            if (loaded.TryGetValue(memory.Name, out var directory))
                foreach (var fact in recorded)
                    if (fact.Position > loadedAt && memory.Types.Contains(fact.FactType))
                        memory.Apply(directory, fact);
    }

    /// <summary>Changes with every rebuild; null while an inline read model does not serve.</summary>
    private long? Generations()
    {
        var sum = 0L;
        foreach (var projection in inline)
            if (store.Inline.TryGetValue(projection.Name, out var state) && state.Version == projection.Version)
                sum += state.Generation;
            else
                return null;
        return sum;
    }
}
