using Lading.Floors.Tests.Log;
using Lading.Log.Postgres;
using Npgsql;

namespace Lading.Faults;

/// <summary>The PostgreSQL servers of a run, started at first use and stopped at its end.</summary>
internal sealed class Servers : IAsyncDisposable
{
    private PostgresCluster? shared;
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

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (shared is not null)
            await shared.DisposeAsync();
    }
}
