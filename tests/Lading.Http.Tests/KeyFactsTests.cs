using System.Net;
using Lading.Contracts.Platform;
using Lading.Kernel;
using Lading.Log;
using Lading.Log.Sqlite;

namespace Lading.Http.Tests;

/// <summary>A key and the facts about it agree, whatever stops in between, once the request was sent again.</summary>
public sealed class KeyFactsTests : IAsyncLifetime
{
    private readonly House house = new()
    {
        OnFiles = true,
        Committer = new CommitterOptions { QueueCapacity = 1 },
    };

    public ValueTask InitializeAsync() => house.InitializeAsync();

    public ValueTask DisposeAsync() => house.DisposeAsync();

    [Fact]
    public async Task A_log_that_takes_nothing_leaves_the_key_and_the_same_again_revokes_it()
    {
        var (company, prefix, key) = await NewKey();
        Reply held;
        using (var gate = await company.Hold())
        {
            var waits = company.Place(1);
            await company.Queued(1);
            held = await Revoke(company, prefix);
            gate.Set();
            await waits;
        }

        held.Status.ShouldBe(HttpStatusCode.ServiceUnavailable, held.Text);
        (await Works(company, key)).ShouldBeTrue();
        (await Revoke(company, prefix)).Status.ShouldBe(HttpStatusCode.NoContent);
        (await Works(company, key)).ShouldBeFalse();
        (await Facts(company, prefix)).ShouldBe([nameof(ApiKeyIssued), nameof(ApiKeyRevoked)]);
    }

    [Fact]
    public async Task A_revocation_that_stopped_after_its_fact_is_finished_by_the_next()
    {
        var (company, prefix, key) = await NewKey();
        using (Stopped("update of revoked"))
            (await Revoke(company, prefix)).Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await Works(company, key)).ShouldBeTrue();
        (await Revoke(company, prefix)).Status.ShouldBe(HttpStatusCode.NoContent);
        (await Works(company, key)).ShouldBeFalse();
        (await Facts(company, prefix)).ShouldBe([nameof(ApiKeyIssued), nameof(ApiKeyRevoked)]);
        var again = await Revoke(company, prefix);
        (again.Status, again.Headers.Contains("Idempotent-Replayed")).ShouldBe((HttpStatusCode.NoContent, true));
        (await Revoke(company, prefix, "another")).Code.ShouldBe("keys.unknown");
    }

    [Fact]
    public async Task A_rotation_that_stopped_after_its_facts_is_finished_by_the_same_request()
    {
        var (company, prefix, key) = await NewKey();
        using (Stopped("insert"))
            (await Rotate(company, prefix, "same")).Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await Rotate(company, prefix, "another")).Code.ShouldBe("keys.rotating");
        var made = await Rotate(company, prefix, "same");
        made.Status.ShouldBe(HttpStatusCode.Created, made.Text);
        (await Works(company, key), await Works(company, (string)made.Json["key"]!)).ShouldBe((true, true));

        var again = await Rotate(company, prefix, "same");
        ((string?)again.Json["prefix"], (string?)again.Json["key"]).ShouldBe(((string?)made.Json["prefix"], null));
        (await Facts(company, prefix)).ShouldBe([nameof(ApiKeyIssued), nameof(ApiKeyReplaced)]);
        (await Facts(company, (string)made.Json["prefix"]!)).ShouldBe([nameof(ApiKeyIssued)]);
        var replaced = (ApiKeyReplaced)(await Read(company, prefix))[^1].Fact;
        house.Host.Keys.Stored(company.Tenant.Id, prefix)!.Expires.ShouldBe(replaced.Ends);
    }

    [Fact]
    public async Task A_key_revoked_behind_the_facts_of_its_rotation_has_no_successor_and_they_say_so()
    {
        var (company, prefix, key) = await NewKey();
        using (Stopped("insert"))
            await Rotate(company, prefix, "same");
        (await Revoke(company, prefix)).Status.ShouldBe(HttpStatusCode.NoContent);
        (await Rotate(company, prefix, "same")).Code.ShouldBe("keys.unknown");
        (await Works(company, key)).ShouldBeFalse();
        var replaced = (ApiKeyReplaced)(await Read(company, prefix))[1].Fact;
        house.Host.Keys.Knows(replaced.By).ShouldBeFalse();
        (await Facts(company, replaced.By)).ShouldBe([nameof(ApiKeyIssued), nameof(ApiKeyRevoked)]);
    }

    private async Task<(Company Company, string Prefix, string Key)> NewKey()
    {
        var company = await house.NewCompany();
        var made = (await company.Post("/keys", """{"name":"erp","scopes":["platform.read"]}""")).Json;
        return (company, (string)made["prefix"]!, (string)made["key"]!);
    }

    /// <summary>The store of keys fails at a change, as a process that ends there leaves it.</summary>
    private Undone Stopped(string change)
    {
        var file = Path.Combine(house.Folder, "system.db");
        using var db = SqliteDb.OpenWriter(file, full: false);
        db.Execute($"create trigger stopped before {change} on api_key begin select raise(abort, 'stopped'); end");
        return new Undone(() =>
        {
            using var again = SqliteDb.OpenWriter(file, full: false);
            again.Execute("drop trigger stopped");
        });
    }

    private sealed class Undone(Action undo) : IDisposable
    {
        public void Dispose() => undo();
    }

    private static Task<Reply> Rotate(Company company, string prefix, string idempotencyKey) =>
        company.Post($"/keys/{prefix}/rotate", """{"overlapHours":1}""", idempotencyKey);

    private static async Task<Reply> Revoke(Company company, string prefix, string idempotencyKey = "revoke")
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, $"/api/v1/keys/{prefix}");
        return await company.Send(request, idempotencyKey);
    }

    private static async Task<bool> Works(Company company, string key) =>
        (await company.Get("/ventures", key)).Status == HttpStatusCode.OK;

    private static async Task<IEnumerable<string>> Facts(Company company, string prefix) =>
        (await Read(company, prefix)).Select(f => f.Fact.GetType().Name);

    private static ValueTask<IReadOnlyList<Recorded>> Read(Company company, string prefix) =>
        company.Log.ReadStream(StreamName.Of("api-key", prefix), 0, 10, TestContext.Current.CancellationToken);
}
