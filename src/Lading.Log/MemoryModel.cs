namespace Lading.Log;

/// <summary>
/// A small directory kept in memory beside the committer (SKU codes, sites): loaded from inline read models when the
/// tenant opens, then
/// changed by each committed fact before its command is answered. Readers on other threads see it at any time, so
/// <typeparamref name="T"/>
/// must be safe to read while one thread applies (a ConcurrentDictionary, an immutable value in a volatile field).
/// </summary>
public abstract class MemoryModel(string name, IReadOnlySet<Type> types)
{
    /// <summary>Unique name.</summary>
    public string Name { get; } = name;

    internal IReadOnlySet<Type> Types { get; } = types;

    internal abstract ValueTask<object> Load(IReads reads, CancellationToken stop);

    internal abstract void Apply(object model, Recorded recorded);
}

/// <inheritdoc />
public sealed class MemoryModel<T>(
    string name,
    Type[] facts,
    Func<IReads, CancellationToken, ValueTask<T>> load,
    Action<T, Recorded> apply
) : MemoryModel(name, facts.ToHashSet())
    where T : class
{
    internal override async ValueTask<object> Load(IReads reads, CancellationToken stop) => await load(reads, stop);

    internal override void Apply(object model, Recorded recorded) => apply((T)model, recorded);
}
