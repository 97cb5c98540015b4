using System.Collections.Frozen;
using Lading.Kernel;

namespace Lading.Log;

/// <summary>Everything the modules teach the log: facts, streams, projections, policies, due handlers.</summary>
public sealed class LogModel
{
    private readonly Dictionary<string, StreamKind> kinds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DueHandler> dues = new(StringComparer.Ordinal);
    private readonly List<Projection> projections = [];
    private readonly List<Policy> policies = [];

    private readonly List<MemoryModel> memories = [];

    /// <summary>The facts.</summary>
    public EventTypes Events { get; } = new();

    /// <summary>The read models.</summary>
    public IReadOnlyList<Projection> Projections => projections;

    /// <summary>The policies.</summary>
    public IReadOnlyList<Policy> Policies => policies;

    /// <summary>Adds a kind of stream.</summary>
    public LogModel Add(StreamKind kind)
    {
        kinds.Add(kind.Name, kind);
        return this;
    }

    /// <summary>Adds a read model.</summary>
    public LogModel Add(Projection projection)
    {
        if (projections.Any(p => p.Name == projection.Name))
            throw new ArgumentException($"Two projections are named {projection.Name}.");
        projections.Add(projection);
        return this;
    }

    /// <summary>Adds a policy.</summary>
    public LogModel Add(Policy policy)
    {
        if (policies.Any(p => p.Name == policy.Name))
            throw new ArgumentException($"Two policies are named {policy.Name}.");
        policies.Add(policy);
        return this;
    }

    /// <summary>The in-memory directories.</summary>
    public IReadOnlyList<MemoryModel> Memories => memories;

    /// <summary>Adds an in-memory directory.</summary>
    public LogModel Add(MemoryModel memory)
    {
        memories.Add(memory);
        return this;
    }

    /// <summary>Adds a due handler.</summary>
    public LogModel Add(DueHandler handler)
    {
        dues.Add(handler.Kind, handler);
        return this;
    }

    /// <summary>How streams of this kind fold.</summary>
    public StreamKind Kind(string name) =>
        kinds.TryGetValue(name, out var kind)
            ? kind
            : throw new InvalidOperationException($"No module declares streams of kind '{name}'.");

    /// <summary>The facts that erase a person, if a module declares them.</summary>
    public Erasure? Erasure { get; private set; }

    /// <summary>Says which fact erases a person.</summary>
    public LogModel Add(Erasure erasure)
    {
        Erasure = Erasure is null ? erasure : throw new ArgumentException("Erasure is declared once.");
        return this;
    }

    /// <summary>Who handles a due command.</summary>
    public DueHandler Due(string kind) =>
        dues.TryGetValue(kind, out var handler)
            ? handler
            : throw new InvalidOperationException($"No module handles the due command '{kind}'.");
}
