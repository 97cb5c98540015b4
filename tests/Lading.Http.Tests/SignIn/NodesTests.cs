using Lading.Floors.Tests.Log;
using Lading.Kernel;
using Lading.Log.Postgres;
using Lading.Platform.SignIn;
using Lading.Platform.Tenancy;
using Lading.Server;

namespace Lading.Http.Tests.SignIn;

/// <summary>Two nodes on one PostgreSQL: what one of them decides is so on the other within five seconds.</summary>
[Collection(MasterKeyTests.Environment)]
public sealed class NodesTests : IAsyncLifetime
{
    private const string Master = "LADING_MASTER_KEY";
    private readonly MovedClock clock = new();
    private PostgresCluster? cluster;
    private LadingHost one = null!;
    private LadingHost other = null!;
    private Tenant tenant = null!;
    private Account account = null!;

    public async ValueTask InitializeAsync()
    {
        if (PostgresCluster.FindBinaries() is not { } binaries)
        {
            if (string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase))
                Assert.Fail("PostgreSQL is not installed: install its server.");
            Assert.Skip("PostgreSQL is not installed");
            return;
        }

        cluster = await PostgresCluster.Create(binaries);
        var app = await PostgresDatabase.Init(cluster.Admin, "lading_sign_in");
        Environment.SetEnvironmentVariable(Master, Convert.ToBase64String(new byte[32]));
        one = LadingHost.Open(new HostOptions { Postgres = app }, clock);
        other = LadingHost.Open(new HostOptions { Postgres = app }, clock);
        Environment.SetEnvironmentVariable(Master, null);
        tenant = one.Tenants.Create("nodes", "Nodes")!;
        account = one.Accounts.New("a@nodes.example", "Ann");
        (await one.Accounts.Manager().CreateAsync(account, "seven green lanterns wander")).Succeeded.ShouldBeTrue();
        await one.Accounts.Join(
            new Joining(tenant.Id, account.Id, "test", [new(Lading.Platform.Access.ShippedRoles.Owner)])
        );
    }

    public async ValueTask DisposeAsync()
    {
        if (cluster is null)
            return;
        await one.DisposeAsync();
        await other.DisposeAsync();
        Npgsql.NpgsqlConnection.ClearAllPools();
        await cluster.DisposeAsync();
    }

    [Fact]
    public async Task A_person_is_known_on_both_and_what_is_used_up_on_one_is_used_up_on_the_other()
    {
        using var place = other.Accounts.Desk.Enter()!;
        (
            await other.Accounts.CheckPassword(place, account.Email, account, "seven green lanterns wander", default)
        ).ShouldBe(true);
        (
            await other.Accounts.CheckPassword(place, account.Email, account, "not the right one at all", default)
        ).ShouldBe(false);
        (
            await other.Accounts.CheckPassword(place, "nobody@nodes.example", null, "not the right one at all", default)
        ).ShouldBe(false);
        other.Accounts.CompaniesOf(account.Id).Single().Id.ShouldBe(tenant.Id);
        MadeOnOneKnownOnTheOther();
        await ReplacedOnBothAtOnce();
        await OneCodeOneSuccess();
        await OneTicketOneSuccess();
        OneRefreshOneSuccess();
        Signing();
        Revoked();
        Throttled();
        await Erased();
    }

    private async Task ReplacedOnBothAtOnce()
    {
        for (var i = 0; i < 20; i++)
        {
            var key = one.Keys.Issue(tenant.Id, "both", ["*"], null, null).Key;
            using var together = new Barrier(2);
            var made = await Task.WhenAll(
                new[] { one, other }.Select(node =>
                    Task.Run(() =>
                    {
                        together.SignalAndWait();
                        var next = ApiKeys.PrefixOf(CommandId.From("test", Guid.NewGuid().ToString()));
                        return node.Keys.Rotate(key, next, null, clock.GetUtcNow().UtcDateTime.AddHours(1));
                    })
                )
            );
            made.Count(m => m is not null).ShouldBe(1);
        }
    }

    private async Task Erased()
    {
        one.Accounts.Sessions.Begin(account.Id, tenant.Id, "pwd", false, false, "192.0.2.77", "");
        await one.Accounts.Erase(account.Id, tenant.Id);
        other.Accounts.Store.Find(account.Id).ShouldBeNull();
        other.Accounts.Store.WithEmail(account.Email).ShouldBeNull();
        other.Accounts.Sessions.Of(account.Id).ShouldBeEmpty();
        other.Accounts.IsMember(account.Id, tenant.Id).ShouldBeFalse();
    }

    private void MadeOnOneKnownOnTheOther()
    {
        other.Keys.Find($"lk_abcdefgh_{new string('A', 43)}").ShouldBeNull();
        var (key, secret) = one.Keys.Issue(tenant.Id, "fresh", ["orders.read"], null, null);
        other.Keys.Find(secret)!.Name.ShouldBe("fresh");
        one.Keys.Revoke(tenant.Id, key.Prefix).ShouldBeTrue();
        clock.Advance(TimeSpan.FromSeconds(5));
        other.Keys.Find(secret).ShouldBeNull();
        MadeUpKeysAskTheStoreOnlySoOften();
    }

    private void MadeUpKeysAskTheStoreOnlySoOften()
    {
        var three = TimeSpan.FromSeconds(3);
        string late;
        bool known;
        DateTimeOffset begun;
        do
        {
            clock.Advance(three);
            begun = clock.GetUtcNow();
            for (var i = 0; i < 301; i++)
                other.Keys.Find($"lk_abcdefgh_{new string('A', 43)}").ShouldBeNull();
            late = one.Keys.Issue(tenant.Id, "late", ["orders.read"], null, null).Secret;
            known = other.Keys.Find(late) is not null;
        } while (clock.GetUtcNow() - begun >= three); // too slow to tell: the keys were read again meanwhile

        known.ShouldBeFalse("made-up keys have used up what the store is asked");
        clock.Advance(three);
        other.Keys.Find(late).ShouldNotBeNull();
    }

    private async Task OneCodeOneSuccess()
    {
        var manager = one.Accounts.Manager();
        (await manager.ResetAuthenticatorKeyAsync(account)).Succeeded.ShouldBeTrue();
        (await manager.SetTwoFactorEnabledAsync(account, true)).Succeeded.ShouldBeTrue();
        var step = Totp.StepOf(clock.GetUtcNow());
        var code = Totp.Code(one.Accounts.Store.TotpKey(account)!, step);
        var same = other.Accounts.Store.Find(account.Id)!;
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, Amount.Of(200, 10_000))
                .Select(i =>
                    Task.Run(() =>
                        (i % 2 == 0 ? one : other)
                            .Accounts.Manager()
                            .VerifyTwoFactorTokenAsync(same, Totp.Provider, code)
                    )
                )
        );
        answers.Count(right => right).ShouldBe(1);
        (await manager.GenerateNewTwoFactorRecoveryCodesAsync(account, 10))!.Count().ShouldBe(10);
    }

    private async Task OneTicketOneSuccess()
    {
        var ticket = one.Accounts.Tickets.Make("test", account.Id, "state", TimeSpan.FromMinutes(1));
        var takers = await Task.WhenAll(
            Enumerable
                .Range(0, 50)
                .Select(i => Task.Run(() => (i % 2 == 0 ? one : other).Accounts.Tickets.Take("test", ticket)))
        );
        takers.Count(t => t is not null).ShouldBe(1);
    }

    private void OneRefreshOneSuccess()
    {
        var (session, _) = Begin(cookie: false);
        var token = one.Accounts.Sessions.RefreshToken(session);
        other.Accounts.Sessions.Refresh(token, out _).ShouldNotBeNull();
        one.Accounts.Sessions.Refresh(token, out var stolen).ShouldBeNull();
        stolen.ShouldNotBeNull();
        clock.Advance(TimeSpan.FromSeconds(4));
        other.Accounts.Sessions.Live(session.Id).ShouldBeNull();
    }

    private void Signing()
    {
        var (session, _) = Begin(cookie: false);
        one.Accounts.Tokens.Rotate();
        clock.Advance(TimeSpan.FromSeconds(4));
        other.Accounts.Tokens.Session(one.Accounts.Tokens.Make(session)).ShouldBe(session.Id);
    }

    private void Revoked()
    {
        var (session, cookie) = Begin(cookie: true);
        other.Accounts.Sessions.OfCookie(cookie!).ShouldNotBeNull();
        var (key, secret) = one.Keys.Issue(tenant.Id, "erp", ["*"], null, null);
        clock.Advance(TimeSpan.FromSeconds(4));
        other.Keys.Find(secret).ShouldNotBeNull();
        one.Accounts.Sessions.Revoke(account.Id, session.Id).ShouldBeTrue();
        one.Keys.Revoke(tenant.Id, key.Prefix).ShouldBeTrue();
        clock.Advance(TimeSpan.FromSeconds(4));
        other.Accounts.Sessions.OfCookie(cookie!).ShouldBeNull();
        other.Keys.Find(secret).ShouldBeNull();
    }

    private void Throttled()
    {
        var tries = Enumerable
            .Range(0, 8)
            .Count(i =>
                (i % 2 == 0 ? one : other).Accounts.Throttle.TakePassword("b@nodes.example", "192.0.2.1", null)
            );
        tries.ShouldBe(5);
    }

    private (Session Session, string? Cookie) Begin(bool cookie) =>
        one.Accounts.Sessions.Begin(account.Id, tenant.Id, "pwd", false, cookie, "192.0.2.1", "test");
}
