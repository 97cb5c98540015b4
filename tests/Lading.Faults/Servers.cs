using Lading.Floors.Tests.Log;
using Lading.Log.Postgres;
using Npgsql;

namespace Lading.Faults;

/// <summary>The PostgreSQL servers of a run, started at first use and stopped at its end.</summary>
internal sealed class Servers : IAsyncDisposable
{
    private PostgresCluster? shared;
    private PostgresCluster? stopped;
    private StoppedLedger? empty;
    private int databases;

    /// <summary>The installed server's programs.</summary>
    /// <exception cref="MissingHere">There are none.</exception>
    public static string Binaries =>
        PostgresCluster.FindBinaries() ?? throw new MissingHere("PostgreSQL is not installed");

    /// <summary>A cluster of the caller's own, to be killed.</summary>
    public static Task<PostgresCluster> NewCluster(params string[] settings) =>
        PostgresCluster.Create(Binaries, settings);

    /// <summary>How the administrator of the run's cluster connects.</summary>
    public string Admin => shared!.Admin;

    /// <summary>A new database with schema and roles in the run's cluster; answers how the app connects.</summary>
    public async Task<string> NewDatabase()
    {
        shared ??= await NewCluster();
        return await PostgresDatabase.Init(shared.Admin, $"lading_faults_{++databases}");
    }

    /// <summary>The folder of a small cluster that was stopped in good order, with a database for one ledger; not to
    /// be changed. The pages have checksums and a WAL segment is 1 MB.</summary>
    public async Task<StoppedLedger> EmptyLedger()
    {
        if (empty is not null)
            return empty;
        string[] initdb = ["--wal-segsize=1", "--data-checksums", "--no-sync"];
        stopped = await PostgresCluster.Create(Binaries, initdb, ["min_wal_size=2MB", "max_wal_size=4MB"]);
        var app = await PostgresDatabase.Init(stopped.Admin, "lading_power");
        NpgsqlConnection.ClearAllPools();
        await stopped.Stop();
        return empty = new StoppedLedger(stopped.Data, app);
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (stopped is not null)
            await stopped.DisposeAsync();
        if (shared is not null)
            await shared.DisposeAsync();
    }
}

/// <summary>A stopped cluster's folder and how the app connects to its database.</summary>
internal sealed record StoppedLedger(string Data, string Connection)
{
    /// <summary>How the app connects to a copy that a cluster runs.</summary>
    public string App(PostgresCluster cluster) => On(cluster, new NpgsqlConnectionStringBuilder(Connection));

    /// <summary>How the administrator connects to the ledger's database there.</summary>
    public string Admin(PostgresCluster cluster) =>
        new NpgsqlConnectionStringBuilder(cluster.Admin)
        {
            Database = new NpgsqlConnectionStringBuilder(Connection).Database,
            Pooling = false,
        }.ConnectionString;

    private static string On(PostgresCluster cluster, NpgsqlConnectionStringBuilder app)
    {
        app.Port = new NpgsqlConnectionStringBuilder(cluster.Admin).Port;
        return app.ConnectionString;
    }
}
