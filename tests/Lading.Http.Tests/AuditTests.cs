using System.Net;
using System.Text.RegularExpressions;
using Lading.Platform.Audit;
using Lading.Platform.Tenancy;
using Lading.Server;
using Lading.Tests;

namespace Lading.Http.Tests;

/// <summary>The audit: what administration did and who was refused, found by search.</summary>
public class AuditTests(House house)
{
    [Fact]
    public async Task A_denial_leaves_the_business_log_alone_and_is_counted_once_however_often()
    {
        var company = await house.NewCompany();
        var reader = company.NewKey(["orders.read"]);
        await company.Settle();
        var before = company.Log.Head;
        for (var i = 0; i < 25; i++)
            (await company.Post("/orders", "{}", withKey: reader)).Status.ShouldBe(HttpStatusCode.Forbidden);
        company.Log.Head.ShouldBe(before);
        await house.Host.Watch.Counter.Flush(all: true);
        var audit = await house.Host.Tenants.Audit(company.Tenant.Id);
        audit.Head.ShouldBeLessThan(10, "25 denials are one row for each minute they lie in");
        var found = (await company.Get("/audit?kind=denied")).Json["items"]!.AsArray();
        found.Sum(e => (long)e!["count"]!).ShouldBe(25);
        var actor = $"key:{reader[3..11]}";
        found.ShouldAllBe(e => (string)e!["actor"]! == actor);
        found.ShouldAllBe(e => (string)e!["subject"]! == "POST /api/v1/orders");
        found.ShouldAllBe(e => (string)e!["detail"]! == "access.missing-permission");
        (await company.Get("/audit?kind=key-used")).Json["items"]!.AsArray().ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Who_would_give_more_than_they_hold_is_in_the_audit()
    {
        var company = await house.NewCompany();
        var clerk = company.NewKey(["platform.keys", "access.manage"]);
        foreach (var (path, body) in MoreThanHeld)
            (await company.Post(path, body, withKey: clerk)).Code.ShouldBe("request.invalid");
        await house.Host.Watch.Counter.Flush(all: true);
        (await company.Get("/audit?kind=denied")).Json["items"]!
            .AsArray()
            .Select(e => ((string)e!["subject"]!, (string)e!["detail"]!))
            .ShouldBe(MoreThanHeld.Select(m => ($"POST /api/v1{m.Path}", "access.more-than-held")), ignoreOrder: true);
    }

    private static readonly (string Path, string Body)[] MoreThanHeld =
    [
        ("/keys", """{"name":"k","scopes":["orders.write"]}"""),
        ("/members", """{"person":"p","grants":[{"role":"picker"}]}"""),
    ];

    [Fact]
    public async Task A_count_of_a_company_made_while_the_others_are_written_is_not_lost()
    {
        var clock = new Between();
        await using var own = new House { OnFiles = true, Clock = clock };
        await own.InitializeAsync();
        Tenant? made = null;
        var counter = own.Host.Watch.Counter;
        clock.Next.Value = () =>
        {
            if (made is not null)
                return; // who is called from here has its own copy of what comes next
            made = own.Host.Tenants.Create("late", "Late")!;
            counter.Noticed(made.Id, new Done("person:a", Acts.PasswordChanged, null, 1));
        };
        await counter.Flush(all: true);
        await counter.Flush(all: true);
        (await own.Host.Tenants.Audit(made.ShouldNotBeNull().Id)).Head.ShouldBe(1);
    }

    /// <summary>Something happens when the test itself, and nobody else, next asks for the time.</summary>
    private sealed class Between : TimeProvider
    {
        public AsyncLocal<Action?> Next { get; } = new();

        public override DateTimeOffset GetUtcNow()
        {
            var next = Next.Value;
            Next.Value = null;
            next?.Invoke();
            return base.GetUtcNow();
        }
    }

    [Fact]
    public async Task Administration_is_found_by_actor_kind_and_time_page_by_page()
    {
        var company = await house.NewCompany();
        for (var i = 0; i < 7; i++)
            await company.Post("/members", $$"""{"person":"p{{i}}","grants":[{"role":"picker"}]}""");
        await company.Post("/keys", """{"name":"k","scopes":["orders.read"]}""");
        await company.Settle();
        var kinds = (await company.Get("/audit")).Json["items"]!.AsArray().Select(e => (string)e!["kind"]!).ToList();
        kinds[0].ShouldBe("api-key-issued");
        var seen = new List<string>();
        for (string? cursor = ""; cursor is not null; )
        {
            var page = (
                await company.Get($"/audit?kind=role-given&limit=3{(cursor.Length > 0 ? "&cursor=" + cursor : "")}")
            ).Json;
            seen.AddRange(page["items"]!.AsArray().Select(e => (string)e!["subject"]!));
            cursor = (string?)page["next"];
        }

        seen.ShouldBe(["p6", "p5", "p4", "p3", "p2", "p1", "p0"]);
        (await company.Get("/audit?actor=key:nobody")).Json["items"]!.AsArray().ShouldBeEmpty();
        (await company.Get("/audit?to=2020-01-01T00:00:00Z")).Json["items"]!.AsArray().ShouldBeEmpty();
        (await company.Get("/audit?from=yesterday")).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public void Every_kind_has_a_word_in_the_console_and_every_word_a_kind()
    {
        var words = File.ReadAllText(Repository.At("console", "src", "text", "log.ts"));
        var kinds = words[words.IndexOf("    kinds: {\n      'signed-in'", StringComparison.Ordinal)..];
        kinds = kinds[..kinds.IndexOf('}')];
        var acts = typeof(Acts).GetFields().Select(f => (string)f.GetValue(null)!);
        var facts = AuditFacts.Projection.Types.Select(t => AuditFacts.KindOf(LadingHost.Teach().Events.Of(t).Name));
        Regex
            .Matches(kinds, "^ {6}'?([a-z-]+)'?:", RegexOptions.Multiline)
            .Select(m => m.Groups[1].Value)
            .ShouldBe(["signed-in", "sign-in-failed", "denied", "key-used", .. acts, .. facts], ignoreOrder: true);
    }
}
