using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Lading.Log;
using Lading.Platform.Tenancy;
using Lading.Server;

namespace Lading.Faults.Stocks;

/// <summary>H7 over HTTP: 64 clients on the real host, the same oracle; a retry is the same request once
/// more.</summary>
internal sealed class StockOverHttp(Trial trial, bool retriesAsNew = false)
{
    private const int Clients = 64;
    private const int Skus = 20;
    private const int Hot = 3;

    /// <summary>A bug must show within so many operations.</summary>
    private const int Shown = 3_000;
    private readonly StockOracle oracle = new(trial.Violated, NumberOf);
    private readonly Lock gate = new();
    private HttpClient http = null!;
    private string key = "";
    private int sent;

    public static Experiment Experiment { get; } =
        new(
            "H7.http",
            "No stock is promised twice and nobody is refused while there is enough; 64 clients over HTTP.",
            "operations",
            trial => new StockOverHttp(trial).Run()
        )
        {
            Short = new Short(6, 8),
            Least = [new Least("shortages", 0.04), new Least("refusals-judged", 0.03), new Least("lapsed", 0.005)],
            Controls = [new Control("retry-as-new", trial => new StockOverHttp(trial, retriesAsNew: true).Run())],
        };

    /// <summary>The request a fact came from, as its correlation says; what follows from it is somebody
    /// else's.</summary>
    private static int NumberOf(Recorded fact) =>
        fact.Correlation is { } text && text.StartsWith('n') && fact.Actor.StartsWith("key:", StringComparison.Ordinal)
            ? int.Parse(text.AsSpan(1), CultureInfo.InvariantCulture)
            : -1;

    private async Task Run()
    {
        await using var host = LadingHost.Open(new HostOptions { Data = trial.NewFolder("data") });
        await using var server = await WebServer.Start(host, "http://127.0.0.1:0");
        using var client = new HttpClient { BaseAddress = new Uri(server.Address) };
        http = client;
        var tenant = host.Tenants.Create("stock", "A company under load")!;
        key = host.Keys.Issue(tenant.Id, "load", ["*"], null, null).Secret;
        var log = await Furnish(host, tenant);
        trial.Begin();
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(c => Task.Run(() => Client(c))));
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (log.Status().Any(s => s.Kind == "policy" && s.Position < log.Head))
        {
            patience.Token.ThrowIfCancellationRequested();
            await log.WaitPast(log.Head, new CancellationTokenSource(20).Token);
        }

        await oracle.Judge(
            (after, most) =>
            {
                trial.Stir();
                return log.ReadAfter(after, most, default);
            }
        );
        trial.Count("operations", sent);
        trial.Count("facts", log.Head);
        trial.Count("promises", oracle.Replay.Promised);
        trial.Count("lapsed", oracle.Replay.Lapsed);
        trial.Count("shortages", oracle.Replay.Waited);
        trial.Count("refusals-judged", oracle.RefusalsJudged);
    }

    private async Task<TenantLog> Furnish(LadingHost host, Tenant tenant)
    {
        await Must("/ventures", """{"code":"main","name":"Main"}""");
        foreach (var site in (string[])["north", "south"])
            await Must(
                "/sites",
                $$"""{"code":"{{site}}","venture":"main","name":"{{site}}","timeZone":"Europe/London"}"""
            );
        for (var i = 0; i < Skus; i++)
            await Must("/skus", $$"""{"sku":"K{{i}}","venture":"main","baseUnit":"EA"}""");
        return await host.Tenants.Log(tenant.Id);
    }

    private async Task Must(string path, string body)
    {
        var (status, _, text) = await Post(path, body, Guid.NewGuid().ToString(), "setup");
        if (status is < 200 or > 299)
            throw new InvalidOperationException($"{path} {body} was answered {text}");
    }

    private async Task Client(int client)
    {
        var random = new Random(unchecked((trial.Seed * 131) + client));
        while (trial.GoesOn(Volatile.Read(ref sent)) && (!retriesAsNew || sent < Shown))
        {
            var number = Interlocked.Increment(ref sent) - 1;
            var copy = number > 500 && random.Next(20) == 0;
            if (copy)
                number -= random.Next(1, 500);
            var (path, body, wish) = Make(number);
            var id = copy && retriesAsNew ? $"again{number}" : $"k{number}";
            var (status, position, text) = await Post(path, body, id, $"n{number}");
            trial.Note(
                new
                {
                    client,
                    id,
                    path,
                    body,
                    status,
                    position,
                    text,
                },
                200 + ((path.Length + body.Length + text.Length) * 2)
            );
            if (status is >= 500 and not 503)
                trial.Violated($"{path} {body} was answered {text}");
            if (status == 503)
                continue;
            if (position is not { } at)
            {
                trial.Violated($"{path} {body} was answered {status} without its position: {text}");
                continue;
            }

            var code = status < 300 ? null : (string?)JsonNode.Parse(text)!["code"];
            lock (gate)
                oracle.Told(number, status < 300, at, code, wish);
        }
    }

    private async Task<(int Status, long? Position, string Text)> Post(
        string path,
        string body,
        string id,
        string about
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1" + path);
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        request.Headers.Add("Idempotency-Key", id);
        request.Headers.Add("Lading-Correlation", about);
        using var answer = await http.SendAsync(request);
        long? position = answer.Headers.TryGetValues("Lading-Position", out var values)
            ? long.Parse(values.Single(), CultureInfo.InvariantCulture)
            : null;
        return ((int)answer.StatusCode, position, await answer.Content.ReadAsStringAsync());
    }

    private int Dice(int number) => StockWork.Dice(trial.Seed, number);

    private int Earlier(int number, Random random, int from, int until)
    {
        for (var tries = 0; tries < 40; tries++)
            if (number - 1 - random.Next(Math.Max(1, Math.Min(number, 400))) is >= 0 and var one)
                if (Dice(one) is var dice && dice >= from && dice < until)
                    return one;
        return number;
    }

    private static string Sku(Random random) => $"K{(random.Next(10) < 6 ? random.Next(Hot) : random.Next(Skus))}";

    /// <summary>Request number n of a seed: always the same.</summary>
    private (string Path, string Body, Wish? Wish) Make(int number)
    {
        var random = new Random(unchecked((trial.Seed * 104_729) + number));
        var dice = Dice(number);
        var (sku, site, units) = (Sku(random), random.Next(2) == 0 ? "north" : "south", random.Next(1, 9));
        var drought = StockWork.IsDrought(number);
        return dice switch
        {
            < 12 when drought => ("/inventory/movements", Lost(sku, site, 1 << random.Next(9)), null),
            < 24 => (
                "/inventory/movements",
                $$$"""{"kind":"receipt","sku":"{{{sku}}}","quantity":{{{(drought ? 1 : units * 4)}}},"unit":"EA","""
                    + $$$""" "to":{"site":"{{{site}}}"}"""
                    + (random.Next(8) == 0 ? ""","happened":"2026-03-01T08:00:00Z"}""" : "}"),
                null
            ),
            < 48 => Reserve(number, random, sku, site, units),
            < 56 => Release(number, random),
            < 76 => (
                "/orders",
                $$"""{"order":"O{{number}}","venture":"main","lines":[{"sku":"{{sku}}","quantity":{{units}}},"""
                    + $$"""{"sku":"{{sku}}","quantity":1},{"sku":"{{Sku(random)}}","quantity":{{units}}}]}""",
                null
            ),
            < 82 => (OfOrder(number, random, "cancel"), """{"reason":"asked"}""", null),
            < 88 => (
                OfOrder(number, random, "split"),
                $$"""{"intoOrder":"O{{number}}","lines":[{"line":"{{random.Next(1, 4)}}","quantity":1}]}""",
                null
            ),
            < 92 => (OfOrder(number, random, "pick"), "{}", null),
            < 97 => (OfOrder(number, random, "ship"), "{}", null),
            _ => ("/inventory/movements", Lost(sku, site, 1), null),
        };
    }

    private static string Lost(string sku, string site, int units) =>
        $$$"""{"kind":"adjustment","sku":"{{{sku}}}","quantity":{{{units}}},"unit":"EA","""
        + $$$""" "from":{"site":"{{{site}}}"},"reason":"lost"}""";

    private string OfOrder(int number, Random random, string what) =>
        $"/orders/O{Earlier(number, random, 56, 76)}/{what}";

    private static (string, string, Wish) Reserve(int number, Random random, string sku, string site, int units)
    {
        string[] sites = random.Next(3) == 0 ? [site] : [];
        var where = sites.Length == 0 ? "" : $$""","sites":["{{site}}"]""";
        var ttl = random.Next(3) == 0 ? "" : $$""","ttlSeconds":{{random.Next(1, 6)}}""";
        return (
            "/inventory/reservations",
            $$"""{"name":"h{{number}}","sku":"{{sku}}","quantity":{{units}},"unit":"EA"{{where}}{{ttl}}}""",
            new Wish(sku, sites, null, units * 1000L)
        );
    }

    private (string, string, Wish?) Release(int number, Random random)
    {
        var held = Earlier(number, random, 24, 48);
        var sku = Sku(new Random(unchecked((trial.Seed * 104_729) + held)));
        return ("/inventory/reservations/release", $$"""{"name":"h{{held}}","sku":"{{sku}}"}""", null);
    }
}
