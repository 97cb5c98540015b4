using System.Net;

namespace Lading.Http.Tests.SignIn;

/// <summary>API keys: two in force while one replaces the other, when they were used, and dead when revoked.</summary>
[Collection(SigningIn.Name)]
public class KeyTests(SignInHouse house)
{
    [Fact]
    public async Task A_key_is_replaced_while_callers_go_on_and_none_of_their_calls_fails()
    {
        var (_, owner, _) = await house.NewAdministrator();
        var issued = (await owner.Post("/keys", new { name = "erp", scopes = (string[])["platform.read"] })).Json;
        var (prefix, key) = ((string)issued["prefix"]!, (string)issued["key"]!);
        var program = new Browser(house) { Token = key };
        using var ended = new CancellationTokenSource();
        var (calls, failed) = (0, 0);
        var laps = new int[4];
        var callers = Enumerable
            .Range(0, laps.Length)
            .Select(async i =>
            {
                while (!ended.IsCancellationRequested)
                {
                    Interlocked.Increment(ref calls);
                    if ((await program.Get("/ventures")).Status != HttpStatusCode.OK)
                        Interlocked.Increment(ref failed);
                    Interlocked.Increment(ref laps[i]);
                }
            })
            .ToArray();
        var rotations = Amount.Of(40, 1_000);
        for (var i = 0; i < rotations; i++)
        {
            var next = await owner.Post($"/keys/{prefix}/rotate", new { overlapHours = 1 });
            next.Status.ShouldBe(HttpStatusCode.Created, next.Text);
            program.Token = (string)next.Json["key"]!;
            var seen = laps.ToArray();
            while (laps.Zip(seen).Any(l => l.First < l.Second + 2)) // every caller has taken up the new key
                await Task.Yield();
            (await owner.Delete($"/keys/{prefix}")).Status.ShouldBe(HttpStatusCode.NoContent);
            prefix = (string)next.Json["prefix"]!;
        }

        await ended.CancelAsync();
        await Task.WhenAll(callers);
        Amount.Tell($"{rotations} API keys rotated and revoked under load: {calls} calls, {failed} failed");
        calls.ShouldBeGreaterThan(rotations);
        failed.ShouldBe(0);
        (await new Browser(house) { Token = key }.Get("/ventures")).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Both_keys_are_in_force_until_the_overlap_is_over_and_there_are_never_three()
    {
        var (_, owner, _) = await house.NewAdministrator();
        var issued = (await owner.Post("/keys", new { name = "erp", scopes = (string[])["platform.read"] })).Json;
        var (prefix, first) = ((string)issued["prefix"]!, (string)issued["key"]!);
        var next = (await owner.Post($"/keys/{prefix}/rotate", new { overlapHours = 2 })).Json;
        var second = (string)next["key"]!;
        (await Works(first), await Works(second)).ShouldBe((true, true));
        (await owner.Post($"/keys/{prefix}/rotate")).Code.ShouldBe("keys.rotating");
        (await owner.Post($"/keys/{next["prefix"]}/rotate")).Code.ShouldBe("keys.rotating");
        house.Clock.Advance(TimeSpan.FromHours(2));
        (await Works(first), await Works(second)).ShouldBe((false, true));
        (await owner.Post($"/keys/{next["prefix"]}/rotate")).Status.ShouldBe(HttpStatusCode.Created);
        var rows = (await owner.Get("/keys")).Json["items"]!.AsArray();
        rows.Single(r => (string)r!["prefix"]! == (string)next["prefix"]!)!["used"].ShouldNotBeNull();
    }

    private async Task<bool> Works(string key) =>
        (await new Browser(house) { Token = key }.Get("/ventures")).Status == HttpStatusCode.OK;
}
