using System.Collections.Concurrent;

namespace Lading.Log;

/// <summary>
/// The in-memory directories of a tenant. Loaded before the committer runs, or on its thread once the inline projections they load from are
/// built; changed by it after each commit: no fact falls between the load and the first change.
/// </summary>
internal sealed class Directories(IReadOnlyList<MemoryModel> models, Func<bool> built, Func<IReads> reads)
{
    private readonly ConcurrentDictionary<string, object> loaded = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> failures = new(StringComparer.Ordinal);

    /// <summary>Those that cannot be read, and why.</summary>
    public IEnumerable<KeyValuePair<string, string>> Failures => failures;

    public object Get(string name) =>
        loaded.GetValueOrDefault(name)
        ?? throw new StoreFault(failures.TryGetValue(name, out var why) ? why : $"The directory {name} is still being built.");

    /// <summary>Loads what is not loaded, as soon as the projections are built.</summary>
    public async ValueTask Load(CancellationToken stop)
    {
        if (loaded.Count == models.Count || !built())
            return;
        foreach (var model in models)
            if (!loaded.ContainsKey(model.Name) && !failures.ContainsKey(model.Name))
                loaded[model.Name] = await model.Load(reads(), stop);
    }

    /// <summary>On the committer's thread, after each commit and before anybody is answered.</summary>
    public void Apply(IReadOnlyList<Recorded> recorded)
    {
        foreach (var model in models)
            if (loaded.TryGetValue(model.Name, out var directory))
                Apply(model, directory, recorded);
        if (loaded.Count < models.Count)
            LoadNow();
    }

    private void Apply(MemoryModel model, object directory, IReadOnlyList<Recorded> recorded)
    {
        foreach (var fact in recorded)
            try
            {
                if (model.Types.Contains(fact.FactType))
                    model.Apply(directory, fact);
            }
            catch (Exception bug)
            {
                // The facts are durable: only this directory is wrong from here on, and it says so instead of answering.
                failures[model.Name] = $"The directory {model.Name} failed at position {fact.Position} ({fact.Type}): {bug.Message}";
                loaded.TryRemove(model.Name, out _);
                return;
            }
    }

    private void LoadNow()
    {
        try
        {
            Load(CancellationToken.None).AsTask().GetAwaiter().GetResult();
        }
        catch (Exception fault) when (fault is StoreFault { MayPass: true })
        {
            // Tried again after the next commit.
        }
        catch (Exception bug)
        {
            foreach (var model in models.Where(m => !loaded.ContainsKey(m.Name)))
                failures.TryAdd(model.Name, $"The directory {model.Name} cannot be loaded: {bug.Message}");
        }
    }
}
