using System.Collections.Concurrent;
using Lading.Kernel;
using Lading.Log;

namespace Lading.Floors.Tests.Log;

/// <summary>
/// Everything random from one seed, on one thread: commands, copies, reactions, due commands, faults of the disk,
/// crashes, one node or two on
/// the same log. What clients were told is written down; <see cref="SimulationCheck"/> compares it with what the log
/// holds in the end.
/// </summary>
internal sealed class LogSimulation(int seed, CommitFate lie = CommitFate.Done) : IDisposable
{
    public const int Counters = 5;
    public const long Limit = 60;
    private static readonly TenantId Tenant = new(Guid.Parse("0198c7a2-0000-7000-8000-000000000001"));
    private readonly Random random = new(seed);
    private readonly Pump pump = new();
    private readonly SynchronizationContext? outer = SynchronizationContext.Current;
    private readonly List<SimulatedNode> nodes = [];
    private bool faulty = true;
    private int sent;

    public Journal<LossyLog> Disk { get; } = new();

    public Journal<LossyTables> ReadDisk { get; } = new();

    public FakeClock Clock { get; } = new();

    public TenantId Id => Tenant;

    public int Seed => seed;

    /// <summary>What was told about each command, once and for all.</summary>
    public Dictionary<int, Answer> Told { get; } = [];

    /// <summary>Answers that contradict an earlier one.</summary>
    public List<string> Contradictions { get; } = [];

    /// <summary>States as the committers see them in the end.</summary>
    public Dictionary<string, Counter> Seen { get; } = [];

    public int Crashes { get; private set; }

    public LogSimulation Run(int steps)
    {
        SynchronizationContext.SetSynchronizationContext(pump);
        var count = lie == CommitFate.Done && random.Next(2) == 0 ? 2 : 1;
        for (var i = 0; i < count; i++)
            nodes.Add(Start());
        for (var step = 0; step < steps; step++)
            Act(random.Next(100));
        Settle();
        return this;
    }

    public void Dispose() => SynchronizationContext.SetSynchronizationContext(outer);

    private void Act(int dice)
    {
        var at = random.Next(nodes.Count);
        var node = nodes[at];
        if (dice < 45)
            SendTo(node);
        else if (dice < 70)
            node.Committer.RunBatch();
        else if (dice < 78)
            pump.Run(random.Next(1, 20));
        else if (dice < 86)
            node.React(Clock);
        else if (dice < 92)
            node.Follow();
        else if (dice < 95)
            Clock.Advance(TimeSpan.FromSeconds(random.Next(1, 300)));
        else if (dice < 97)
            ReadDisk.Sync();
        else if (dice < 99 && node.Committer.Stopped is null)
            node.Committer.Poll();
        else
            Restart(at);
        if (node.Committer.Stopped is not null && random.Next(4) == 0)
            Restart(at);
    }

    private SimulatedNode Start() =>
        new(Tenant, new LossyStore(Disk, Fate), new LossyFollowStore(ReadDisk, sync: false), Clock, nodes.Count == 0);

    private CommitFate Fate()
    {
        if (!faulty)
            return CommitFate.Done;
        var dice = random.Next(100);
        return dice < 88 ? lie
            : dice < 93 ? CommitFate.Failed
            : dice < 97 ? CommitFate.DoneButSaysFailed
            : nodes.Count > 1 ? CommitFate.Failed
            : CommitFate.Unknown;
    }

    private void Restart(int at)
    {
        Crashes++;
        pump.Run(random.Next(0, 50)); // some of what was told still reaches the clients
        if (nodes.Count == 1)
            Disk.Crash(random);
        if (at == 0)
            ReadDisk.Crash(random);
        nodes[at] = new SimulatedNode(
            Tenant,
            new LossyStore(Disk, Fate),
            new LossyFollowStore(ReadDisk, sync: false),
            Clock,
            at == 0
        );
    }

    private void SendTo(SimulatedNode node)
    {
        var number = sent == 0 || random.Next(4) > 0 ? sent++ : random.Next(sent);
        var work = new Work(SimulatedCommand.Make(seed, number, random.Next(30) == 0 ? 8 : 7));
        if (node.Committer.TrySend(work))
            _ = Hear(number, work);
    }

    private async Task Hear(int number, Work work)
    {
        try
        {
            var answer = (await work.Task) with { Replayed = false };
            var (mine, other) = work.Command!.Fingerprint == 7 ? (number, Other(number)) : (Other(number), number);
            if (answer.Refusal?.Code == "idempotency-key.reused")
            {
                if (Told.ContainsKey(mine))
                    Contradictions.Add($"command {number} was answered {Told[mine]}, then called reused");
            }
            else if (Told.ContainsKey(other))
                Contradictions.Add($"command {number} was answered for two bodies");
            else if (!Told.TryAdd(mine, answer) && Told[mine] != answer)
                Contradictions.Add($"command {number} was answered {Told[mine]}, then {answer}");
        }
        catch (Exception)
        {
            // Not told anything: it may be there or not.
        }
    }

    /// <summary>Where the answer to the same id with the other body is kept.</summary>
    public static int Other(int number) => -number - 1;

    /// <summary>Faults end, everybody restarts, all that waits is done.</summary>
    private void Settle()
    {
        faulty = false;
        pump.Run(int.MaxValue);
        Probe();
        if (nodes.Count == 1)
            Disk.Crash(random);
        ReadDisk.Crash(random);
        nodes.RemoveAll(_ => true);
        var node = Start();
        nodes.Add(node);
        Clock.Advance(TimeSpan.FromDays(1));
        for (var quiet = 0; quiet < 3; quiet++)
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
            while (node.React(Clock) | node.Committer.RunBatch() > 0 | pump.Run(int.MaxValue) > 0 | node.Follow())
                quiet = 0;
        }

        for (var i = 0; i < Counters; i++)
            _ = Look(node, SimulatedCommand.Counter(i));
        node.Committer.RunBatch();
        pump.Run(int.MaxValue);
        if (node.Failure is { } failure)
            Contradictions.Add(failure);
    }

    /// <summary>Once the faults are over, every node that still runs answers everything, whichever was the last to
    /// write.</summary>
    private void Probe()
    {
        for (var round = 0; round < 4; round++)
            foreach (var node in nodes.Where(n => n.Committer.Stopped is null))
            {
                while (node.Committer.RunBatch() > 0) { }
                _ = Ask(node, round);
                node.Committer.RunBatch();
                pump.Run(int.MaxValue);
            }

        if (asked != answered)
            Contradictions.Add($"{asked - answered} of {asked} commands got no answer when nothing was wrong any more");
    }

    private int asked;
    private int answered;

    private async Task Ask(SimulatedNode node, int round)
    {
        var id = CommandId.From("probe", $"{asked++}");
        var refusal = round % 2 == 0 ? new Refusal("sim.probe", RefusalKind.Conflict, "No.") : null;
        var work = new Work(
            new Command
            {
                Id = id,
                Fingerprint = 1,
                Actor = "probe",
                Streams = [SimulatedCommand.Counter(0)],
                Decide = _ => refusal,
            }
        );
        node.Committer.TrySend(work);
        await work.Task;
        answered++;
    }

    private async Task Look(SimulatedNode node, StreamName stream)
    {
        Counter? state = null;
        var work = new Work(
            new Command
            {
                Id = CommandId.From("look", stream.ToString()),
                Fingerprint = 1,
                Actor = "check",
                Streams = [stream],
                Decide = on =>
                {
                    state = on.State<Counter>(stream);
                    return null;
                },
            }
        );
        node.Committer.TrySend(work);
        await work.Task;
        Seen[stream.Key] = state!;
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

/// <summary>Command number n of a seed: always the same rule, so a copy is a copy.</summary>
internal static class SimulatedCommand
{
    public static StreamName Counter(int i) => LogUnderTest.Counter($"c{i}");

    public static CommandId IdOf(int number) => CommandId.From("sim", $"{number}");

    private static int Kind(int seed, int number) => new Random(seed * 104729 + number).Next(100);

    /// <summary>Whether the command, accepted, rings a bell later.</summary>
    public static bool AsksForDue(int seed, int number) => Kind(seed, number) > 85;

    public static Command Make(int seed, int number, long fingerprint)
    {
        var random = new Random(seed * 7919 + number);
        var streams = Enumerable
            .Range(0, random.Next(1, 4))
            .Select(_ => Counter(random.Next(LogSimulation.Counters)))
            .Distinct()
            .ToArray();
        var moves = Enumerable
            .Range(0, random.Next(1, 5))
            .Select(_ => (Stream: streams[random.Next(streams.Length)], By: random.Next(-6, 12)))
            .ToArray();
        var kind = Kind(seed, number);
        var delay = TimeSpan.FromSeconds(random.Next(1, 600));
        return new Command
        {
            Id = IdOf(number),
            Fingerprint = fingerprint,
            Actor = $"client:{number}",
            Streams = streams,
            Decide = on =>
            {
                foreach (var stream in streams)
                    if (
                        on.State<Counter>(stream).Value + moves.Where(m => m.Stream == stream).Sum(m => m.By) is var sum
                        && (sum > LogSimulation.Limit || sum < 0)
                    )
                        return new Refusal("sim.out-of-bounds", RefusalKind.Conflict, $"{stream} would be {sum}.");
                if (kind < 4)
                    throw new InvalidOperationException("a bug of the rule");
                foreach (var (stream, by) in moves)
                    on.Append(stream, new CounterMoved(by, $"{number}"));
                if (kind < 7)
                    on.Append(streams[0], new Poisoned("does not fold"));
                if (kind > 85)
                    on.Due(StreamName.Of("bell", $"{number}"), "ring", on.Now + delay, $"{number}");
                return null;
            },
        };
    }
}
