using Lading.Kernel;
using Lading.Log;
using Lading.Log.Postgres;
using Npgsql;

namespace Lading.Floors.Tests.Log.Postgres;

/// <summary>A database of its own: tests declare read models of the same name in different shapes.</summary>
public sealed class PostgresProvider : LogProvider
{
    private NpgsqlDataSource? app;

    private NpgsqlDataSource App => app ?? throw new InvalidOperationException("The provider was not opened.");

    public async Task Open() => app = PostgresDatabase.DataSource(await (await PostgresServer.Require()).NewDatabase());

    public override ILogStore OpenLog(TenantId tenant) => PostgresLogStore.Open(App, tenant);

    public override IFollowStore OpenFollowers(TenantId tenant) => PostgresFollowStore.Open(App, tenant);

    public override async ValueTask DisposeAsync()
    {
        if (app is not null)
            await app.DisposeAsync();
    }
}

/// <summary>The conformance suite on PostgreSQL.</summary>
public sealed class PostgresLogConformance : LogConformance
{
    private readonly PostgresProvider postgres = new();

    public override async ValueTask InitializeAsync()
    {
        await postgres.Open();
        await base.InitializeAsync();
    }

    protected override LogProvider NewProvider() => postgres;
}
