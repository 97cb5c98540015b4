using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Lading.Log;
using Lading.Platform.Tenancy;
using Lading.Server;

namespace Lading.Faults.Fuzz;

/// <summary>A company with a little of everything, and the names a hostile caller may know.</summary>
internal sealed class FuzzTenant
{
    private readonly LadingHost host;

    private FuzzTenant(LadingHost host, Tenant tenant, TenantLog log)
    {
        (this.host, Tenant, Log) = (host, tenant, log);
        Key = NewKey();
        Projections = [.. log.Status().Select(s => s.Name), "nothing"];
    }

    public Tenant Tenant { get; }

    public TenantLog Log { get; }

    public string Key { get; private set; }

    public string[] Skus { get; } = ["PLAIN", "PLAIN", "PLAIN", "HOT", "HOT", "LOTS", "SERIALS", "WEIGHT", "NOWHERE"];

    public string[] Sites { get; } = ["north", "south", "main", "moon"];

    public string[] Ventures { get; } = ["main", "main", "second", "moon"];

    public string[] Customers { get; } = ["C1", "C1", "C1", "C2", "C2", "customer/C1", "C404"];

    public string[] Locations { get; } = ["stock", "A-01", "returns", "staging/1001", "gone"];

    public List<string> Orders { get; } = ["1001", "404"];

    public List<string> Cursors { get; } = ["bnVsbA", "WyJhIl0", "WzEsMl0"];

    public string[] Projections { get; }

    /// <summary>The password of its owner, who has the address below.</summary>
    public const string Password = "seven green lanterns wander";

    public string Email => $"owner@{Tenant.Slug}.example";

    /// <summary>What answers named, by collection and member: <c>keys/prefix</c>.</summary>
    private readonly Dictionary<string, List<string>> told = [];

    /// <summary>Remembers a name that an answer gave; of many, some.</summary>
    public void Tell(Random random, string what, string value)
    {
        const int most = 12;
        if (!told.TryGetValue(what, out var values))
            told.Add(what, values = []);
        if (values.Count < most)
            values.Add(value);
        else
            values[random.Next(most)] = value;
        if (what == "orders/id" && Orders.Count < 2 * most)
            Orders.Add(value);
        else if (what == "orders/id")
            Orders[random.Next(2, Orders.Count)] = value;
    }

    /// <summary>A name that an answer gave, or null.</summary>
    public string? Told(Random random, string what) =>
        told.TryGetValue(what, out var values) ? values[random.Next(values.Count)] : null;

    private string NewKey() => host.Keys.Issue(Tenant.Id, "fuzz", ["*"], null, null).Secret;

    /// <summary>The fuzz may have revoked its own key.</summary>
    public void Renew() => Key = host.Keys.Find(Key) is null ? NewKey() : Key;

    public static async Task<FuzzTenant> Open(LadingHost host, HttpClient http, string slug)
    {
        var tenant = host.Tenants.Create(slug, "A company under fire")!;
        var made = new FuzzTenant(host, tenant, await host.Tenants.Log(tenant.Id));
        await made.Furnish(http);
        return made;
    }

    private async Task Furnish(HttpClient http)
    {
        foreach (var venture in (string[])["main", "second"])
            await Post(http, "/ventures", $$"""{"code":"{{venture}}","name":"{{venture}}"}""");
        foreach (var site in (string[])["north", "south"])
            await Post(
                http,
                "/sites",
                $$"""{"code":"{{site}}","venture":"main","name":"{{site}}","timeZone":"Europe/Berlin"}"""
            );
        foreach (
            var (sku, more) in new[]
            {
                ("PLAIN", ""),
                ("HOT", ""),
                ("LOTS", ""","tracking":"lot","allocation":"fefo" """),
                ("SERIALS", ""","tracking":"serial" """),
            }
        )
            await Post(
                http,
                "/skus",
                $$"""{"sku":"{{sku}}","venture":"main","baseUnit":"EA","""
                    + $$""" "units":[{"unit":"CS","numerator":12,"denominator":1}]{{more}}}"""
            );
        await Post(http, "/skus", """{"sku":"WEIGHT","venture":"main","baseUnit":"KG"}""");
        await Post(http, "/locations", """{"site":"north","location":"A-01","kind":"shelf"}""");
        foreach (var customer in (string[])["C1", "C2"])
            await Post(
                http,
                "/customers",
                $$"""{"customer":"{{customer}}","venture":"main","name":"Ada","email":"ada@example.org"}"""
            );
        foreach (var sku in (string[])["PLAIN", "HOT"])
            await Post(
                http,
                "/inventory/movements",
                $$$"""{"kind":"receipt","sku":"{{{sku}}}","quantity":500,"unit":"EA","to":{"site":"north"}}"""
            );
        for (var i = 0; i < 4; i++)
        {
            var answer = await Post(
                http,
                "/orders",
                """{"venture":"main","customer":"C1","""
                    + """ "lines":[{"sku":"PLAIN","quantity":5},{"sku":"LOTS","quantity":2}]}"""
            );
            Orders.Add((string)JsonNode.Parse(answer)!["id"]!);
        }
    }

    /// <summary>As this company, what must be accepted.</summary>
    public async Task<string> Post(HttpClient http, string path, string json)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1" + path);
        request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode
            ? text
            : throw new InvalidOperationException($"{path} {json} was answered {text}");
    }

    /// <summary>Whether policies and followers have seen everything.</summary>
    public bool IsLevel => Log.Status().All(s => s.Position >= Log.Head || s.Failure is not null);
}
