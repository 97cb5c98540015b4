using System.Net.Http.Headers;

namespace Lading.Http.Tests.SignIn;

/// <summary>What is asked of now is asked of the host's clock.</summary>
[Collection(SigningIn.Name)]
public class ClockTests(SignInHouse house)
{
    [Fact]
    public async Task The_course_of_the_day_ends_at_the_hosts_now()
    {
        var tenant = house.NewTenant();
        house.Clock.Advance(TimeSpan.FromDays(3));
        var now = house.Clock.GetUtcNow().UtcDateTime;
        using var http = new HttpClient { BaseAddress = new Uri(house.Address) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer",
            house.Host.Keys.Issue(tenant.Id, "test", ["orders.read"], null, null).Secret
        );
        using var answer = await http.GetAsync("/api/v1/orders/course", TestContext.Current.CancellationToken);
        var course = (await Reply.Of(answer)).Json;
        ((DateTime)course["at"]!).ToUniversalTime().ShouldBeGreaterThanOrEqualTo(now);
    }
}
