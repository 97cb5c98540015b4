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

    public void Dispose()
    {
        foreach (var file in (string[])[path, path + "-wal", path + "-shm"])
            File.Delete(file);
    }

    private List<string> Indexes(int generation)
    {
        using var db = SqliteDb.OpenReader(path);
        var names = new List<string>();
        var read = db.Prepare(
            $"select name from sqlite_master where type = 'index' and name glob 'thing__v1_{generation}_*'"
        );
        while (read.Step())
            names.Add(read.Text(0)!);
        read.Reset();
        names.Sort(StringComparer.Ordinal);
        return names;
    }
}
