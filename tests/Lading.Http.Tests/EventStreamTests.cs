using System.Net;
using System.Net.Http.Headers;

namespace Lading.Http.Tests;

public class EventStreamTests(House house)
{
    [Fact]
    public async Task A_page_holds_the_log_in_order_with_its_hashes()
    {
        var company = await house.NewCompany();
        await company.Place(1);
        await company.Settle();
        var page = (await company.Get("/events?after=0&limit=1000")).Json;
        var positions = page["items"]!.AsArray().Select(e => (long)e!["position"]!).ToArray();
        positions.ShouldBe(Enumerable.Range(1, positions.Length).Select(i => (long)i));
        positions.Length.ShouldBe((int)company.Log.Head);
    }

    [Fact]
    public async Task A_stream_resumes_after_the_last_event_seen_and_misses_nothing()
    {
        var company = await house.NewCompany();
        var first = await Follow(company, null, 3);
        await company.Place(1);
        await company.Settle();
        var rest = await Follow(company, first[^1], (int)company.Log.Head - 3);
        first.Concat(rest).ShouldBe(Enumerable.Range(1, (int)company.Log.Head).Select(i => (long)i));
    }

    private async Task<List<long>> Follow(Company company, long? lastSeen, int count)
    {
        using var http = new HttpClient { BaseAddress = new Uri(house.Server.Address) };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/events?after=0");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", company.Key);
        if (lastSeen is { } last)
            request.Headers.Add("Last-Event-ID", last.ToString());
        using var answer = await http.SendAsync(
            request,
            HttpCompletionOption.ResponseHeadersRead,
            TestContext.Current.CancellationToken
        );
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var lines = new StreamReader(
            await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken)
        );
        var ids = new List<long>();
        while (ids.Count < count && await lines.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            if (line.StartsWith("id: ", StringComparison.Ordinal))
                ids.Add(long.Parse(line[4..]));
        return ids;
    }
}
