using System.Net;
using Lading.Http.Tests.SignIn;
using Lading.Log;

namespace Lading.Http.Tests;

/// <summary>What waits, for how long, and what it is told then.</summary>
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
}
