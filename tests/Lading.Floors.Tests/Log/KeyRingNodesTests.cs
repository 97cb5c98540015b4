using System.Security.Cryptography;
using Lading.Kernel;
using Lading.Log;

namespace Lading.Floors.Tests.Log;

/// <summary>Several nodes on one log and one store of keys: what one destroys or makes, the others follow.</summary>
public sealed class KeyRingNodesTests : IAsyncDisposable
{
    private const string Ada = "guest/ada";
    private static readonly StreamName Guest = StreamName.Of("guest", "ada");
    private static readonly byte[] Master = RandomNumberGenerator.GetBytes(32);
    private readonly LossyProvider provider = new();
    private readonly Dictionary<string, StoredKey> stored = [];
    private readonly List<TenantLog> nodes = [];
    private int sent;

    public async ValueTask DisposeAsync()
    {
        foreach (var node in nodes)
            await node.DisposeAsync();
        await provider.DisposeAsync();
    }

    [Fact]
    public async Task A_node_seals_nothing_under_a_key_that_another_destroyed()
    {
        var (one, other) = (await Open(), await Open());
        await Append(one, Guest, new GuestNamed(new Personal(Ada, "Ada"), null));
        await Append(other, Guest, new GuestNamed(new Personal(Ada, "Ada Again"), null));
        await Append(one, StreamName.Of("bell", "erase"), new Rang(Ada));
        await Append(other, Guest, new GuestNamed(new Personal(Ada, "Ada Anew"), null));
        (await Names(other)).ShouldBe([null, null, "Ada Anew"]);
        await Append(one, StreamName.Of("bell", "look"), new Rang("guest/nobody"));
        (await Names(one)).ShouldBe([null, null, "Ada Anew"]);
    }

    [Fact]
    public async Task A_state_of_another_node_holds_no_name_that_was_erased()
    {
        var (one, other) = (await Open(), await Open());
        await Append(other, Guest, new GuestNamed(new Personal(Ada, "Ada"), null));
        await Append(one, StreamName.Of("bell", "erase"), new Rang(Ada));
        Guest? seen = null;
        await Send(
            other,
            Guest,
            on =>
            {
                seen = on.State<Guest>(Guest);
                return null;
            }
        );
        seen!.Times.ShouldBe(1);
        seen.Name?.Text.ShouldBeNull();
    }

    [Fact]
    public void A_key_that_another_node_made_after_an_erasure_opens_here()
    {
        using var one = Ring();
        using var other = Ring();
        var first = one.Seal(Ada, "place", "Ada");
        one.MakeDurable();
        other.Open(Ada, "place", first).ShouldBe("Ada");
        one.Erase(Ada);
        other.Forget(Ada);
        other.Open(Ada, "place", first).ShouldBeNull();
        var second = one.Seal(Ada, "place", "Ada Anew");
        one.MakeDurable();
        other.Open(Ada, "place", second).ShouldBe("Ada Anew");
        other.Open(Ada, "place", first).ShouldBeNull();
    }

    private KeyRing Ring() => new(new SharedKeys(stored), Master);

    private async Task<TenantLog> Open()
    {
        var tenant = new TenantId(Guid.Parse("0198c7a2-0000-7000-8000-00000000ada0"));
        var model = new TestModel().Build();
        model.Add(
            new Erasure(typeof(Rang), f => ((Rang)f).Payload, (_, _) => ValueTask.FromResult(new List<string>()))
        );
        var node = await TenantLog.Open(
            new TenantLogParts(
                tenant,
                model,
                provider.OpenLog(tenant),
                provider.OpenFollowers(tenant),
                Ring(),
                new FakeClock(),
                new CommitterOptions()
            )
            {
                Follow = false,
                React = false,
            }
        );
        nodes.Add(node);
        return node;
    }

    private Task Append(TenantLog node, StreamName stream, object fact) =>
        Send(
            node,
            stream,
            on =>
            {
                on.Append(stream, fact);
                return null;
            }
        );

    private async Task Send(TenantLog node, StreamName stream, Func<Deciding, Refusal?> decide)
    {
        var answer = await node.Send(
            new Command
            {
                Id = CommandId.From("nodes", $"{sent++}"),
                Fingerprint = 1,
                Actor = "test",
                Streams = [stream],
                Decide = decide,
            }
        );
        answer.Accepted.ShouldBeTrue();
    }

    private static async Task<string?[]> Names(TenantLog node) =>
        [
            .. (await node.ReadStream(Guest, 0, 10, TestContext.Current.CancellationToken)).Select(f =>
                ((GuestNamed)f.Fact).Name.Text
            ),
        ];

    /// <summary>One node's way to the keys all nodes share.</summary>
    private sealed class SharedKeys(Dictionary<string, StoredKey> stored) : IKeyStore
    {
        public StoredKey? Find(string subject)
        {
            lock (stored)
                return stored.GetValueOrDefault(subject);
        }

        public void Add(IReadOnlyList<StoredKey> keys, byte[]? ring)
        {
            lock (stored)
                foreach (var key in keys)
                    if (!stored.TryAdd(key.Subject, key))
                        throw new StoreFault($"{key.Subject} has a key.");
        }

        public int Rewrap(Func<StoredKey, StoredKey> each) => throw new NotSupportedException();

        public bool Destroy(string subject)
        {
            lock (stored)
                return stored.Remove(subject);
        }

        public void Dispose() { }
    }
}
