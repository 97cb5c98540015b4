using Lading.Kernel;
using Lading.Log;

namespace Lading.Floors.Tests.Log;

/// <summary>One process of the simulation: committer, reactor, follower, without threads.</summary>
internal sealed class SimulatedNode
{
    private readonly Reactor reactor;
    private readonly Follower? follower;
    private readonly ILogReader reader;
    private readonly Tail tail;
    private Task<bool>? reacting;

    public SimulatedNode(TenantId tenant, LossyStore store, LossyFollowStore followers, FakeClock clock, bool follows)
    {
        var model = new TestModel { Echoes = true, SnapshotEvery = 5 }.Build();
        var cipher = new NoPersonal();
        var facts = new FactWriter(tenant, model.Events, cipher);
        tail = new Tail(64);
        reader = store;
        var options = new CommitterOptions
        {
            QueueCapacity = 200,
            ReactionCapacity = 10_000,
            BatchCommands = 16,
            BatchFacts = 40,
            CachedStreams = 4,
        };
        var parts = new TenantLogParts(tenant, model, store, followers, cipher, clock, options);
        var directories = new Directories(model.Memories, () => true, () => reader.Reads);
        Committer = new Committer(parts, tail, directories, tail.Add);
        Recorded[] ReadAfter(long position, int max) =>
            tail.Read(position, max, most => [.. store.ReadAfter(position, most).Select(f => facts.Read(f))]);
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

    public Committer Committer { get; }

    public string? Failure =>
        follower?.Status(0).Concat(reactor.Status(0)).FirstOrDefault(s => s.Failure is not null)?.Failure;

    /// <summary>Lets policies and due commands go on; a step that waits for a commit is left waiting.</summary>
    public bool React(FakeClock clock)
    {
        if (reacting is { IsCompleted: false })
            return false;
        reacting = reactor.Run(tail.Head, reader, clock, default).AsTask();
        return !reacting.IsCompleted || reacting.Result;
    }

    public bool Follow() => follower?.Step(tail.Head) == true;

    private sealed class NoPersonal : IPersonalCipher
    {
        public byte[] Seal(string subject, string place, string text) => throw new NotSupportedException();

        public string? Open(string subject, string place, byte[] sealedBytes) => null;
    }
}
