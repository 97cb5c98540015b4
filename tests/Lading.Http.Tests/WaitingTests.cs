using System.Net;
using System.Net.Http.Headers;
using Lading.Http.Tests.SignIn;
using Lading.Log;

namespace Lading.Http.Tests;

/// <summary>What waits, for how long, and what it is told then: a log that stands still, a full lane, a stream with
/// nothing to say.</summary>
public sealed class WaitingTests : IAsyncLifetime
{
    private const string Body = """{"venture":"main","lines":[{"sku":"A","quantity":1}]}""";
    private readonly MovedClock clock = new();
    private readonly House house;

    public WaitingTests() =>
        house = new House
        {
            Clock = clock,
            Committer = new CommitterOptions { QueueCapacity = 8 },
        };

    public ValueTask InitializeAsync() => house.InitializeAsync();

    public ValueTask DisposeAsync() => house.DisposeAsync();

    [Fact]
    public async Task A_copy_of_a_request_that_stands_still_gets_409_after_ten_seconds_and_the_outcome_later()
    {
        var company = await house.NewCompany();
        using var gate = await company.Hold();
        var first = company.Post("/orders", Body, "same");
        await company.Queued(1);
        var copy = company.Post("/orders", Body, "same");
        await company.Queued(2);
        clock.Advance(TimeSpan.FromSeconds(10));

        var late = await copy;
        (late.Status, late.Code).ShouldBe((HttpStatusCode.Conflict, "idempotency-key.still-running"), late.Text);
        ((string?)late.Json["field"], (string?)late.Json["remedy"]).ShouldBe(
            (
                "Idempotency-Key",
                "Send it again after a second, unchanged and with the same key: "
                    + "that gives the first one's outcome."
            )
        );
        late.Headers.RetryAfter.ShouldNotBeNull();
        first.IsCompleted.ShouldBeFalse();
        gate.Set();

        var placed = await first;
        placed.Status.ShouldBe(HttpStatusCode.Created, placed.Text);
        var again = await company.Post("/orders", Body, "same");
        (again.Status, again.Text).ShouldBe((HttpStatusCode.Created, placed.Text));
        again.Headers.Contains("Idempotent-Replayed").ShouldBeTrue();
    }

    [Fact]
    public async Task A_full_lane_refuses_with_503_and_the_same_key_is_taken_later()
    {
        var company = await house.NewCompany();
        using var gate = await company.Hold();
        var taken = Enumerable.Range(0, 8).Select(i => company.Post("/orders", Body, $"taken {i}")).ToList();
        await company.Queued(8);
        var refused = await company.Post("/orders", Body, "one more");
        (refused.Status, refused.Code).ShouldBe((HttpStatusCode.ServiceUnavailable, "log.queue-full"), refused.Text);
        refused.Headers.RetryAfter.ShouldNotBeNull();
        gate.Set();
        foreach (var one in await Task.WhenAll(taken))
            one.Status.ShouldBe(HttpStatusCode.Created, one.Text);
        (await company.Post("/orders", Body, "one more")).Status.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_stream_that_filters_all_of_a_busy_log_out_still_says_how_far_it_was_read()
    {
        var company = await house.NewCompany();
        using var stream = await Stream(company, "/events?after=0&type=nothing.", null);
        using var lines = new StreamReader(stream);
        (await lines.ReadLineAsync(Stop)).ShouldBe(": 0");
        (await lines.ReadLineAsync(Stop)).ShouldBe("");
        clock.Advance(TimeSpan.FromSeconds(5));
        var comment = lines.ReadLineAsync(Stop).AsTask();
        for (var i = 0; i < 500 && !comment.IsCompleted; i++)
            await company.Place(1); // never still for long enough that it would speak for want of events
        comment.IsCompleted.ShouldBeTrue("it has said nothing while events passed it by");
        var said = long.Parse((await comment)!.TrimStart(':', ' '));
        said.ShouldBeInRange(1, company.Log.Head);

        using var resumed = await Stream(company, "/events", said);
        using var rest = new StreamReader(resumed);
        var order = await company.Place(1);
        var seen = new List<long>();
        for (var placed = false; !placed && await rest.ReadLineAsync(Stop) is { } line; )
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal))
                seen.Add(long.Parse(line[4..]));
            placed = line.StartsWith("data: ", StringComparison.Ordinal) && line.Contains($"order/{order}");
        }

        seen.ShouldBe(Enumerable.Range(0, seen.Count).Select(i => said + 1 + i), "all after the comment, and no more");
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private async Task<Stream> Stream(Company company, string path, long? lastSeen)
    {
        var http = new HttpClient { BaseAddress = new Uri(house.Server.Address) };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1" + path);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", company.Key);
        if (lastSeen is { } last)
            request.Headers.Add("Last-Event-ID", last.ToString());
        var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return await answer.Content.ReadAsStreamAsync(Stop);
    }
}
