using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Lading.Floors.Tests.Log;
using Lading.Http.Tests.SignIn;
using Lading.Log;
using Lading.Server;

namespace Lading.Http.Tests;

/// <summary>Work that one node left behind is another's.</summary>
public sealed class TenantNodesTests : IAsyncLifetime
{
    private readonly MovedClock clock = new();
    private House house = null!;
    private string database = null!;

    public async ValueTask InitializeAsync()
    {
        database = await (await PostgresServer.Require()).NewDatabase();
        house = new House
        {
            OnFiles = false,
            Database = database,
            MostOpen = 1,
            Clock = clock,
        };
        await house.InitializeAsync();
    }

    public ValueTask DisposeAsync() => house?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task A_promise_that_a_node_made_before_it_died_lapses_on_the_next_round_of_another()
    {
        var company = await house.NewCompany();
        (await company.Receive(10)).Status.ShouldBe(HttpStatusCode.OK);
        await company.Settle();
        await house.NewCompany(); // takes the first one's place
        await Eventually.Until(() => !house.Host.Tenants.IsOpen(company.Tenant.Id), "it stays open");
        await PromiseElsewhere(company);
        house.Lapsed(company).ShouldBe(0);

        clock.Advance(new HostOptions().RoundEvery + TimeSpan.FromMinutes(1));
        await Eventually.Until(() => house.Lapsed(company) == 1, "the promise did not lapse");
    }

    [Fact]
    public async Task A_node_that_follows_nothing_serves_what_others_follow()
    {
        var company = await house.NewCompany();
        await using var node = Gateway();
        await using var server = await WebServer.Start(node, "http://127.0.0.1:0");
        using var http = new HttpClient { BaseAddress = new Uri(server.Address) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", company.Key);
        foreach (var order in (string[])["first", "second"])
        {
            await company.Make(
                "/orders",
                $$"""{"order":"{{order}}","venture":"main","lines":[{"sku":"A","quantity":1}]}"""
            );
            using var list = new HttpRequestMessage(HttpMethod.Get, "/api/v1/orders");
            list.Headers.Add("Lading-At-Least", company.Log.Head.ToString());
            using var answer = await http.SendAsync(list, TestContext.Current.CancellationToken);
            var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            (answer.StatusCode, text.Contains(order)).ShouldBe((HttpStatusCode.OK, true), text);
        }
    }

    private LadingHost Gateway() =>
        LadingHost.Open(
            new HostOptions
            {
                Data = house.Folder,
                Postgres = database,
                Follow = false,
                Watch = true,
                React = false,
            },
            clock
        );

    /// <summary>A node that answers requests, and is gone before the promise lapses.</summary>
    private async Task PromiseElsewhere(Company company)
    {
        await using var node = Gateway();
        await using var server = await WebServer.Start(node, "http://127.0.0.1:0");
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, server.Address + "/api/v1/inventory/reservations");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", company.Key);
        request.Headers.Add("Idempotency-Key", "elsewhere");
        request.Content = new StringContent(
            """{"name":"promo","sku":"A","quantity":1,"unit":"EA","ttlSeconds":60}""",
            Encoding.UTF8,
            "application/json"
        );
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
    }
}
