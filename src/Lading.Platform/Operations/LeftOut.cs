using System.Collections.Concurrent;
using System.Collections.Immutable;
using Lading.Contracts.Platform;
using Lading.Kernel;
using Lading.Log;

namespace Lading.Platform.Operations;

/// <summary>The positions a read model or policy was let past. Stream <c>projection/{name}</c>.</summary>
public sealed record LeftOut(ImmutableSortedSet<long> Positions)
{
    /// <summary>How its stream folds.</summary>
    public static readonly StreamKind<LeftOut> Kind = new("projection", _ => new LeftOut([]), Evolve);

    private static LeftOut Evolve(LeftOut state, object fact) =>
        fact switch
        {
            ProjectionSkipped e => new LeftOut(state.Positions.Add(e.Position)),
            ProjectionMended => new LeftOut([]),
            _ => throw new InvalidOperationException($"What was left out does not know {fact.GetType().Name}."),
        };

    /// <summary>Lets it go on past a fact; asking twice is asking once.</summary>
    public static Decision Skip(LeftOut state, string name, long position, string reason) =>
        state.Positions.Contains(position)
            ? Decision.Accept()
            : Decision.Accept(new ProjectionSkipped(name, position, reason));

    /// <summary>Says that what was left out has been made good.</summary>
    public static Decision Mend(LeftOut state, string name, string reason) =>
        state.Positions.IsEmpty
            ? Decision.Refuse(OperationsRefusals.NothingLeftOut(name))
            : Decision.Accept(new ProjectionMended(name, [.. state.Positions], reason));
}

/// <summary>What is left out now, of each read model and policy: health is red for it until somebody says it is
/// mended.</summary>
public sealed class LeftOuts
{
    private static readonly Column Name = Column.Text("name");
    private static readonly Column Position = Column.Integer("position");
    private static readonly Column Reason = Column.Text("reason");
    private static readonly Table Rows = new("left_out", [Name, Position], [Reason]);

    /// <summary>The rows, inline.</summary>
    public static readonly Projection Projection = Projection.Of(
        "left-out",
        1,
        ProjectionMode.Inline,
        [Rows],
        [typeof(ProjectionSkipped), typeof(ProjectionMended)],
        Apply
    );

    /// <summary>The same in memory: health is asked often.</summary>
    public static readonly MemoryModel<LeftOuts> Memory = new(
        "platform.left-out",
        [typeof(ProjectionSkipped), typeof(ProjectionMended)],
        Load,
        (known, recorded) => known.Learn(recorded.Fact)
    );

    /// <summary>The kind under which something left out is listed.</summary>
    public const string StatusKind = "left-out";

    private readonly ConcurrentDictionary<(string Name, long Position), string> reasons = [];

    /// <summary>Where everybody stands, with what was left out as a failure of its own.</summary>
    public static IEnumerable<FollowStatus> Status(TenantLog log)
    {
        var head = log.Head;
        if (log.MemoryWhenLoaded(Memory) is not { } known)
            return log.Status(); // read models are being built, and listed so: what was left out is known after that
        return log.Status()
            .Concat(
                known
                    .reasons.OrderBy(r => r.Key)
                    .Select(r => new FollowStatus(
                        r.Key.Name,
                        StatusKind,
                        r.Key.Position,
                        head,
                        $"Position {r.Key.Position} was left out: {r.Value}",
                        null
                    ))
            );
    }

    private static void Apply(Recorded recorded, Rows rows)
    {
        if (recorded.Fact is ProjectionSkipped e)
            rows.Row(Rows, e.Name, e.Position).Set(Reason, e.Reason);
        else if (recorded.Fact is ProjectionMended mended)
            foreach (var position in mended.Positions)
                rows.Delete(Rows, mended.Name, position);
    }

    private void Learn(object fact)
    {
        if (fact is ProjectionSkipped e)
            reasons[(e.Name, e.Position)] = e.Reason;
        else if (fact is ProjectionMended mended)
            foreach (var position in mended.Positions)
                reasons.TryRemove((mended.Name, position), out _);
    }

    private static async ValueTask<LeftOuts> Load(IReads reads, CancellationToken stop)
    {
        var known = new LeftOuts();
        var rows = await reads.Query(
            "select name, position, reason from left_out",
            r => (r.Text(0)!, r.Integer(1), r.Text(2)!),
            stop
        );
        foreach (var (name, position, reason) in rows)
            known.reasons[(name, position)] = reason;
        return known;
    }
}

/// <summary>Refusals about read models and policies.</summary>
public static class OperationsRefusals
{
    /// <summary>There is none of the name, or it does not stand still (there).</summary>
    public static Refusal Nothing(string name) =>
        new(
            "projections.nothing-to-do",
            RefusalKind.NotFound,
            $"No projection or policy {Short(name)} is there, or it does not stand still.",
            "name",
            Short(name),
            "GET /api/v1/projections lists them."
        );

    /// <summary>Nothing to mend.</summary>
    public static Refusal NothingLeftOut(string name) =>
        new(
            "projections.nothing-left-out",
            RefusalKind.NotFound,
            $"Nothing is left out of {Short(name)}.",
            "name",
            Short(name),
            "GET /api/v1/projections lists what is."
        );

    private static string Short(string name) => name.Length > 60 ? name[..60] : name;
}
