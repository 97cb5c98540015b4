using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Lading.Log;
using Lading.Platform.Tenancy;
using Lading.Server;

namespace Lading.Faults.Isolation;

/// <summary>
/// Records under one venture of a tenant. Every string that is stored for them holds <see cref="Secret"/>, but for the
/// ids in <see cref="Words"/>: those an intruder has learned and may send, so that an answer may repeat them.
/// </summary>
internal sealed class Marked
{
    private readonly string key;

    private Marked(string key, string secret, string venture) => (this.key, Secret, Venture) = (key, secret, venture);

    /// <summary>Sixteen random bytes that nobody ever sends who may not see them.</summary>
    public string Secret { get; }

    public string Venture { get; }

    public string Site => $"{Venture}-site";

    /// <summary>What an intruder knows: ids, cursors, positions, keys of commands.</summary>
    public List<string> Words { get; } = [];

    /// <summary>The keys under which these were written: with them a caller may hope for their answers.</summary>
    public List<string> CommandKeys { get; } = [];

    /// <summary>Fills a venture by way of HTTP with the key of its tenant.</summary>
    public static async Task<Marked> Furnish(HttpClient http, string key, string venture, string secret)
    {
        var made = new Marked(key, secret, venture);
        await made.Places(http);
        foreach (var (name, known) in new[] { ($"{venture}-1", true), ($"{secret}-2", false), ($"{venture}-3", true) })
            await made.Records(http, name, known);
        await made.People(http);
        foreach (var list in (string[])["/orders", "/skus", "/customers", "/locations", "/inventory/stock"])
        {
            var page = JsonNode.Parse(await made.Call(http, "GET", $"{list}?limit=1", null))!;
            if ((string?)page["next"] is { } cursor)
                made.Words.Add(cursor);
        }

        made.Words.AddRange([venture, made.Site, "1", "5", "9"]);
        return made;
    }

    private async Task Places(HttpClient http)
    {
        await Call(http, "POST", "/ventures", $$"""{"code":"{{Venture}}","name":"{{Secret}}"}""");
        await Call(
            http,
            "POST",
            "/sites",
            $$"""{"code":"{{Site}}","venture":"{{Venture}}","name":"{{Secret}}","timeZone":"Etc/UTC"}"""
        );
        await Call(http, "POST", "/locations", $$"""{"site":"{{Site}}","location":"{{Secret}}","kind":"{{Secret}}"}""");
    }

    private async Task Records(HttpClient http, string name, bool known)
    {
        var (sku, customer, order) = ($"{name}-s", $"{name}-c", $"{name}-o");
        await Call(
            http,
            "POST",
            "/skus",
            $$"""{"sku":"{{sku}}","venture":"{{Venture}}","baseUnit":"EA","description":"{{Secret}}"}"""
        );
        await Call(
            http,
            "POST",
            "/customers",
            $$"""{"customer":"{{customer}}","venture":"{{Venture}}","name":"{{Secret}}"}"""
        );
        await Call(
            http,
            "POST",
            "/inventory/movements",
            $$$"""{"kind":"receipt","sku":"{{{sku}}}","quantity":50,"unit":"EA","to":{"site":"{{{Site}}}"}}"""
        );
        await Call(
            http,
            "POST",
            "/orders",
            $$"""{"order":"{{order}}","venture":"{{Venture}}","sites":["{{Site}}"],"customer":"{{customer}}","""
                + $$""" "lines":[{"sku":"{{sku}}","quantity":2}]}"""
        );
        await Call(http, "POST", $"/orders/{order}/hold", $$"""{"reason":"{{Secret}}"}""");
        if (known)
            Words.AddRange([sku, customer, order, $"order/{order}", $"sku/{sku}", $"customer/{customer}"]);
    }

    private async Task People(HttpClient http)
    {
        var person = $"{Venture}-p";
        await Call(
            http,
            "POST",
            "/members",
            $$"""{"person":"{{person}}","grants":[{"role":"picker","ventures":["{{Venture}}"]}]}"""
        );
        Words.Add(person);
    }

    private async Task<string> Call(HttpClient http, string method, string path, string? body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "/api/v1" + path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        if (body is not null)
        {
            CommandKeys.Add($"k-{Venture}-{CommandKeys.Count}");
            request.Headers.Add("Idempotency-Key", CommandKeys[^1]);
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode
            ? text
            : throw new InvalidOperationException($"{method} {path} {body} was answered {text}");
    }

    /// <summary>Waits until every policy and follower of a log has seen everything.</summary>
    public static async Task Settle(TenantLog log)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (log.Status().Any(s => s.Position < log.Head && s.Failure is null))
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    /// <summary>A new tenant with one marked venture, and its key.</summary>
    public static async Task<(Tenant Tenant, TenantLog Log, string Key, Marked Records)> NewTenant(
        LadingHost host,
        HttpClient http,
        string slug,
        string secret
    )
    {
        var tenant = host.Tenants.Create(slug, secret)!;
        var log = await host.Tenants.Log(tenant.Id);
        var key = host.Keys.Issue(tenant.Id, "isolation", ["*"], null, null).Secret;
        var records = await Furnish(http, key, slug, secret);
        await Settle(log);
        return (tenant, log, key, records);
    }

    /// <summary>A canary from a seed.</summary>
    public static string NewSecret(Random random)
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        return "k" + Convert.ToHexStringLower(bytes);
    }
}
