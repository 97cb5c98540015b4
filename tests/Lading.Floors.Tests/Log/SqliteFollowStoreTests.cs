using Lading.Log;
using Lading.Log.Sqlite;
using Shouldly;
using Xunit;

namespace Lading.Floors.Tests.Log;

public sealed class SqliteFollowStoreTests : IDisposable
{
    private static readonly Column Key = Column.Integer("key");
    private static readonly Column Name = Column.Text("name");
    private static readonly Table Things = new("thing", [Key], [Name], ["name"], ["name", "key"]);
    private static readonly Projection Projection = Projection.Of(
        "things",
        1,
        ProjectionMode.Follower,
        [Things],
        [typeof(string)],
        (_, _) => { }
    );

    private readonly string path = Path.GetTempFileName();

    [Fact]
    public void A_build_makes_its_indexes_one_by_one_before_it_serves()
    {
        using var store = new SqliteFollowStore(path);
        store.Declare([Projection], head: 7);
        var generation = store.States["things"].Building;
        Indexes(generation).ShouldBeEmpty();
        store.MakeIndex(Projection, generation).ShouldBeTrue();
        Indexes(generation).Count.ShouldBe(1);
        store.MakeIndex(Projection, generation).ShouldBeTrue();
        store.MakeIndex(Projection, generation).ShouldBeFalse();
        var rows = new Rows();
        rows.Row(Things, 1).Set(Name, "one");
        store.Apply([new FollowStep(Projection, generation, rows, 0, 7, Promote: true)]).ShouldBeTrue();
        Indexes(generation).ShouldBe(["thing__v1_1_i0", "thing__v1_1_i1"]);
        store.States["things"].Position.ShouldBe(7);
    }

    [Fact]
    public void A_follower_of_an_empty_log_has_its_indexes_at_once()
    {
        using var store = new SqliteFollowStore(path);
        store.Declare([Projection], head: 0);
        Indexes(store.States["things"].Generation).ShouldBe(["thing__v1_1_i0", "thing__v1_1_i1"]);
    }

    [Fact]
    public async Task What_a_generation_leaves_is_cleared_away_bit_by_bit_once_the_next_one_serves()
    {
        using var store = new SqliteFollowStore(path);
        store.Declare([Projection], head: 0);
        Build(store, store.States["things"].Generation, promote: false);
        store.ClearSome().ShouldBeFalse();
        Build(store, store.StartBuild(Projection), promote: true);
        Tables().ShouldBe(["thing__v1_1", "thing__v1_2"]);
        var bits = 0;
        for (; store.ClearSome(); bits++)
            (await Served(store)).ShouldBe(12_000);
        bits.ShouldBe(2 + 2 + 1, "its indexes, its rows and what is left of them");
        Tables().ShouldBe(["thing__v1_2"]);
    }

    [Fact]
    public void What_was_left_when_the_program_ended_is_cleared_away_by_the_next_or_by_the_next_build()
    {
        using (var store = new SqliteFollowStore(path))
        {
            store.Declare([Projection], head: 0);
            Build(store, store.States["things"].Generation, promote: false);
            Build(store, store.StartBuild(Projection), promote: true);
            store.ClearSome().ShouldBeTrue();
        }

        using (var store = new SqliteFollowStore(path))
        {
            store.Declare([Projection], head: 7);
            store.ClearSome().ShouldBeTrue();
            Build(store, store.StartBuild(Projection), promote: true);
            while (store.ClearSome()) { }
        }

        Tables().ShouldBe(["thing__v1_3"]);
    }

    private static void Build(SqliteFollowStore store, int generation, bool promote)
    {
        var rows = new Rows();
        for (var i = 0; i < 12_000; i++)
            rows.Row(Things, i).Set(Name, "one");
        while (promote && store.MakeIndex(Projection, generation)) { }
        store.Apply([new FollowStep(Projection, generation, rows, 0, 7, promote)]).ShouldBeTrue();
    }

    private static async Task<long> Served(SqliteFollowStore store) =>
        (await store.Reads.Query("select count(*) from thing", r => r.Integer(0), default))[0];

    public void Dispose()
    {
        foreach (var file in (string[])[path, path + "-wal", path + "-shm"])
            File.Delete(file);
    }

    private List<string> Indexes(int generation) => Names("index", $"thing__v1_{generation}_*");

    private List<string> Tables() => Names("table", "thing__v*");

    private List<string> Names(string type, string like)
    {
        using var db = SqliteDb.OpenReader(path);
        var names = new List<string>();
        var read = db.Prepare($"select name from sqlite_master where type = '{type}' and name glob '{like}'");
        while (read.Step())
            names.Add(read.Text(0)!);
        read.Reset();
        names.Sort(StringComparer.Ordinal);
        return names;
    }
}
