using System.Security.Cryptography;
using Lading.Log;
using Lading.Log.Postgres;

namespace Lading.Floors.Tests.Log.Postgres;

/// <summary>A tenant's keys in PostgreSQL are wrapped with another master key while nodes still work with the old
/// one.</summary>
public sealed class KeyRingSpec
{
    private const string Ada = "guest/ada";
    private static readonly byte[] Old = RandomNumberGenerator.GetBytes(32);
    private static readonly byte[] New = RandomNumberGenerator.GetBytes(32);

    [Fact]
    public async Task A_node_with_the_old_master_key_reads_on_and_makes_no_key_the_new_one_would_not_open()
    {
        var store = await NewStore();
        using var node = new KeyRing(store, Old);
        var ada = node.Seal(Ada, "p", "Ada");
        node.MakeDurable();
        KeyRing.Rewrap(store, Old, New).ShouldBe(2);
        node.Open(Ada, "p", ada).ShouldBe("Ada");
        node.Seal("guest/bob", "p", "Bob");
        Should.Throw<StoreFault>(node.MakeDurable).Message.ShouldContain("master key was changed");
        store.Find("guest/bob").ShouldBeNull();
        using var next = new KeyRing(store, New);
        next.Open(Ada, "p", ada).ShouldBe("Ada");
        Should.Throw<StoreFault>(() => new KeyRing(store, Old));
    }

    [Fact]
    public async Task Keys_made_and_destroyed_meanwhile_are_neither_lost_nor_brought_back()
    {
        var store = await NewStore();
        using (var ring = new KeyRing(store, Old))
        {
            for (var i = 0; i < 200; i++)
                ring.Seal($"guest/{i}", "p", "x");
            ring.MakeDurable();
        }

        using var node = new KeyRing(store, Old);
        var (made, destroyed) = (new List<string>(), new List<string>());
        var working = Task.Run(() =>
        {
            try
            {
                for (var i = 0; i < 20_000; i++)
                {
                    if (node.Erase($"guest/{i}"))
                        destroyed.Add($"guest/{i}");
                    node.Seal($"new/{i}", "p", "x");
                    node.MakeDurable();
                    made.Add($"new/{i}");
                }
            }
            catch (StoreFault)
            {
                // told to start anew
            }
        });
        await LogUnderTest.Until(() => made.Count > 20);
        KeyRing.Rewrap(store, Old, New).ShouldBeGreaterThan(100);
        await working;
        made.Count.ShouldBeLessThan(20_000);
        using var next = new KeyRing(store, New);
        foreach (var subject in made)
            next.Own(subject, []).Length.ShouldBe(32);
        destroyed.ShouldNotBeEmpty();
        foreach (var subject in destroyed)
            store.Find(subject).ShouldBeNull();
    }

    private static async Task<PostgresKeyStore> NewStore() =>
        new(new PostgresSession(await (await PostgresServer.Require()).App, Purse.NewTenant()));
}
