using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Lading.Kernel;
using Lading.Log;

namespace Lading.Floors.Tests.Log;

public sealed record CounterMoved(long By, string Note);

public sealed record Poisoned(string Reason);

public sealed record Echoed(long Position, int Facts);

public sealed record Rang(string Payload);

public sealed record GuestNamed(Personal Name, Personal? Street);

public sealed record Guest(Personal? Name, int Times);

public sealed record Counter(long Value, long Moves);

public sealed record Echo(long Count);

public sealed record Bell(int Rings);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(CounterMoved))]
[JsonSerializable(typeof(Poisoned))]
[JsonSerializable(typeof(Echoed))]
[JsonSerializable(typeof(Rang))]
[JsonSerializable(typeof(GuestNamed))]
[JsonSerializable(typeof(Guest))]
[JsonSerializable(typeof(Counter))]
internal sealed partial class TestJson : JsonSerializerContext;

/// <summary>
/// A small business for the log's tests: counters that move (with snapshots), a bell that due commands ring, an echo
/// that a policy appends,
/// an inline table of counters and a followed history.
/// </summary>
internal sealed class TestModel
{
    public const string Policy = "test.echo-moves";
    public static readonly StreamName EchoStream = StreamName.Of("echo", "all");

    public int SnapshotEvery { get; init; }

    public int SnapshotVersion { get; init; } = 1;

    /// <summary>Under which stored name moves are written: <c>v1</c> has no note.</summary>
    public string MovedName { get; init; } = "test.counter-moved.v2";

    public int CountersVersion { get; init; } = 1;

    public int HistoryVersion { get; init; } = 1;

    /// <summary>Looks at each fact before the history follows it; may throw.</summary>
    public Action<Recorded>? BeforeHistory { get; set; }

    /// <summary>Looks at each fact before its counter's row is written; may throw.</summary>
    public Action<Recorded>? BeforeCounters { get; set; }

    /// <summary>Looks at each group before the policy reacts; may throw.</summary>
    public Action<FactGroup>? BeforeEcho { get; set; }

    /// <summary>Sees every fact that a counter folds; may throw.</summary>
    public Action<object>? OnFold { get; set; }

    public bool Echoes { get; init; }

    public bool Directory { get; init; }

    public static readonly Column Key = Column.Text("counter");
    public static readonly Column Value = Column.Integer("value");
    public static readonly Column LastNote = Column.Text("last_note");
    public static readonly Column MovedAt = Column.Integer("moved_at");
    public static readonly Table Counters = new("test_counters", [Key], [Value, LastNote, MovedAt], ["value"]);

    public static readonly Column Position = Column.Integer("position");
    public static readonly Column By = Column.Integer("by");
    public static readonly Column Seen = Column.Integer("seen");
    public static readonly Table History = new("test_history", [Position], [By, Seen]);

    public static readonly Column TotalKey = Column.Text("name");
    public static readonly Column Total = Column.Integer("total");
    public static readonly Table Totals = new("test_totals", [TotalKey], [Total]);

    public static readonly Column GuestKey = Column.Text("guest");
    public static readonly Column GuestHas = Column.Text("has");
    public static readonly Column GuestTimes = Column.Integer("times");
    public static readonly Table Guests = new("test_guests", [GuestKey], [GuestHas, GuestTimes]);
    public const string GuestsName = "test-guests";

    public const string CountersName = "test-counters";
    public const string HistoryName = "test-history";

    public MemoryModel<Dictionary<string, long>> Moves { get; } =
        new(
            "test-moves",
            [typeof(CounterMoved)],
            LoadMoves,
            (m, f) =>
            {
                lock (m)
                    m[f.Stream.Key] = f.Version;
            }
        );

    public LogModel Build()
    {
        var model = new LogModel();
        AddEvents(model);
        AddStreams(model);
        AddProjections(model);
        AddReactions(model);
        if (Directory)
            model.Add(Moves);
        return model;
    }

    private void AddEvents(LogModel model)
    {
        model.Events.Add(MovedName, TestJson.Default.CounterMoved).Add("test.poisoned.v1", TestJson.Default.Poisoned);
        model.Events.Add("test.echoed.v1", TestJson.Default.Echoed).Add("test.rang.v1", TestJson.Default.Rang);
        model.Events.Add("test.guest-named.v1", TestJson.Default.GuestNamed);
        if (MovedName.EndsWith("v2", StringComparison.Ordinal))
            model.Events.Upcast("test.counter-moved.v1", MovedName, Upcast);
    }

    private void AddStreams(LogModel model)
    {
        model.Add(
            new StreamKind<Counter>(
                "counter",
                _ => new Counter(0, 0),
                Fold,
                TestJson.Default.Counter,
                SnapshotEvery,
                SnapshotVersion
            )
        );
        model.Add(
            new StreamKind<Echo>(
                "echo",
                _ => new Echo(0),
                (s, e) => e is Echoed ? new Echo(s.Count + 1) : throw Unknown(e)
            )
        );
        model.Add(
            new StreamKind<Guest>(
                "guest",
                _ => new Guest(null, 0),
                (s, e) => new Guest(s.Name ?? ((GuestNamed)e).Name, s.Times + 1),
                TestJson.Default.Guest,
                3
            )
        );
        model.Add(
            new StreamKind<Bell>(
                "bell",
                _ => new Bell(0),
                (s, e) => e is Rang ? new Bell(s.Rings + 1) : throw Unknown(e)
            )
        );
    }

    private void AddProjections(LogModel model)
    {
        model.Add(
            Projection.Of(
                CountersName,
                CountersVersion,
                ProjectionMode.Inline,
                [Counters],
                [typeof(CounterMoved)],
                ProjectCounter
            )
        );
        model.Add(
            Projection.Of(
                HistoryName,
                HistoryVersion,
                ProjectionMode.Follower,
                [History, Totals],
                [typeof(CounterMoved)],
                ProjectHistory
            )
        );
        model.Add(Projection.Of(GuestsName, 1, ProjectionMode.Follower, [Guests], [typeof(GuestNamed)], ProjectGuest));
    }

    private void AddReactions(LogModel model)
    {
        model.Add(
            new DueHandler(
                "ring",
                due => new Reaction(
                    [due.Stream],
                    on =>
                    {
                        on.Append(due.Stream, new Rang(due.Payload));
                        return null;
                    }
                )
            )
        );
        if (Echoes)
            model.Add(Lading.Log.Policy.On(Policy, [typeof(CounterMoved)], EchoMoves));
    }

    private static JsonObject Upcast(JsonObject old)
    {
        old["note"] = "from v1";
        return old;
    }

    private static InvalidOperationException Unknown(object fact) => new($"{fact} is unknown here.");

    private Counter Fold(Counter state, object fact)
    {
        OnFold?.Invoke(fact);
        return fact is CounterMoved moved
            ? new Counter(checked(state.Value + moved.By), state.Moves + 1)
            : throw Unknown(fact);
    }

    private void ProjectCounter(Recorded recorded, Rows rows)
    {
        BeforeCounters?.Invoke(recorded);
        var moved = (CounterMoved)recorded.Fact;
        rows.Row(Counters, recorded.Stream.Key)
            .Add(Value, moved.By)
            .Set(LastNote, moved.Note)
            .Set(MovedAt, recorded.Position);
    }

    private void ProjectHistory(Recorded recorded, Rows rows)
    {
        BeforeHistory?.Invoke(recorded);
        var moved = (CounterMoved)recorded.Fact;
        rows.Row(History, recorded.Position).Set(By, moved.By).Add(Seen, 1);
        rows.Row(Totals, "all").Add(Total, moved.By);
    }

    private Reaction? EchoMoves(FactGroup group)
    {
        BeforeEcho?.Invoke(group);
        return new Reaction(
            [EchoStream],
            on =>
            {
                on.Append(EchoStream, new Echoed(group.Position, group.Facts.Count));
                return null;
            }
        );
    }

    private static void ProjectGuest(Recorded recorded, Rows rows)
    {
        var named = (GuestNamed)recorded.Fact;
        rows.Row(Guests, recorded.Stream.Key)
            .Set(GuestHas, named.Name.Text is null ? "erased" : "a name")
            .Add(GuestTimes, 1);
    }

    private static async ValueTask<Dictionary<string, long>> LoadMoves(IReads reads, CancellationToken stop)
    {
        var rows = await reads.Query("select counter, moved_at from test_counters", r => r.Text(0)!, stop);
        return rows.ToDictionary(r => r, _ => 0L);
    }
}
