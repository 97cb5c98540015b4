using Npgsql;

namespace Lading.Floors.Tests.Log.Postgres;

public sealed class ServerSpec
{
    [Fact]
    public async Task The_server_of_the_run_answers_with_fsync_on()
    {
        var server = await PostgresServer.Require();
        await using var source = NpgsqlDataSource.Create(server.Admin);
        await using var ask = source.CreateCommand("show fsync");
        (await ask.ExecuteScalarAsync()).ShouldBe("on");
    }
}
