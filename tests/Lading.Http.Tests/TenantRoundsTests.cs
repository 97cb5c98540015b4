using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Lading.Http.Tests.SignIn;
using Lading.Kernel;
using Lading.Log;
using Lading.Log.Sqlite;
using Lading.Platform.Operations;
using Lading.Platform.Tenancy;

namespace Lading.Http.Tests;

/// <summary>More companies than logs may be open: nobody goes deaf, late or unseen for it.</summary>
public sealed class TenantRoundsTests : IAsyncLifetime
{
    private readonly MovedClock clock = new();
    private readonly House house;
    private Company[] companies = [];

    public TenantRoundsTests() => house = new House { MostOpen = 2, Clock = clock };

    private TenantHouse Tenants => house.Host.Tenants;

    public async ValueTask InitializeAsync()
    {
        await house.InitializeAsync();
        companies = [await house.NewCompany(), await house.NewCompany(), await house.NewCompany()];
    }

    public ValueTask DisposeAsync() => house.DisposeAsync();

    [Fact]
    public async Task A_stream_hears_of_every_fact_while_others_take_turns()
    {
        using var http = new HttpClient { BaseAddress = new Uri(house.Server.Address) };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/events?after=0");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", companies[0].Key);
        using var patience = Patience();
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(patience.Token));
        var seen = 0L;
        for (var turn = 0; turn < 3; turn++)
        {
            foreach (var other in companies[1..])
                (await other.Receive(1)).Position.ShouldBeGreaterThan(0);
            var position = (await companies[0].Receive(1)).Position;
            while (seen < position && await lines.ReadLineAsync(patience.Token) is { } line)
                if (line.StartsWith("id: ", StringComparison.Ordinal))
                    seen = long.Parse(line[4..]);
            seen.ShouldBeGreaterThanOrEqualTo(position);
        }
    }

    [Fact]
    public async Task What_is_held_stays_open_and_what_nobody_holds_makes_room()
    {
        var held = new List<Held>();
        foreach (var company in companies)
            held.Add(await Tenants.Hold(company.Tenant.Id));
        held.ShouldAllBe(h => !h.Log.IsClosed);
        held[1].Dispose();
        held[1].Dispose(); // once is enough, and the second does not let go for somebody else
        await Tenants.CloseSurplus();
        held.Select(h => h.Log.IsClosed).ShouldBe([false, true, false]);
        companies.Select(c => Tenants.IsOpen(c.Tenant.Id)).ShouldBe([true, false, true]);
        held.ForEach(h => h.Dispose());
    }

    [Fact]
    public async Task A_promise_of_a_company_that_nobody_asks_for_lapses_after_a_restart()
    {
        await Promise(companies[0], seconds: 60);
        house.Lapsed(companies[0]).ShouldBe(0);
        await house.Restart(() => clock.Advance(TimeSpan.FromMinutes(2)));
        await Eventually.Until(() => house.Lapsed(companies[0]) == 1, "the promise did not lapse");
    }

    [Fact]
    public async Task A_promise_of_a_company_whose_log_is_closed_lapses_when_its_time_has_come()
    {
        await Promise(companies[0], seconds: 3600);
        await house.Restart(() => { });
        await Eventually.Until(
            () => house.Host.Rounds.Looked && companies.All(c => !Tenants.IsOpen(c.Tenant.Id)),
            "the companies were not looked at, or stay open though nobody asks for them"
        );
        house.Lapsed(companies[0]).ShouldBe(0);
        clock.Advance(TimeSpan.FromHours(1));
        await Eventually.Until(() => house.Lapsed(companies[0]) == 1, "the promise did not lapse");
    }

    [Fact]
    public async Task Health_is_red_for_what_was_left_out_of_a_company_whose_log_is_closed()
    {
        var red = companies[0];
        var head = await LeaveOut(red);
        await CloseLogOf(red);
        (await Get("/health/ready")).ShouldBe("degraded");
        (await Get("/metrics")).ShouldContain($"lading_log_position{{tenant=\"{red.Tenant.Slug}\"}} {head}\n");

        await house.Restart(() => { });
        var said = "";
        await Eventually.Until(
            async () =>
            {
                said = await Get("/health/ready");
                said.ShouldNotBe("ready", "nobody had looked, or what was left out was not seen");
                return said == "degraded";
            },
            "health did not become red"
        );
    }

    [Fact]
    public async Task A_company_that_cannot_be_opened_turns_health_red_and_hinders_no_other()
    {
        Assert.SkipUnless(house.OnFiles, "It breaks a file.");
        var broken = companies[0];
        var path = Path.Combine(house.Folder, "tenants", broken.Tenant.Slug, "log.db");
        await house.Restart(() => File.WriteAllText(path, new string('x', 8_192)));
        await Eventually.Until(() => house.Host.Rounds.Looked, "the companies were not looked at");
        (await Get("/health/ready")).ShouldBe("stopped");
        (await Get("/metrics")).ShouldContain($"lading_log_position{{tenant=\"{companies[2].Tenant.Slug}\"}}");
    }

    [Fact]
    public async Task Health_is_not_green_before_every_company_was_looked_at_and_what_could_not_be_is_tried_again()
    {
        Assert.SkipUnless(house.OnFiles, "It locks a file.");
        SqliteDb? other = null;
        await house.Restart(() =>
        {
            var path = Path.Combine(house.Folder, "tenants", companies[0].Tenant.Slug, "log.db");
            other = SqliteDb.OpenWriter(path, full: false);
            other.Execute("begin immediate");
        });
        (await Get("/health/ready")).ShouldBeOneOf("looking", "stopped");
        other!.Execute("rollback");
        other.Dispose();
        await Eventually.Until(() => house.Host.Rounds.Looked, "the companies were not looked at");
        clock.Advance(TimeSpan.FromMinutes(1));
        await Eventually.Until(async () => await Get("/health/ready") == "ready", "health did not become green");
    }

    private static async Task Promise(Company company, int seconds)
    {
        (await company.Receive(10)).Position.ShouldBeGreaterThan(0);
        var promised = await company.Post(
            "/inventory/reservations",
            $$"""{"name":"promo","sku":"A","quantity":1,"unit":"EA","ttlSeconds":{{seconds}}}"""
        );
        promised.Status.ShouldBe(HttpStatusCode.OK, promised.Text);
    }

    /// <summary>Others take its place.</summary>
    private async Task CloseLogOf(Company company)
    {
        foreach (var other in companies.Where(c => c != company))
            await Tenants.Log(other.Tenant.Id);
        await Eventually.Until(() => !Tenants.IsOpen(company.Tenant.Id), "it stays open");
    }

    /// <summary>As of a read model that was let past a fact; answers where the log ends then.</summary>
    private async Task<long> LeaveOut(Company company)
    {
        var stream = StreamName.Of("projection", "order-timeline");
        var skip = new Command
        {
            Id = CommandId.From("test", "skip"),
            Fingerprint = 0,
            Actor = "test",
            Streams = [stream],
            Decide = on => on.Append(stream, LeftOut.Skip(on.State<LeftOut>(stream), "order-timeline", 1, "a test")),
        };
        using var held = await Tenants.Hold(company.Tenant.Id);
        (await held.Log.Send(skip)).Accepted.ShouldBeTrue();
        return held.Log.Head;
    }

    private async Task<string> Get(string path)
    {
        using var http = new HttpClient { BaseAddress = new Uri(house.Server.Address) };
        using var answer = await http.GetAsync(path, TestContext.Current.CancellationToken);
        return await answer.Content.ReadAsStringAsync();
    }

    private static CancellationTokenSource Patience() => new(TimeSpan.FromSeconds(30));
}
