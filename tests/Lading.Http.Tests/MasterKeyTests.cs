using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Lading.Floors.Tests.Log;
using Lading.Log;
using Lading.Log.Sqlite;
using Lading.Platform.SignIn;
using Lading.Platform.Tenancy;
using Lading.Server;

namespace Lading.Http.Tests;

/// <summary>Another master key: what was sealed stays readable, and a change that breaks off is finished.</summary>
[Collection(Environment)]
public sealed class MasterKeyTests : IDisposable
{
    /// <summary>Tests that have a master key in the process's environment run one after the other.</summary>
    public const string Environment = "master key";

    private readonly string folder = Directory.CreateTempSubdirectory("lading-master").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_change_that_breaks_off_anywhere_starts_nothing_and_is_finished_by_doing_it_again(bool postgres)
    {
        var database = postgres ? await (await PostgresServer.Require()).NewDatabase() : null;
        var options = new HostOptions { Data = folder, Postgres = database };
        var sealedThere = await Fill(options);
        var first = await File.ReadAllTextAsync(MasterFile, TestContext.Current.CancellationToken);
        for (var at = 0; at < 3; at++)
        {
            Should.Throw<IOException>(() => Change(database, done => Break(done == at)));
            Should.Throw<DataFolderFault>(() => LadingHost.Open(options)).Message.ShouldContain("key-ring rotate");
        }

        Change(database).ShouldBeGreaterThan(0);
        (await File.ReadAllTextAsync(MasterFile, TestContext.Current.CancellationToken)).ShouldNotBe(first);
        await Read(options, sealedThere);
        Change(database).ShouldBeGreaterThan(3, "and again, all of them");
        await Read(options, sealedThere);

        await File.WriteAllTextAsync(MasterFile, first, TestContext.Current.CancellationToken);
        Should.Throw<StoreFault>(() => LadingHost.Open(options)).Message.ShouldContain("another master key");
        Should.Throw<StoreFault>(() => Change(database));
        File.Exists(MasterFile + ".next").ShouldBeFalse("what never began needs no finishing");
    }

    [Fact]
    public async Task A_node_that_nobody_stopped_begins_no_ring_that_the_new_key_would_not_open()
    {
        var database = await (await PostgresServer.Require()).NewDatabase();
        var options = new HostOptions { Data = folder, Postgres = database };
        await using (var forgotten = LadingHost.Open(options))
        {
            Change(database);
            var late = forgotten.Tenants.Create("late", "Late")!;
            (
                await Should.ThrowAsync<StoreFault>(async () => await forgotten.Tenants.Log(late.Id))
            ).Message.ShouldContain("another master key");
        }

        await using var again = LadingHost.Open(options);
        (await again.Tenants.Log(again.Tenants.Tenants.Single().Id)).Head.ShouldBe(0);
    }

    [Fact]
    public async Task Secrets_sealed_before_the_system_had_keys_of_its_own_still_open()
    {
        var options = new HostOptions { Data = folder };
        var sealedThere = await Fill(options);
        var master = Convert.FromBase64String(
            await File.ReadAllTextAsync(MasterFile, TestContext.Current.CancellationToken)
        );
        var older = new SystemSeal(master);
        using (var system = new SqliteSystemStore(Path.Combine(folder, "system.db")))
        {
            var seal = SystemSeal.Open(system, new SqliteKeyStore(Path.Combine(folder, "keys.db")), master);
            foreach (
                var (id, bytes) in system.Query(
                    "select id, sealed from lading_system.signing_key",
                    r => (r.Text(0)!, r.Bytes(1)!)
                )
            )
                system.Run(
                    "update lading_system.signing_key set sealed = $2 where id = $1",
                    id,
                    older.Seal($"signing-key/{id}", seal.Open($"signing-key/{id}", bytes))
                );
        }

        foreach (var file in Directory.EnumerateFiles(folder, "keys.db*"))
            File.Delete(file);
        var there = sealedThere with { Refresh = null };
        await Read(options, there);
        Change(null);
        await Read(options, there);
    }

    /// <summary>What stands in two companies and in the system's tables, under keys of each.</summary>
    private sealed record SealedThere(string[] Keys, string Session, string Token, string? Refresh);

    private static async Task<SealedThere> Fill(HostOptions options)
    {
        await using var host = LadingHost.Open(options);
        await using var web = await WebServer.Start(host, "http://127.0.0.1:0");
        var keys = new List<string>();
        foreach (var slug in (string[])["one", "two"])
        {
            var tenant = host.Tenants.Create(slug, slug)!;
            keys.Add(host.Keys.Issue(tenant.Id, "test", ["*"], null, null).Secret);
            using var http = Client(web, keys[^1]);
            await Made(http, "/ventures", """{"code":"main","name":"Main"}""");
            await Made(http, "/customers", $$"""{"customer":"C1","venture":"main","name":"Ada of {{slug}}"}""");
        }

        var owner = host.Tenants.Tenants[0].Id;
        var session = host.Accounts.Sessions.Begin("ann", owner, "pwd", false, false, "127.0.0.1", "test").Session;
        var (token, refresh) = (host.Accounts.Tokens.Make(session), host.Accounts.Sessions.RefreshToken(session));
        return new SealedThere([.. keys], session.Id, token, refresh);
    }

    private static async Task Read(HostOptions options, SealedThere there)
    {
        await using var host = LadingHost.Open(options);
        await using var web = await WebServer.Start(host, "http://127.0.0.1:0");
        foreach (var (key, slug) in there.Keys.Zip(["one", "two"]))
        {
            using var http = Client(web, key);
            (await http.GetStringAsync("/api/v1/customers/C1")).ShouldContain($"Ada of {slug}");
        }

        host.Accounts.Tokens.Session(there.Token).ShouldBe(there.Session);
        if (there.Refresh is { } refresh)
            host.Accounts.Sessions.RefreshToken(host.Accounts.Sessions.Live(there.Session)!).ShouldBe(refresh);
    }

    private static async Task Made(HttpClient http, string path, string json)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1" + path)
        {
            Content = new StringContent(json, Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Idempotency-Key", path);
        var answer = await http.SendAsync(request);
        answer.StatusCode.ShouldBe(HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
    }

    private static HttpClient Client(WebServer web, string key)
    {
        var http = new HttpClient { BaseAddress = new Uri(web.Address) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return http;
    }

    private string MasterFile => Path.Combine(folder, "master.key");

    private int Change(string? database, Action<int>? each = null) =>
        database is null ? MasterKeyChange.InFolder(folder, each) : MasterKeyChange.InDatabase(database, folder, each);

    private static void Break(bool now)
    {
        if (now)
            throw new IOException("pulled");
    }
}
