using System.Net;
using Lading.Kernel;
using Lading.Orders;

namespace Lading.Http.Tests;

/// <summary>A site's day is its own, from the clock of the host to the promise.</summary>
public class SiteDayTests
{
    /// <summary>12 March begins in Sydney; in Los Angeles it is the morning before.</summary>
    private static readonly DateTimeOffset MidnightInSydney = new(2026, 3, 11, 13, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_lot_lasts_as_long_as_its_day_at_the_site_and_a_moved_clock_moves_the_day()
    {
        await using var own = new House { OnFiles = true, Clock = new StandingClock(MidnightInSydney) };
        await own.InitializeAsync();
        var company = await own.NewCompany();
        foreach (var (site, zone) in new[] { ("syd", "Australia/Sydney"), ("lax", "America/Los_Angeles") })
            await company.Make(
                "/sites",
                $$"""{"code":"{{site}}","venture":"main","name":"{{site}}","timeZone":"{{zone}}"}"""
            );
        await company.Make("/skus", """{"sku":"M","venture":"main","baseUnit":"EA","tracking":"lot"}""");
        foreach (var site in (string[])["syd", "lax"])
            (
                await company.Post(
                    "/inventory/movements",
                    $$$"""
                    {"kind":"receipt","sku":"M","quantity":9,"unit":"EA","expires":"2026-03-11",
                     "to":{"site":"{{{site}}}","lot":"L1"}}
                    """
                )
            ).Status.ShouldBe(HttpStatusCode.OK);
        (await Ordered(company, "syd")).ShouldBe((0, 2));
        (await Ordered(company, "lax")).ShouldBe((2, 0));

        using var change = new HttpRequestMessage(HttpMethod.Put, "/api/v1/sites/syd")
        {
            Content = new StringContent("""{"name":"syd","timeZone":"America/Los_Angeles"}"""),
        };
        change.Content.Headers.ContentType = new("application/json");
        (await company.Send(change, "moved")).Status.ShouldBe(HttpStatusCode.OK);
        (await Ordered(company, "syd")).ShouldBe((2, 0));
    }

    [Fact]
    public async Task An_orders_number_tells_the_time_of_the_hosts_clock()
    {
        await using var own = new House { OnFiles = true, Clock = new StandingClock(MidnightInSydney) };
        await own.InitializeAsync();
        var company = await own.NewCompany();
        await company.Receive(1);
        var made = await company.Place(1);
        var (first, last) = (
            OrderNumber.Value(MidnightInSydney, 0),
            OrderNumber.Value(MidnightInSydney, uint.MaxValue)
        );
        string.CompareOrdinal(made, OrderNumber.Write(first)).ShouldBeGreaterThanOrEqualTo(0);
        string.CompareOrdinal(made, OrderNumber.Write(last)).ShouldBeLessThanOrEqualTo(0);
    }

    private static async Task<(decimal Reserved, decimal Short)> Ordered(Company company, string site)
    {
        var made = await company.Post(
            "/orders",
            $$"""{"venture":"main","sites":["{{site}}"],"lines":[{"sku":"M","quantity":2}]}"""
        );
        made.Status.ShouldBe(HttpStatusCode.Created, made.Text);
        await company.Settle();
        var order = (await company.Get($"/orders/{(string)made.Json["id"]!}")).Json;
        return ((decimal)order["reserved"]!, (decimal)order["short"]!);
    }

    private sealed class StandingClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
