using Lading.Contracts.Inventory;
using Lading.Faults.Stocks;
using Lading.Floors.Tests.Log;
using Lading.Inventory;
using Lading.Kernel;
using Lading.Log;

namespace Lading.Faults.Simulation;

/// <summary>One process of the simulation, without threads: committer, policies and due commands, followers, with the
/// product's modules.</summary>
internal sealed class SimulatedHouse
{
    public const string SeenName = "sim-seen";
    private static readonly Column Position = Column.Integer("position");
    private static readonly Column Times = Column.Integer("times");
    private static readonly Table SeenRows = new("sim_seen", [Position], [Times]);
    private readonly Reactor reactor;
    private readonly Follower? follower;
    private readonly LossyStore store;
    private readonly Tail tail;
    private readonly FakeClock clock;
    private Task<bool>? reacting;

    public SimulatedHouse(TenantId tenant, LossyStore store, LossyFollowStore followers, FakeClock clock, bool follows)
    {
        (this.store, this.clock) = (store, clock);
        var model = StockModel.Build(clock).Add(SeenOnce);
        Facts = new FactWriter(tenant, model.Events, new NoPersonal());
        tail = new Tail(64);
        var options = new CommitterOptions
        {
            QueueCapacity = 100,
            ReactionCapacity = 10_000,
            BatchCommands = 16,
            BatchFacts = 60,
            CachedStreams = 8,
        };
        var parts = new TenantLogParts(tenant, model, store, followers, new NoPersonal(), clock, options);
        var directories = new Directories([InventoryDirectory.Memory], () => true, () => store.Reads);
        Committer = new Committer(
            parts,
            tail,
            directories,
            recorded =>
            {
                directories.Apply(recorded);
                tail.Add(recorded);
            }
        );
        reactor = new Reactor(model, Committer, () => { }, ReadAfter);
        var head = Committer.Open();
        store.Declare([.. model.Projections.Where(p => p.Mode == ProjectionMode.Inline)]);
        tail.Start(head.Position);
        reactor.Open(store.Marks());
        if (!follows)
            return;
        follower = new Follower(model, followers, ReadAfter, _ => throw new NotSupportedException());
        follower.Open(head.Position);
    }

    /// <summary>Counts how often each movement and promise was followed.</summary>
    private static Projection SeenOnce { get; } =
        Projection.Of(
            SeenName,
            1,
            ProjectionMode.Follower,
            [SeenRows],
            [typeof(StockMoved), typeof(StockReserved)],
            (fact, rows) => rows.Row(SeenRows, fact.Position).Add(Times, 1)
        );

    public Committer Committer { get; }

    public FactWriter Facts { get; }

    /// <summary>Who of policies and followers stopped, or stands before the head.</summary>
    public IEnumerable<string> Behind =>
        reactor
            .Status(tail.Head)
            .Concat(follower?.Status(tail.Head) ?? [])
            .Where(s => s.Failure is not null || (s.Kind != "due" && s.Position < tail.Head))
            .Select(s => $"{s.Name} stands at {s.Position} of {s.Head}: {s.Failure}");

    /// <summary>Lets policies and due commands go on; a step that waits for a commit is left waiting.</summary>
    public bool React()
    {
        if (reacting is { IsCompleted: false })
            return false;
        reacting = reactor.Run(tail.Head, store, clock, default).AsTask();
        return !reacting.IsCompleted || reacting.GetAwaiter().GetResult();
    }

    public bool Follow() => follower?.Step(tail.Head) == true;

    private Recorded[] ReadAfter(long position, int max) =>
        tail.Read(position, max, most => [.. store.ReadAfter(position, most).Select(f => Facts.Read(f))]);
}
