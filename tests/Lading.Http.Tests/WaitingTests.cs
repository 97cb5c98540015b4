using System.Net;
using Lading.Http.Tests.SignIn;
using Lading.Log;

namespace Lading.Http.Tests;

/// <summary>What waits, for how long, and what it is told then: a log that stands still, a full lane.</summary>
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
}
