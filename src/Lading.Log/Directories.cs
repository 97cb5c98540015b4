using System.Collections.Concurrent;

namespace Lading.Log;

/// <summary>
/// The in-memory directories of a tenant. Loaded on the committer's thread while its batch holds the log, once the
/// inline projections they
/// load from are built; changed by it after each commit: no fact falls between the load and the first change, or is
/// taken in by both.
/// </summary>
internal sealed class Directories(IReadOnlyList<MemoryModel> models, Func<bool> built, Func<IReads> reads)
{
    private readonly ConcurrentDictionary<string, object> loaded = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> failures = new(StringComparer.Ordinal);

    private long loadedAt;

    /// <summary>Those that cannot be read, and why.</summary>
    public IEnumerable<KeyValuePair<string, string>> Failures => failures;

    /// <summary>Whether each was loaded, or cannot be.</summary>
    public bool AreLoaded => loaded.Count + failures.Count >= models.Count;

    public object? Find(string name) => loaded.GetValueOrDefault(name);

    public object Get(string name) =>
        Find(name)
        ?? throw new StoreFault(
            failures.TryGetValue(name, out var why) ? why : $"The directory {name} is still being built."
        );

    /// <summary>On the committer's thread, after each commit and before anybody is answered.</summary>
    public void Apply(IReadOnlyList<Recorded> recorded)
    {
        foreach (var model in models)
            if (loaded.TryGetValue(model.Name, out var directory))
                Apply(model, directory, recorded);
    }

    private void Apply(MemoryModel model, object directory, IReadOnlyList<Recorded> recorded)
    {
        foreach (var fact in recorded)
            try
            {
                if (fact.Position > loadedAt && model.Types.Contains(fact.FactType))
                    model.Apply(directory, fact);
            }
            catch (Exception bug)
            {
                // The facts are durable: only this directory is wrong from here on, and it says so instead of
                // answering.
                failures[model.Name] =
                    $"The directory {model.Name} failed at position {fact.Position} ({fact.Type}): {bug.Message}";
                loaded.TryRemove(model.Name, out _);
                return;
            }
    }

    /// <summary>By a batch that holds the log at this position: loads what is not loaded, as soon as the projections
    /// are built.</summary>
    public void Load(long position)
    {
        if (AreLoaded || !built())
            return;
        try
        {
            foreach (var model in models)
                loaded[model.Name] = model.Load(reads(), CancellationToken.None).AsTask().GetAwaiter().GetResult();
            loadedAt = position;
        }
        catch (Exception fault) when (fault is StoreFault { MayPass: true })
        {
            // Tried again by the next batch.
        }
        catch (Exception bug)
        {
            foreach (var model in models.Where(m => !loaded.ContainsKey(m.Name)))
                failures.TryAdd(model.Name, $"The directory {model.Name} cannot be loaded: {bug.Message}");
        }
    }
}
