using System.Net;
using System.Net.Http.Headers;
using Lading.Server;

namespace Lading.Http.Tests.SignIn;

/// <summary>How many requests a second one credential may make.</summary>
public class RateTests
{
    [Fact]
    public void A_second_s_worth_is_let_through_at_once_and_then_as_time_goes_by()
    {
        var clock = new StandingClock();
        var rates = new RateLimits(new RateOptions(PerKey: 10, PerPerson: 2), clock);
        Enumerable.Range(0, 30).Count(_ => rates.Take("one", key: true)).ShouldBe(10);
        Enumerable.Range(0, 30).Count(_ => rates.Take("other", key: true)).ShouldBe(10, "each has its own");
        Enumerable.Range(0, 30).Count(_ => rates.Take("person", key: false)).ShouldBe(2, "each class has its own");
        clock.Now += TimeSpan.TicksPerSecond / 5;
        Enumerable.Range(0, 30).Count(_ => rates.Take("one", key: true)).ShouldBe(2);
        clock.Now += TimeSpan.TicksPerHour;
        Enumerable.Range(0, 30).Count(_ => rates.Take("one", key: true)).ShouldBe(10, "nobody saves up");
        var free = new RateLimits(new RateOptions(PerKey: 0), clock);
        Enumerable.Range(0, 1_000).Count(_ => free.Take("one", key: true)).ShouldBe(1_000);
    }

    [Fact]
    public void Many_at_once_are_counted_one_by_one()
    {
        var rates = new RateLimits(new RateOptions(PerKey: 500), new StandingClock());
        var passed = 0;
        Parallel.For(
            0,
            4_000,
            _ =>
            {
                if (rates.Take("one", key: true))
                    Interlocked.Increment(ref passed);
            }
        );
        passed.ShouldBe(500);
    }

    [Fact]
    public async Task A_key_that_asks_too_fast_is_told_when_to_come_back_and_another_is_served()
    {
        var folder = Directory.CreateTempSubdirectory("lading-rates");
        var options = new HostOptions { Data = folder.FullName, Rates = new RateOptions(PerKey: 1) };
        await using (var host = LadingHost.Open(options))
        await using (var server = await WebServer.Start(host, "http://127.0.0.1:0"))
        {
            var tenant = host.Tenants.Create("fast", "A company")!;
            async Task<Reply> Ask(string key)
            {
                using var http = new HttpClient { BaseAddress = new Uri(server.Address) };
                http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
                return await Reply.Of(await http.GetAsync("/api/v1/orders", TestContext.Current.CancellationToken));
            }

            var (one, other) = (Key(), Key());
            var reply = await Ask(one);
            for (var i = 0; i < 100 && reply.Status == HttpStatusCode.OK; i++)
                reply = await Ask(one); // two within a second; a slow machine may need more than one try
            reply.Status.ShouldBe(HttpStatusCode.TooManyRequests, reply.Text);
            reply.Code.ShouldBe("request.too-many");
            reply.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(1));
            (await Ask(other)).Status.ShouldBe(HttpStatusCode.OK);

            string Key() => host.Keys.Issue(tenant.Id, "test", ["orders.read"], null, null).Secret;
        }

        folder.Delete(recursive: true);
    }

    private sealed class StandingClock : TimeProvider
    {
        public long Now { get; set; } = 1;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now;
    }
}
