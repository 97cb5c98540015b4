using System.Collections.Concurrent;
using Lading.Faults.Stocks;
using Lading.Floors.Tests.Log;
using Lading.Kernel;
using Lading.Log;

namespace Lading.Faults.Simulation;

/// <summary>
/// A company's day from one seed, on one thread and in virtual time: clients behind a bad network, one node or two that
/// decide on the same log, policies and due commands, followers, a disk that loses what was not synced, crashes. The
/// same
/// seed is the same day.
/// </summary>
internal sealed class StockSimulation : IDisposable
{
    public const int Commands = 500;
    private const int Skus = 4;
    private const int LongestTtl = 3_000;

    /// <summary>Commands of a drought, and of plenty: a day has several of both.</summary>
    private const int Season = 50;
    private static readonly TenantId Tenant = new(Guid.Parse("0198c7a2-0000-7000-8000-000000000051"));
    private readonly int seed;
    private readonly SimulationBug bug;
    private readonly Random random;
    private readonly Network network;
    private readonly StockWork work;
    private readonly Pump pump = new();
    private readonly SynchronizationContext? outer = SynchronizationContext.Current;
    private readonly List<(SimulatedHouse House, LossyStore Store)> nodes = [];
    private readonly HashSet<long>[] written =
    [
        [],
        [],
    ];
    private readonly List<int> waiting = [];
    private readonly Dictionary<int, (bool Accepted, long Position, string? Code)> told = [];
    private bool faulty = true;
    private int sent;

    public StockSimulation(int seed, SimulationBug bug = SimulationBug.None)
    {
        (this.seed, this.bug) = (seed, bug);
        random = new Random(seed);
        network = new Network(random);
        work = new StockWork(seed, Skus, LongestTtl, Season);
    }

    public Journal<LossyLog> Disk { get; } = new();

    public Journal<LossyTables> ReadDisk { get; } = new();

    public FakeClock Clock { get; } = new();

    public TenantId Id => Tenant;

    public Network Network => network;

    public IReadOnlyDictionary<int, (bool Accepted, long Position, string? Code)> Told => told;

    public List<string> Wrong { get; } = [];

    /// <summary>Restarts among the faults on a log that held something.</summary>
    public int Recoveries { get; private set; }

    /// <summary>Facts that one node took in from the other, among the faults.</summary>
    public long FoldedIn { get; private set; }

    /// <summary>Where the log stood when the faults ended.</summary>
    public long Faulted { get; private set; }

    public Wish? WishOf(int number) => work.Make(number).Wish;

    public FactWriter Facts => nodes[0].House.Facts;

    public StockSimulation Run()
    {
        SynchronizationContext.SetSynchronizationContext(pump);
        nodes.Add(Start(0));
        if (bug != SimulationBug.AckBeforeSync && random.Next(2) == 0)
            nodes.Add(Start(1));
        for (var i = 0; i < Skus; i++)
            nodes[0].House.Committer.TrySend(new Work(work.Register(i)));
        faulty = false;
        nodes[0].House.Committer.RunBatch();
        faulty = true;
        for (var step = 0; step < 20_000 && (sent < Commands || waiting.Count > 20); step++)
            Act(random.Next(100));
        Settle();
        return this;
    }

    public void Dispose() => SynchronizationContext.SetSynchronizationContext(outer);

    private void Act(int dice)
    {
        var at = random.Next(nodes.Count);
        var (house, _) = nodes[at];
        Clock.Advance(TimeSpan.FromMilliseconds(random.Next(0, 200)));
        if (dice < 24)
            Ask();
        else if (dice < 52)
            network.Step();
        else if (dice < 68)
            house.Committer.RunBatch();
        else if (dice < 76)
            pump.Run(random.Next(1, 30));
        else if (dice < 85)
            house.React();
        else if (dice < 91)
            house.Follow();
        else if (dice < 94)
            Clock.Advance(TimeSpan.FromSeconds(random.Next(1, 240)));
        else if (dice < 96)
            ReadDisk.Sync();
        else if (dice < 98 && house.Committer.Stopped is null)
            house.Committer.Poll();
        else if (dice == 98)
            Restart(at);
        if (house.Committer.Stopped is not null && random.Next(4) == 0)
            Restart(at);
    }

    private (SimulatedHouse, LossyStore) Start(int at)
    {
        var store = new LossyStore(Disk, Fate, written[at]);
        var followers = new LossyFollowStore(ReadDisk, sync: false);
        return (new SimulatedHouse(Tenant, store, followers, Clock, follows: at == 0), store);
    }

    private CommitFate Fate()
    {
        if (!faulty)
            return CommitFate.Done;
        var dice = random.Next(100);
        return dice < 88
            ? bug == SimulationBug.AckBeforeSync
                ? CommitFate.AckBeforeSync
                : CommitFate.Done
            : dice < 93
                ? CommitFate.Failed
                : dice < 97
                    ? CommitFate.DoneButSaysFailed
                    : nodes.Count > 1
                        ? CommitFate.Failed
                        : CommitFate.Unknown;
    }

    private void Restart(int at)
    {
        pump.Run(random.Next(0, 50)); // some of what was told still reaches the network
        if (faulty)
            FoldedIn += nodes[at].Store.FoldedIn;
        if (nodes.Count == 1)
            Disk.Crash(random);
        if (at == 0)
            ReadDisk.Crash(random);
        if (bug == SimulationBug.LostDues)
            Disk.Write(l => l.Dues.Clear(), sync: true);
        Recoveries += faulty && Disk.State.Facts.Count > Skus ? 1 : 0;
        nodes[at] = Start(at);
    }

    /// <summary>A client sends something new, or once more what it has no answer to.</summary>
    private void Ask()
    {
        var again = waiting.Count > 0 && (sent >= Commands || random.Next(3) == 0);
        var number = again ? waiting[random.Next(waiting.Count)] : sent++;
        if (!again)
            waiting.Add(number);
        Send(number, again);
    }

    private void Send(int number, bool again)
    {
        var command = StockBugs.Bend(work.Make(number), StockBugOf(bug), again).Command;
        network.Post(() =>
        {
            var item = new Work(command);
            if (nodes[random.Next(nodes.Count)].House.Committer.TrySend(item))
                _ = Hear(number, item);
        });
    }

    private static StockBug StockBugOf(SimulationBug bug) =>
        bug switch
        {
            SimulationBug.RetryAsNew => StockBug.RetryAsNew,
            SimulationBug.LostRelease => StockBug.LostRelease,
            _ => StockBug.None,
        };

    private async Task Hear(int number, Work item)
    {
        try
        {
            var answer = await item.Task;
            if (answer.Refusal is not { Kind: RefusalKind.Unavailable })
                network.Post(() => Answered(number, answer));
        }
        catch (StoreFault)
        {
            // Not told anything: it may be there or not, and the client will ask again.
        }
        catch (Exception bug)
        {
            Wrong.Add($"command {number}: {bug}");
        }
    }

    private void Answered(int number, Answer answer)
    {
        waiting.Remove(number);
        var heard = (answer.Accepted, answer.Position, answer.Refusal?.Code);
        if (!told.TryAdd(number, heard) && told[number] != heard)
            Wrong.Add($"command {number} was told {told[number]}, then {heard}");
    }

    /// <summary>Faults end; every client asks until it is answered, and all that waits is done.</summary>
    private void Settle()
    {
        foreach (var (_, store) in nodes)
            FoldedIn += store.FoldedIn;
        Faulted = Disk.State.Head.Position;
        faulty = network.Faulty = false;
        while (nodes.FindIndex(n => n.House.Committer.Stopped is not null) is >= 0 and var stopped)
            Restart(stopped);
        Quiet(TimeSpan.FromMilliseconds(250));
        for (var tries = 0; waiting.Count > 0 && tries < 3; tries++)
        {
            foreach (var number in waiting.ToArray())
                Send(number, again: true);
            Quiet(TimeSpan.FromMilliseconds(250));
        }

        if (waiting.Count > 0)
            Wrong.Add($"{waiting.Count} commands got no answer when nothing was wrong any more");
        Restart(0);
        nodes.RemoveRange(1, nodes.Count - 1);
        Clock.Advance(TimeSpan.FromSeconds(LongestTtl + 60));
        Quiet(TimeSpan.FromSeconds(1));
        Wrong.AddRange(nodes[0].House.Behind);
    }

    /// <summary>Runs everybody until nothing moves any more, three times over.</summary>
    private void Quiet(TimeSpan step)
    {
        for (var (quiet, rounds) = (0, 0); quiet < 3 && rounds < 20_000; quiet++, rounds++)
        {
            Clock.Advance(step);
            var moved = network.Step();
            foreach (var (house, _) in nodes)
            {
                house.Committer.Poll();
                moved |= house.React() | house.Committer.RunBatch() > 0 | pump.Run(int.MaxValue) > 0 | house.Follow();
            }

            if (moved)
                quiet = -1;
        }
    }

    /// <summary>Continuations run when the simulation says so, on its thread.</summary>
    private sealed class Pump : SynchronizationContext
    {
        private readonly ConcurrentQueue<(SendOrPostCallback Call, object? State)> posted = new();

        public override void Post(SendOrPostCallback d, object? state) => posted.Enqueue((d, state));

        public int Run(int most)
        {
            var ran = 0;
            while (ran < most && posted.TryDequeue(out var next))
            {
                next.Call(next.State);
                ran++;
            }

            return ran;
        }
    }
}

/// <summary>Bugs put in on purpose.</summary>
internal enum SimulationBug
{
    None,

    /// <summary>The disk says durable before it is.</summary>
    AckBeforeSync,

    /// <summary>A retry comes under an id of its own.</summary>
    RetryAsNew,

    /// <summary>A cancelled order keeps what it holds.</summary>
    LostRelease,

    /// <summary>A restart forgets what is due.</summary>
    LostDues,
}
