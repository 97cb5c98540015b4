using System.Net;
using Lading.Log;
using Lading.Log.Sqlite;
using Lading.Platform.Audit;
using Lading.Platform.Tenancy;
using Lading.Server;

namespace Lading.Http.Tests;

/// <summary>Both chains of each company are verified by schedule, and one that cannot be hides none of the
/// others.</summary>
public class AuditWatchTests
{
    [Fact]
    public async Task Both_chains_are_verified_and_a_head_is_signed_once()
    {
        await using var watched = await Watched.Begin();
        await watched.Watch.Verify();
        await watched.Watch.Verify();
        watched.Watch.Findings.Count(f => f.Tenant == watched.One.Tenant.Slug && f.Report.Whole).ShouldBe(2);
        var heads = watched.Heads(watched.One, "log");
        heads.Single().Head.Position.ShouldBe(watched.One.Log.Head);
        watched.Heads(watched.One, "audit").Count.ShouldBe(1);
        await watched.One.Place(1);
        await watched.Watch.Verify();
        watched.Heads(watched.One, "log").Count.ShouldBe(2);
        (await watched.Ready()).ShouldBe("200 ready");
        (await watched.One.Get("/audit/chain?log=audit")).Json["problem"].ShouldBeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("v1 torn")]
    [InlineData("2026-01-01T00:00:00Z 4:00 not base64")]
    public async Task Heads_that_are_not_what_was_signed_show_and_the_other_companies_are_verified(string line)
    {
        await using var watched = await Watched.Begin();
        await watched.Watch.Verify();
        var file = watched.Watch.FileOf(watched.One.Tenant.Slug, "log");
        var was = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(file, was + line + "\n", TestContext.Current.CancellationToken);
        var before = watched.Found(watched.One).Head.Position;
        foreach (var company in (Company[])[watched.One, watched.Other])
            await company.Place(1);
        await watched.Watch.Verify();

        (await watched.Ready()).ShouldBe("503 unverified");
        watched
            .Watch.Troubles.Single()
            .ShouldSatisfyAllConditions(
                t => t.Tenant.ShouldBe(watched.One.Tenant.Slug),
                t => t.Log.ShouldBe("log"),
                t => t.Why.ShouldContain("Line 2 of")
            );
        (await watched.Metrics()).ShouldContain(
            $"lading_audit_trouble{{tenant=\"{watched.One.Tenant.Slug}\",log=\"log\"}} 1"
        );
        watched.Heads(watched.Other, "log").Count.ShouldBe(2, "the other one's head is signed");
        var found = watched.Found(watched.One);
        (found.Whole, found.Head.Position > before).ShouldBe((true, true), "its chain was verified all the same");

        await File.WriteAllTextAsync(file, was, TestContext.Current.CancellationToken);
        await watched.Watch.Verify(all: false);
        (await watched.Ready()).ShouldBe("200 ready");
    }

    [Fact]
    public async Task A_line_that_a_crash_left_unfinished_is_made_good_and_the_heads_before_it_hold()
    {
        await using var watched = await Watched.Begin();
        await watched.Watch.Verify();
        var file = watched.Watch.FileOf(watched.One.Tenant.Slug, "log");
        await File.AppendAllTextAsync(file, "v1 0199", TestContext.Current.CancellationToken);
        await watched.One.Place(1);
        await watched.Watch.Verify();
        (await watched.Ready()).ShouldBe("200 ready");
        watched.Heads(watched.One, "log").Count.ShouldBe(2);
        (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).ShouldNotContain("v1 0199\n");
    }

    [Fact]
    public async Task A_file_emptied_under_a_running_process_shows_and_an_empty_one_at_the_start_is_begun_anew()
    {
        await using var watched = await Watched.Begin();
        await watched.Watch.Verify();
        var file = watched.Watch.FileOf(watched.One.Tenant.Slug, "log");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
        await watched.Watch.Verify();
        (await watched.Ready()).ShouldBe("503 unverified");
        watched.Watch.Troubles.Single().Why.ShouldContain("which it held");

        await using var next = new AuditWatch(watched.House.Host, watched.Folder, TimeSpan.FromHours(1));
        await next.Verify();
        next.Troubles.ShouldBeEmpty();
        watched.Heads(watched.One, "log").Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("update event set actor = actor || 'x' where position = 3", 3)]
    [InlineData(
        "delete from event where position > 3; delete from stream where id not in (select stream from event)",
        4
    )]
    public async Task A_log_that_was_tampered_with_is_a_broken_chain_and_the_others_are_verified(string sql, long bad)
    {
        await using var watched = await Watched.Begin(onFiles: true);
        await watched.Watch.Verify();
        using (var db = SqliteDb.OpenWriter(watched.File(watched.One, "log.db"), full: false))
            db.Execute(sql);
        await watched.Watch.Verify();
        (await watched.Ready()).ShouldBe("503 broken chain");
        watched.Found(watched.One).BadPosition.ShouldBe(bad);
        watched.Whole(watched.Other).ShouldBe(true);
        (await watched.Metrics()).ShouldContain(
            $"lading_audit_chain_whole{{tenant=\"{watched.One.Tenant.Slug}\",log=\"log\"}} 0"
        );
    }

    [Fact]
    public async Task A_fault_of_one_round_does_not_end_the_loop()
    {
        await using var watched = await Watched.Begin();
        await watched.Watch.Verify();
        var file = watched.Watch.FileOf(watched.One.Tenant.Slug, "log");
        var was = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(file, "\n" + was, TestContext.Current.CancellationToken);
        await using var watch = new AuditWatch(watched.House.Host, watched.Folder, TimeSpan.FromMilliseconds(1));
        watch.Start();
        await Eventually.Until(() => watch.Troubles.Any(), "nothing troubles it");
        await File.WriteAllTextAsync(file, was, TestContext.Current.CancellationToken);
        await Eventually.Until(() => !watch.Troubles.Any(), "it is still troubled");
    }

    [Fact]
    public async Task What_one_audit_log_does_not_take_is_kept_and_the_others_are_told()
    {
        await using var watched = await Watched.Begin(onFiles: true);
        using (var db = SqliteDb.OpenWriter(watched.File(watched.One, "audit.db"), full: false))
            db.Execute("create trigger broken before insert on event begin select raise(abort, 'for the test'); end");
        foreach (var company in (Company[])[watched.One, watched.Other])
        foreach (var person in (string[])["person:a", "person:b"])
            watched.Watch.Counter.Noticed(company.Tenant.Id, new Done(person, Acts.PasswordChanged, null, 1));
        await watched.Watch.Flush(all: false);
        watched.Watch.Counter.Noticed(watched.One.Tenant.Id, new Done("person:a", Acts.PasswordChanged, null, 1));
        await watched.Watch.Flush(all: true);
        (await Told(watched.Other)).ShouldBe(2);
        (await watched.Ready()).ShouldBe("503 unverified");
        watched.Watch.Troubles.Single().Log.ShouldBe("counts");

        using (var db = SqliteDb.OpenWriter(watched.File(watched.One, "audit.db"), full: false))
            db.Execute("drop trigger broken");
        await watched.Watch.Flush(all: true);
        await watched.Watch.Flush(all: true);
        (await Told(watched.One)).ShouldBe(3, "each once");
        (await watched.Ready()).ShouldBe("200 ready");
    }

    private static async Task<long> Told(Company company) =>
        (await company.Get($"/audit?kind={Acts.PasswordChanged}")).Json["items"]!
            .AsArray()
            .Sum(e => (long)e!["count"]!);

    /// <summary>A host of its own with two companies, each of which was refused something.</summary>
    private sealed record Watched(House House, Company One, Company Other) : IAsyncDisposable
    {
        public AuditWatch Watch => House.Host.Watch;

        public string Folder => Path.Combine(House.Folder, "heads");

        public static async Task<Watched> Begin(bool onFiles = false)
        {
            var house = onFiles ? new House { OnFiles = true } : new House();
            await house.InitializeAsync();
            var watched = new Watched(house, await house.NewCompany(), await house.NewCompany());
            foreach (var company in (Company[])[watched.One, watched.Other])
                await company.Post("/orders", "{}", withKey: company.NewKey(["orders.read"]));
            await house.Host.Watch.Flush(all: true);
            return watched;
        }

        public ValueTask DisposeAsync() => House.DisposeAsync();

        public IReadOnlyList<SignedHead> Heads(Company company, string log)
        {
            var id = company.Tenant.Id;
            return SignedHeads.Read(
                Watch.FileOf(company.Tenant.Slug, log),
                System.IO.File.ReadAllText(Path.Combine(Folder, "heads.key.pub")),
                log == "log" ? id : AuditTrail.IdOf(id)
            );
        }

        public AuditReport Found(Company company) =>
            Watch.Findings.Single(f => f.Tenant == company.Tenant.Slug && f.Log == "log").Report;

        public bool Whole(Company company) => Found(company).Whole;

        public string File(Company company, string name) =>
            Path.Combine(House.Folder, "tenants", company.Tenant.Slug, name);

        public async Task<string> Ready()
        {
            using var http = new HttpClient { BaseAddress = new Uri(House.Server.Address) };
            using var answer = await http.GetAsync("/health/ready", TestContext.Current.CancellationToken);
            return $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}";
        }

        public async Task<string> Metrics()
        {
            using var http = new HttpClient { BaseAddress = new Uri(House.Server.Address) };
            return await http.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        }
    }
}
