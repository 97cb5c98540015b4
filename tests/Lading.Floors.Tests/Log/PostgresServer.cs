using Lading.Floors.Tests.Log;
using Lading.Log.Postgres;
using Npgsql;

[assembly: AssemblyFixture(typeof(PostgresServer.Lifetime))]

namespace Lading.Floors.Tests.Log;

/// <summary>
/// The PostgreSQL server of the test run, started at first use: the one <c>LADING_TEST_POSTGRES</c> names (an
/// administrator's connection string), else a private cluster from the installed binaries. Without either, tests that
/// ask are skipped by name, and fail in CI.
/// </summary>
public sealed class PostgresServer
{
    private static readonly Lazy<Task<PostgresServer?>> shared = new(Find);
    private readonly PostgresCluster? cluster;

    private readonly Lazy<Task<NpgsqlDataSource>> app;

    private PostgresServer(string admin, PostgresCluster? cluster)
    {
        (Admin, this.cluster) = (admin, cluster);
        app = new(async () => PostgresDatabase.DataSource(await NewDatabase()));
    }

    /// <summary>Connects as an administrator to the maintenance database.</summary>
    public string Admin { get; }

    /// <summary>
    /// A database of the run, with schema and roles, as the app's role sees it. Every test takes a tenant of its own.
    /// </summary>
    public Task<NpgsqlDataSource> App => app.Value;

    /// <summary>A fresh database with schema and roles; answers how the app's role connects.</summary>
    public Task<string> NewDatabase() => PostgresDatabase.Init(Admin, $"lading_test_{Guid.CreateVersion7():n}");

    /// <summary>The run's server; skips the calling test when there is none (fails when CI is set).</summary>
    public static async Task<PostgresServer> Require()
    {
        if (await shared.Value is { } server)
            return server;
        if (string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase))
            Assert.Fail("PostgreSQL is not installed: install its server, or name one in LADING_TEST_POSTGRES.");
        Assert.Skip("PostgreSQL is not installed");
        throw new InvalidOperationException("Unreachable: the test was skipped.");
    }

    private static async Task<PostgresServer?> Find()
    {
        if (Environment.GetEnvironmentVariable("LADING_TEST_POSTGRES") is { Length: > 0 } given)
            return new PostgresServer(given, null);
        if (PostgresCluster.FindBinaries() is not { } binaries)
            return null;
        var cluster = await PostgresCluster.Create(binaries);
        return new PostgresServer(cluster.Admin, cluster);
    }

    /// <summary>Stops what the run started.</summary>
    public sealed class Lifetime : IAsyncDisposable
    {
        /// <inheritdoc />
        public async ValueTask DisposeAsync()
        {
            NpgsqlConnection.ClearAllPools();
            if (shared.IsValueCreated && await shared.Value is { cluster: { } started })
                await started.DisposeAsync();
        }
    }
}
