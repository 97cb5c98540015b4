using Lading.Inventory;
using Lading.Kernel;
using Lading.Log;
using Lading.Log.Postgres;
using Lading.Log.Sqlite;
using Lading.Orders;
using Lading.Planning;
using Lading.Platform;
using Lading.Platform.Access;
using Lading.Platform.Audit;
using Lading.Platform.SignIn;
using Lading.Platform.Tenancy;

namespace Lading.Server;

/// <summary>What a process is started with.</summary>
public sealed record HostOptions
{
    /// <summary>The folder of the embedded default.</summary>
    public string Data { get; init; } = "data";

    /// <summary>The PostgreSQL connection of the app role, or null for the embedded default.</summary>
    public string? Postgres { get; init; }

    /// <summary>Whether followers run here.</summary>
    public bool Follow { get; init; } = true;

    /// <summary>Whether a node on PostgreSQL that follows nothing serves what others' followers write.</summary>
    public bool Watch { get; init; }

    /// <summary>Whether policies and due commands run here.</summary>
    public bool React { get; init; } = true;

    /// <summary>Whether passwords are hashed with Argon2id; not said: where libargon2 is installed.</summary>
    public bool? Argon2 { get; init; }

    /// <summary>Where signed heads are kept, best where who writes the data cannot write; null: in the data
    /// folder.</summary>
    public string? Heads { get; init; }

    /// <summary>How often the chains of all logs are verified.</summary>
    public TimeSpan VerifyEvery { get; init; } = TimeSpan.FromHours(1);

    /// <summary>So many tenants' logs are open at most, those aside that are in use at the same time.</summary>
    public int MostOpen { get; init; } = 64;

    /// <summary>How often tenants are counted anew and, on PostgreSQL, looked at for work another node left.</summary>
    public TimeSpan RoundEvery { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How many requests a second one credential may make.</summary>
    public RateOptions Rates { get; init; } = new();

    /// <summary>The committers' bounds.</summary>
    public CommitterOptions Committer { get; init; } = new();

    /// <summary>How long a node waits for a log that another node holds, on PostgreSQL.</summary>
    public TimeSpan LockWait { get; init; } = PostgresSession.UsualLockWait;
}

/// <summary>The composition root without HTTP: modules, stores, tenants, keys. The server and the commands that open
/// files share it.</summary>
public sealed class LadingHost : IAsyncDisposable
{
    private readonly DataFolder? folder;
    private readonly ISystemStore system;

    private LadingHost(
        ISystemStore system,
        ITenantStores stores,
        DataFolder? folder,
        LogModel model,
        TimeProvider clock,
        SystemSeal seal,
        HostOptions options
    )
    {
        (this.system, this.folder, Model, Clock) = (system, folder, model, clock);
        Modules = ModulesBy(clock);
        Tenants = new TenantHouse(system, stores, clock, options.MostOpen);
        var atOnce = Math.Clamp(options.MostOpen / 8, 1, 8);
        Rounds = new TenantRounds(Tenants, clock, options.RoundEvery, shared: folder is null, atOnce);
        Keys = new ApiKeys(system, clock, shared: folder is null);
        Rates = new RateLimits(options.Rates, clock);
        var argon2 = options.Argon2 ?? PasswordHashing.Argon2Present;
        Watch = new AuditWatch(this, options.Heads ?? Path.Combine(options.Data, "heads"), options.VerifyEvery);
        Accounts = new Accounts(system, seal, clock, shared: folder is null, argon2)
        {
            Joined = async joining =>
            {
                using var held = await Tenants!.Hold(joining.Tenant);
                await Members.Join(held.Log, joining);
            },
            Stands = async link =>
            {
                using var held = await Tenants!.Hold(link.Tenant);
                return await LinkChecks.Stands(held.Log, Keys, link);
            },
        };
        Accounts.Notes.Taken = Watch.Counter.Noticed;
    }

    /// <summary>The modules, by hand.</summary>
    internal static IModule[] ModulesBy(TimeProvider clock) =>
        [new PlatformModule(), new OrdersModule(clock), new InventoryModule(), new PlanningModule()];

    /// <summary>The modules, which go by this host's clock.</summary>
    public IReadOnlyList<IModule> Modules { get; }

    /// <summary>What the modules taught the log.</summary>
    public LogModel Model { get; }

    /// <summary>The tenants.</summary>
    public TenantHouse Tenants { get; }

    /// <summary>Sees to the work of those that nobody asks for.</summary>
    public TenantRounds Rounds { get; }

    /// <summary>Their keys.</summary>
    public ApiKeys Keys { get; }

    /// <summary>How fast each credential may ask.</summary>
    public RateLimits Rates { get; }

    /// <summary>People, their secrets and their sessions.</summary>
    public Accounts Accounts { get; }

    /// <summary>Counts for the tenants' audit logs and verifies their chains.</summary>
    public AuditWatch Watch { get; }

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; }

    /// <summary>The data folder, or null on PostgreSQL.</summary>
    public string? Data => folder?.Root;

    /// <summary>The database, or null on the embedded default.</summary>
    internal Npgsql.NpgsqlDataSource? Database => database;

    /// <summary>Teaches a log what all modules know; no clock is in that.</summary>
    public static LogModel Teach()
    {
        var model = new LogModel();
        foreach (var module in ModulesBy(TimeProvider.System))
            module.Teach(model);
        return model;
    }

    /// <summary>Takes the data folder or connects to the database.</summary>
    public static LadingHost Open(HostOptions options, TimeProvider? clock = null)
    {
        clock ??= TimeProvider.System;
        var model = Teach();
        if (options.Postgres is { } connection)
            return OpenPostgres(connection, options, model, clock);
        var folder = DataFolder.Take(options.Data);
        try
        {
            var master = folder.MasterKey(); // before there is a keys.db that needs it
            var system = new SqliteSystemStore(folder.SystemDb);
            var seal = SystemSeal.Open(system, new SqliteKeyStore(folder.SystemKeys), master);
            var stores = new SqliteTenantStores(folder, model, clock, options);
            return new LadingHost(system, stores, folder, model, clock, seal, options);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>One of a tenant's logs as it is stored, <c>log</c> or <c>audit</c>; null when nothing was ever written
    /// to it.</summary>
    public IRawFacts? Raw(Tenant tenant, string log)
    {
        if (database is { } app)
            return new PostgresRawFacts(app, log == "audit" ? AuditTrail.IdOf(tenant.Id) : tenant.Id);
        var path = Path.Combine(folder!.OfTenant(tenant.Slug), $"{log}.db");
        return File.Exists(path) ? new SqliteRawFacts(path) : null;
    }

    /// <summary>A tenant's facts as they are stored in a folder whose logs nobody opens.</summary>
    public static IRawFacts RawFacts(DataFolder folder, Tenant tenant) =>
        new SqliteRawFacts(Path.Combine(folder.OfTenant(tenant.Slug), "log.db"));

    /// <summary>Connects as the app's role and tests that nothing of another tenant can be seen before anything is
    /// served.</summary>
    private static LadingHost OpenPostgres(string connection, HostOptions options, LogModel model, TimeProvider clock)
    {
        var app = PostgresDatabase.DataSource(connection);
        try
        {
            PostgresDatabase.SelfTest(app).GetAwaiter().GetResult();
            var master = MasterKeyOf(options.Data);
            var stores = new PostgresTenantStores(app, master, model, clock, options);
            var system = new PostgresSystemStore(app);
            var keys = new PostgresKeyStore(new PostgresSession(app, SystemSeal.Scope, options.LockWait));
            var seal = SystemSeal.Open(system, keys, master);
            return new LadingHost(system, stores, null, model, clock, seal, options) { database = app };
        }
        catch
        {
            app.Dispose();
            throw;
        }
    }

    /// <summary>The key that wraps personal data's keys: the same on every node, and kept apart from the
    /// database.</summary>
    private static byte[] MasterKeyOf(string data)
    {
        if (MasterKeyChange.FromEnvironment("LADING_MASTER_KEY") is { } key)
            return key;
        using var folder = DataFolder.Take(data);
        return folder.MasterKey();
    }

    private Npgsql.NpgsqlDataSource? database;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        try
        {
            await Rounds.DisposeAsync();
            await Watch.DisposeAsync();
        }
        finally
        {
            try
            {
                await Tenants.DisposeAsync();
            }
            finally
            {
                await LetGo();
            }
        }
    }

    /// <summary>Also when a log could not be closed in good order: the folder is the next one's.</summary>
    private async ValueTask LetGo()
    {
        try
        {
            Accounts.Dispose();
            system.Dispose();
        }
        finally
        {
            folder?.Dispose();
            if (database is not null)
                await database.DisposeAsync();
        }
    }
}

/// <summary>Each tenant's files in its own folder.</summary>
internal sealed class SqliteTenantStores(DataFolder folder, LogModel model, TimeProvider clock, HostOptions options)
    : ITenantStores
{
    public TenantLogParts Open(Tenant tenant)
    {
        var path = DurableFiles.Create(folder.OfTenant(tenant.Slug));
        var keys = new KeyRing(new SqliteKeyStore(Path.Combine(path, "keys.db")), folder.MasterKey());
        return new TenantLogParts(
            tenant.Id,
            model,
            new SqliteLogStore(Path.Combine(path, "log.db")),
            new SqliteFollowStore(Path.Combine(path, "read.db")),
            keys,
            clock,
            options.Committer
        )
        {
            Keys = keys,
            Follow = options.Follow,
            React = options.React,
        };
    }

    public TenantLogParts OpenAudit(Tenant tenant)
    {
        var path = Directory.CreateDirectory(folder.OfTenant(tenant.Slug)).FullName;
        return new TenantLogParts(
            AuditTrail.IdOf(tenant.Id),
            AuditLogs.Model,
            new SqliteLogStore(Path.Combine(path, "audit.db")),
            new SqliteFollowStore(Path.Combine(path, "audit-read.db")),
            new NothingPersonal(),
            clock,
            options.Committer
        )
        {
            Follow = false,
            React = false,
        };
    }

    public void Remove(Tenant tenant)
    {
        var path = folder.OfTenant(tenant.Slug);
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
    }
}

/// <summary>All tenants in one database, each in its own scope.</summary>
internal sealed class PostgresTenantStores(
    Npgsql.NpgsqlDataSource app,
    byte[] master,
    LogModel model,
    TimeProvider clock,
    HostOptions options
) : ITenantStores
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    /// <exception cref="StoreFault">The master key was changed since this process started: it begins no ring that the
    /// new one would not open.</exception>
    public TenantLogParts Open(Tenant tenant)
    {
        var system = new PostgresKeyStore(new PostgresSession(app, SystemSeal.Scope, options.LockWait));
        KeyRing.Check(system, master, master);
        var keys = new KeyRing(new PostgresKeyStore(new PostgresSession(app, tenant.Id, options.LockWait)), master);
        var store = PostgresLogStore.Open(app, tenant.Id, options.LockWait);
        var followers = PostgresFollowStore.Open(app, tenant.Id, options.LockWait);
        return new TenantLogParts(tenant.Id, model, store, followers, keys, clock, options.Committer)
        {
            Keys = keys,
            Follow = options.Follow,
            Watch = !options.Follow && options.Watch,
            React = options.React,
            Poll = Poll,
        };
    }

    public TenantLogParts OpenAudit(Tenant tenant)
    {
        var id = AuditTrail.IdOf(tenant.Id);
        return new TenantLogParts(
            id,
            AuditLogs.Model,
            PostgresLogStore.Open(app, id, options.LockWait),
            PostgresFollowStore.Open(app, id, options.LockWait),
            new NothingPersonal(),
            clock,
            options.Committer
        )
        {
            Follow = false,
            React = false,
            Poll = Poll,
        };
    }

    public void Remove(Tenant tenant) =>
        throw new StoreFault(
            $"Facts are never deleted from PostgreSQL: {tenant.Slug} is only taken off the list. Drop the database to "
                + $"be rid of it."
        );
}

/// <summary>What every audit log knows; taught once.</summary>
internal static class AuditLogs
{
    public static readonly LogModel Model = AuditTrail.Model();
}
