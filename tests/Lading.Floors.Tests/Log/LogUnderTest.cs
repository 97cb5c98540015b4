using Lading.Kernel;
using Lading.Log;

namespace Lading.Floors.Tests.Log;

/// <summary>One tenant's log in a test: opened, driven, closed and opened again.</summary>
internal sealed class LogUnderTest(LogProvider provider) : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private TenantLog? log;
    private int sent;

    public TenantId Tenant { get; init; } = new(Guid.CreateVersion7());

    public FakeClock Clock { get; } = new();

    public TestModel Model { get; set; } = new();

    public CommitterOptions Options { get; set; } = new();

    public IPersonalCipher Cipher { get; set; } = new NoCipher();

    public bool Follow { get; set; } = true;

    public bool React { get; set; } = true;

    /// <summary>How often it looks what other nodes appended; null: there are none.</summary>
    public TimeSpan? Poll { get; init; }

    public LogProvider Provider => provider;

    public TenantLog Log => log ?? throw new InvalidOperationException("The log is not open.");

    public async Task<LogUnderTest> Open(Func<ILogStore, ILogStore>? around = null)
    {
        await Close();
        var store = provider.OpenLog(Tenant);
        log = await TenantLog.Open(
            new TenantLogParts(
                Tenant,
                Model.Build(),
                around?.Invoke(store) ?? store,
                provider.OpenFollowers(Tenant),
                Cipher,
                Clock,
                Options
            )
            {
                Follow = Follow,
                Poll = Poll,
                React = React,
            }
        );
        return this;
    }

    public async Task Close()
    {
        if (log is not null)
            await log.DisposeAsync().AsTask().WaitAsync(Patience);
        log = null;
    }

    public ValueTask DisposeAsync() => new(Close());

    public async Task<Answer> Send(Command command) => await Log.Send(command).AsTask().WaitAsync(Patience);

    public Task<Answer> Move(string counter, long by, string note = "", string? id = null) =>
        Send(Moving(counter, by, note, id));

    public Command Moving(string counter, long by, string note = "", string? id = null)
    {
        var stream = Counter(counter);
        return Deciding(
            [stream],
            on =>
            {
                on.Append(stream, new CounterMoved(by, note));
                return null;
            },
            id
        );
    }

    public Command Deciding(
        StreamName[] streams,
        Func<Deciding, Refusal?> decide,
        string? id = null,
        long fingerprint = 7
    ) =>
        new()
        {
            Id = CommandId.From(id ?? $"sent-{Interlocked.Increment(ref sent)}-{Tenant}"),
            Fingerprint = fingerprint,
            Actor = "key:test",
            Streams = streams,
            Correlation = "c-1",
            Decide = decide,
        };

    /// <summary>Keeps the committer busy with one command until the gate opens, so that what is sent meanwhile is one
    /// batch.</summary>
    public async Task<ManualResetEventSlim> Hold()
    {
        var gate = new ManualResetEventSlim();
        var started = new TaskCompletionSource();
        var held = Log.Send(
                Deciding(
                    [Counter("held")],
                    _ =>
                    {
                        started.SetResult();
                        gate.Wait(Patience);
                        return null;
                    }
                )
            )
            .AsTask();
        await started.Task.WaitAsync(Patience);
        _ = held.ContinueWith(t => t.Exception, TaskScheduler.Default);
        return gate;
    }

    public async Task<IReadOnlyList<Recorded>> Facts() =>
        await Log.ReadAfter(0, int.MaxValue, TestContext.Current.CancellationToken);

    /// <summary>A counter as decisions see it.</summary>
    public async Task<Counter> State(string counter)
    {
        Counter? seen = null;
        await Send(
            Deciding(
                [Counter(counter)],
                on =>
                {
                    seen = on.State<Counter>(Counter(counter));
                    return null;
                }
            )
        );
        return seen!;
    }

    public async Task<List<(string Counter, long Value, string? Note, long At)>> CounterRows() =>
        await Log.Inline.Query(
            "select counter, value, last_note, moved_at from test_counters order by counter",
            r => (r.Text(0)!, r.Integer(1), r.Text(2), r.Integer(3)),
            default
        );

    public async Task<List<(long Position, long By, long Seen)>> HistoryRows() =>
        await Log.Followed.Query(
            "select position, by, seen from test_history order by position",
            r => (r.Integer(0), r.Integer(1), r.Integer(2)),
            default
        );

    public async Task<long> HistoryTotal() =>
        (
            await Log.Followed.Query("select total from test_totals where name = $1", r => r.Integer(0), default, "all")
        ).SingleOrDefault();

    /// <summary>Waits until a follower or policy reached the head.</summary>
    public Task Level(string name) =>
        Until(() => Log.Reached(name) >= Log.Head, () => $"{name} stands at {Log.Reached(name)} of {Log.Head}");

    public FollowStatus Status(string name) => Log.Status().Single(s => s.Name == name);

    public static Task Until(Func<bool> condition, Func<string>? what = null) =>
        Until(() => ValueTask.FromResult(condition()), what);

    public static async Task Until(Func<ValueTask<bool>> condition, Func<string>? what = null)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        while (!await condition())
            try
            {
                await look.WaitForNextTickAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException(what?.Invoke() ?? "The condition did not come true.");
            }
    }

    public static StreamName Counter(string key) => StreamName.Of("counter", key);

    private sealed class NoCipher : IPersonalCipher
    {
        public byte[] Seal(string subject, string place, string text) => throw new NotSupportedException();

        public string? Open(string subject, string place, byte[] sealedBytes) => null;
    }
}
