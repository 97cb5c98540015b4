using System.Security.Cryptography;
using System.Text;
using Lading.Kernel;
using Lading.Log;
using Lading.Log.Sqlite;

namespace Lading.Floors.Tests.Log;

/// <summary>Personal values: nowhere in clear, bound to their place, gone with their key.</summary>
public sealed class KeyRingTests : IAsyncLifetime
{
    private const string Ada = "guest/ada";
    private const string Canary = "Ada Canary-Lovelace";
    private static readonly byte[] Master = RandomNumberGenerator.GetBytes(32);
    private readonly SqliteProvider provider = new();
    private readonly List<IAsyncDisposable> opened = [];

    private string KeyFile => Path.Combine(provider.Folder, "keys.db");

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var one in opened)
            await one.DisposeAsync();
        await provider.DisposeAsync();
    }

    private KeyRing Ring() => new(new SqliteKeyStore(KeyFile), Master);

    private async Task<LogUnderTest> Open(KeyRing ring)
    {
        var log = new LogUnderTest(provider) { Cipher = ring };
        opened.Add(log);
        return await log.Open();
    }

    private static Task<Answer> Name(LogUnderTest log, string guest, string name, string? street = null)
    {
        var stream = StreamName.Of("guest", guest);
        var fact = new GuestNamed(
            new Personal($"guest/{guest}", name),
            street is null ? null : new Personal($"guest/{guest}", street)
        );
        return log.Send(
            log.Deciding(
                [stream],
                on =>
                {
                    on.Append(stream, fact);
                    return null;
                }
            )
        );
    }

    private static async Task<Guest> State(LogUnderTest log, string guest)
    {
        Guest? seen = null;
        var stream = StreamName.Of("guest", guest);
        await log.Send(
            log.Deciding(
                [stream],
                on =>
                {
                    seen = on.State<Guest>(stream);
                    return null;
                }
            )
        );
        return seen!;
    }

    [Fact]
    public void What_is_sealed_opens_only_where_and_for_whom_it_was_sealed()
    {
        using var ring = Ring();
        var bytes = ring.Seal(Ada, "t|guest/ada|1#0", Canary);
        ring.Seal("guest/bob", "t|guest/bob|1#0", "Bob");

        ring.Open(Ada, "t|guest/ada|1#0", bytes).ShouldBe(Canary);
        Should.Throw<CryptographicException>(() => ring.Open(Ada, "t|guest/ada|1#1", bytes));
        Should.Throw<CryptographicException>(() => ring.Open(Ada, "t|guest/ada|2#0", bytes));
        ring.Open("guest/bob", "t|guest/ada|1#0", bytes).ShouldBeNull();
        ring.Seal(Ada, "t|guest/ada|1#0", Canary).ShouldNotBe(bytes);
    }

    [Fact]
    public void No_changed_byte_opens_to_a_text()
    {
        using var ring = Ring();
        var bytes = ring.Seal(Ada, "p", Canary);
        for (var i = 0; i < bytes.Length; i++)
        {
            var changed = bytes.ToArray();
            changed[i] ^= 1;
            if (i is >= 1 and <= 8)
                ring.Open(Ada, "p", changed).ShouldBeNull();
            else
                Should.Throw<CryptographicException>(() => ring.Open(Ada, "p", changed), $"byte {i}");
        }

        for (var length = 0; length < 37; length++)
            Should.Throw<CryptographicException>(() => ring.Open(Ada, "p", bytes[..length]));
    }

    [Fact]
    public void Keys_survive_reopening_and_another_master_key_is_refused()
    {
        byte[] bytes;
        using (var ring = Ring())
        {
            bytes = ring.Seal(Ada, "p", Canary);
            ring.MakeDurable();
        }

        using (var ring = Ring())
            ring.Open(Ada, "p", bytes).ShouldBe(Canary);
        using var keys = new SqliteKeyStore(KeyFile);
        Should
            .Throw<StoreFault>(() => new KeyRing(keys, RandomNumberGenerator.GetBytes(32)))
            .Message.ShouldContain("master key");
    }

    [Fact]
    public void A_ring_wrapped_anew_opens_with_the_new_master_key_alone_and_what_was_sealed_stays()
    {
        var next = RandomNumberGenerator.GetBytes(32);
        byte[] ada;
        byte[] own;
        using (var ring = Ring())
        {
            ada = ring.Seal(Ada, "p", Canary);
            own = ring.Own("part", RandomNumberGenerator.GetBytes(32));
            ring.MakeDurable();
        }

        StoredKey before;
        using (var store = new SqliteKeyStore(KeyFile))
        {
            before = store.Find(Ada)!;
            Should.Throw<StoreFault>(() => KeyRing.Rewrap(store, next, RandomNumberGenerator.GetBytes(32)));
            KeyRing.Rewrap(store, Master, next).ShouldBe(3, "Ada's, the part's, and what stands for the master key");
            KeyRing.Rewrap(store, Master, next).ShouldBe(0, "it was done");
            store.Find(Ada)!.Id.ShouldBe(before.Id);
            Holding(before.Wrapped[28..]).ShouldBeEmpty("or the old master key would still open a page of the file");
        }

        Should.Throw<StoreFault>(() => Ring().Dispose());
        using (var ring = new KeyRing(new SqliteKeyStore(KeyFile), next))
        {
            ring.Open(Ada, "p", ada).ShouldBe(Canary);
            ring.Own("part", new byte[32]).ShouldBe(own);
        }
    }

    [Fact]
    public void A_rewrapping_that_leaves_a_trace_says_so_until_it_is_gone()
    {
        var next = RandomNumberGenerator.GetBytes(32);
        using (var ring = Ring())
        {
            ring.Seal(Ada, "p", Canary);
            ring.MakeDurable();
        }

        using var store = new SqliteKeyStore(KeyFile);
        var was = store.Find(Ada)!.Wrapped[28..];
        using (var reader = SqliteDb.OpenReader(KeyFile))
        {
            reader.Execute("begin");
            reader.Scalar("select count(*) from key", r => r.Integer(0)).ShouldBe(2);
            for (var i = 0; i < 2; i++)
                Should.Throw<StoreFault>(() => KeyRing.Rewrap(store, Master, next)).Message.ShouldContain("-wal");
            Holding(was).ShouldNotBeEmpty("it is as it was, for who reads it still");
        }

        KeyRing.Rewrap(store, Master, next).ShouldBe(0);
        Holding(was).ShouldBeEmpty();
    }

    [Fact]
    public void A_rewrapping_that_breaks_off_leaves_the_ring_as_it_was()
    {
        byte[] ada;
        using (var ring = Ring())
        {
            ada = ring.Seal(Ada, "p", Canary);
            ring.Seal("guest/bob", "p", "Bob");
            ring.MakeDurable();
        }

        using (var store = new SqliteKeyStore(KeyFile))
        {
            var seen = 0;
            Should.Throw<IOException>(() => store.Rewrap(key => seen++ < 1 ? key : throw new IOException("pulled")));
        }

        using var again = Ring();
        again.Open(Ada, "p", ada).ShouldBe(Canary);
    }

    [Fact]
    public void An_erased_key_is_in_no_file_and_not_in_memory()
    {
        using var ring = Ring();
        var bytes = ring.Seal(Ada, "p", Canary);
        var other = ring.Seal("guest/bob", "p", "Bob");
        ring.MakeDurable();
        StoredKey stored;
        using (var reading = new SqliteKeyStore(KeyFile))
            stored = reading.Find(Ada)!;
        Holding(stored.Wrapped[28..]).ShouldNotBeEmpty();

        ring.Erase(Ada).ShouldBeTrue();
        Holding(stored.Wrapped[28..]).ShouldBeEmpty();
        ring.Open(Ada, "p", bytes).ShouldBeNull();
        ring.Open("guest/bob", "p", other).ShouldBe("Bob");
        ring.Erase(Ada).ShouldBeFalse();
        var again = ring.Seal(Ada, "p", "back again");
        ring.Open(Ada, "p", again).ShouldBe("back again");
        ring.Open(Ada, "p", bytes).ShouldBeNull();
    }

    private List<string> Holding(byte[] needle) =>
        Directory.EnumerateFiles(provider.Folder).Where(f => ReadShared(f).AsSpan().IndexOf(needle) >= 0).ToList();

    private static byte[] ReadShared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    [Fact]
    public async Task No_file_of_the_folder_holds_a_personal_value_in_clear()
    {
        using var ring = Ring();
        var log = await Open(ring);
        for (var i = 0; i < 8; i++)
            await Name(log, "ada", Canary, "12 Canary-Street");
        await log.Level(TestModel.GuestsName);
        (await State(log, "ada")).Name!.Text.ShouldBe(Canary);

        void Scan()
        {
            foreach (var clear in new[] { "Canary", Convert.ToBase64String(Encoding.UTF8.GetBytes(Canary))[..16] })
            {
                Holding(Encoding.UTF8.GetBytes(clear)).ShouldBeEmpty();
                Holding(Encoding.Unicode.GetBytes(clear)).ShouldBeEmpty();
            }
        }

        Scan();
        Holding(Encoding.UTF8.GetBytes("test.guest-named.v1")).ShouldNotBeEmpty();
        await log.Close();
        Scan();
        await log.Open();
        (await State(log, "ada")).ShouldBe(new Guest(new Personal(Ada, Canary), 8));
        (await log.Facts()).Select(f => ((GuestNamed)f.Fact).Street!.Text).Distinct().ShouldBe(["12 Canary-Street"]);
    }

    [Fact]
    public async Task After_an_erasure_facts_read_as_erased_the_chain_holds_and_rebuilding_works()
    {
        using var ring = Ring();
        var log = await Open(ring);
        for (var i = 0; i < 5; i++)
        {
            await Name(log, "ada", Canary, "Street");
            await Name(log, "bob", "Bob");
        }

        await log.Level(TestModel.GuestsName);
        ring.Erase(Ada).ShouldBeTrue();
        await log.Log.ForgetDecoded();
        await Check();
        await log.Open();
        await Check();

        async Task Check()
        {
            foreach (var fact in await log.Facts())
                ((GuestNamed)fact.Fact).Name.Text.ShouldBe(fact.Stream.Key == "ada" ? null : "Bob");
            (await State(log, "ada")).Name.ShouldBe(new Personal(Ada, null));
            log.Log.Rebuild(TestModel.GuestsName).ShouldBeTrue();
            await LogUnderTest.Until(() => log.Log.Status().All(s => s.BuiltPercent is null && s.Failure is null));
            (
                await log.Log.Followed.Query(
                    "select guest, has, times from test_guests order by guest",
                    r => $"{r.Text(0)} {r.Text(1)} {r.Integer(2)}",
                    default
                )
            ).ShouldBe(["ada erased 5", "bob a name 5"]);
            using var facts = new SqliteRawFacts(provider.LogFile(log.Tenant));
            AuditVerifier.Verify(log.Tenant, facts).Whole.ShouldBeTrue();
        }
    }

    [Fact]
    public async Task A_state_with_an_erased_value_still_gets_its_snapshot()
    {
        using var ring = Ring();
        var log = await Open(ring);
        await Name(log, "ada", Canary);
        ring.Erase(Ada);
        await log.Log.ForgetDecoded();
        var stream = StreamName.Of("guest", "ada");
        for (var i = 0; i < 4; i++)
            await log.Send(
                log.Deciding(
                    [stream],
                    on =>
                    {
                        on.Append(stream, new GuestNamed(new Personal($"guest/ada{i}", $"other {i}"), null));
                        return null;
                    }
                )
            );
        await log.Open();
        (await State(log, "ada")).ShouldBe(new Guest(new Personal(Ada, null), 5));
    }

    [Fact]
    public async Task A_ciphertext_moved_to_another_fact_does_not_open()
    {
        using var ring = Ring();
        var log = await Open(ring);
        await Name(log, "ada", "first");
        await Name(log, "ada", "second");
        await log.Close();
        using (var db = SqliteDb.OpenWriter(provider.LogFile(log.Tenant), full: false))
            db.Execute("update event set body = (select body from event where position = 1) where position = 2");
        await log.Open();
        var moved = (await log.Facts())[1];
        Should.Throw<CryptographicException>(() => moved.Fact);
    }

    [Fact]
    public async Task A_key_is_durable_before_the_first_fact_sealed_under_it()
    {
        var (disk, keys, checkedKeys) = (new Journal<LossyLog>(), new FailingKeys(), 0);
        using var ring = new KeyRing(keys, Master);
        var log = new LogUnderTest(new LossyProvider())
        {
            Cipher = ring,
            Follow = false,
            React = false,
        };
        opened.Add(log);
        await log.Open(_ => new LossyStore(
            disk,
            () =>
            {
                checkedKeys += keys.Find(Ada) is null ? 0 : 1;
                return CommitFate.Done;
            }
        ));
        keys.Failing = true;
        await Should.ThrowAsync<StoreFault>(Name(log, "ada", Canary));
        log.Log.Head.ShouldBe(0);
        checkedKeys.ShouldBe(0);
        keys.Failing = false;
        await Name(log, "ada", Canary);
        (log.Log.Head, checkedKeys).ShouldBe((1, 1));
        ring.Forget(Ada);
        (
            (GuestNamed)(await log.Log.ReadStream(StreamName.Of("guest", "ada"), 0, 1, default))[0].Fact
        ).Name.Text.ShouldBe(Canary);
    }

    private sealed class FailingKeys : IKeyStore
    {
        private readonly Dictionary<string, StoredKey> keys = [];

        public bool Failing { get; set; }

        public StoredKey? Find(string subject) => keys.GetValueOrDefault(subject);

        public void Add(IReadOnlyList<StoredKey> added, byte[]? ring)
        {
            if (Failing)
                throw new StoreFault("The keys' disk is full.");
            foreach (var key in added)
                keys.Add(key.Subject, key);
        }

        public int Rewrap(Func<StoredKey, StoredKey> each) => throw new NotSupportedException();

        public bool Destroy(string subject) => keys.Remove(subject);

        public void Dispose() { }
    }
}
