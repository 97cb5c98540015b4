using Lading.Log.Sqlite;
using Lading.Platform.Tenancy;

namespace Lading.Http.Tests.SignIn;

/// <summary>A system store that an earlier program wrote.</summary>
public sealed class OlderStoreTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("lading-older").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Memberships_lose_the_mark_of_owners_and_nothing_else()
    {
        var file = Path.Combine(folder, "system.db");
        using (var older = SqliteDb.OpenWriter(file, full: true))
            older.Execute(
                """
                create table membership (account text not null, tenant text not null, owner integer not null,
                    since integer not null, primary key (account, tenant)) without rowid;
                insert into membership values ('ann', 'acme', 1, 7);
                pragma user_version=2;
                """
            );
        new SqliteSystemStore(file).Dispose();
        using var store = new SqliteSystemStore(file);
        store
            .Query("select * from lading_system.membership", r => (r.Text(0), r.Text(1), r.Integer(2)))
            .ShouldBe([("ann", "acme", 7)]);
        store.Run("insert into lading_system.membership (account, tenant, since) values ('bo', 'acme', 8)");
    }
}
