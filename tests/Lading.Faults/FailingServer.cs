using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lading.Faults.Disk;
using Lading.Faults.Fuzz;
using Lading.Log;
using Lading.Platform.Tenancy;
using Lading.Server;

namespace Lading.Faults;

/// <summary>
/// The whole server on the failing disk: its start, orders, and movements of stock, over HTTP. A call to the disk fails
/// once, anywhere below the data folder; then the server starts again, and everything is sent again under its key.
/// </summary>
internal sealed class FailingServer(string folder, int seed, string bug)
{
    public const string FalseYes = "a-503-told-as-201";
    public const string SaysReady = "health-says-ready";
    private const int Requests = 12;
    private static readonly string[] Workloads = ["start", "orders", "stock"];
    private readonly Random random = new(seed);
    private readonly string template = Path.Combine(folder, "template");
    private Tenant tenant = null!;
    private string key = "";
    private long before;
    private StreamWriter said = StreamWriter.Null;

    /// <summary>How many calls there are at a place, as far as it is known.</summary>
    private readonly Dictionary<Place, long> most = [];

    private sealed record Place(string Workload, FaultyDisk.Kind Kind, bool LogOnly)
    {
        public void Strike(long nth)
        {
            if (LogOnly)
                Kind.StrikeLog(nth);
            else
                Kind.Strike(nth);
        }
    }

    /// <summary>What was answered 2xx, by the request's number, with its body.</summary>
    private sealed record Outcome(Dictionary<int, string> Acknowledged, long Seen, List<string> Wrong)
    {
        public bool Stopped { get; set; }
    }

    public async Task Run()
    {
        await using var output = said = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
        await MakeTemplate();
        said.WriteLine("begin");
        while (true)
        {
            var place = Draw();
            var (nth, data) = (random.NextInt64(1, most.GetValueOrDefault(place, 10) + 1), New());
            Note(
                new
                {
                    place.Workload,
                    place.Kind.Name,
                    place.LogOnly,
                    nth,
                }
            );
            var outcome = await Work(place.Workload, data, () => place.Strike(nth));
            most[place] = Math.Max(1, outcome.Seen);
            await Check(place.Workload, data, outcome);
            foreach (var one in outcome.Wrong.Take(2))
                said.WriteLine($"{place.Workload}, {place.Kind.Name} {nth}: {one}");
            if (outcome.Stopped)
                said.WriteLine("count stopped");
            if (outcome.Seen >= nth)
                said.WriteLine($"count {place.Kind.Name}\ncount points");
            Directory.Delete(data, true);
        }
    }

    /// <summary>Any call of a workload; half of them only those that concern a log. A control is found there.</summary>
    private Place Draw()
    {
        var workload = Workloads[bug.Length > 0 ? 1 : random.Next(Workloads.Length)];
        var kinds = FaultyDisk.Kinds.Where(k => bug.Length == 0 || k.Name == "sync-eio").ToArray();
        return new Place(workload, kinds[random.Next(kinds.Length)], bug.Length > 0 || random.Next(2) == 0);
    }

    private async Task MakeTemplate()
    {
        await using var host = LadingHost.Open(new HostOptions { Data = template });
        await using var server = await WebServer.Start(host, "http://127.0.0.1:0");
        using var http = new HttpClient { BaseAddress = new Uri(server.Address) };
        var company = await FuzzTenant.Open(host, http, "failing");
        while (!company.IsLevel)
            await company.Log.WaitPast(company.Log.Head, new CancellationTokenSource(50).Token);
        (tenant, key) = (company.Tenant, company.Key);
    }

    private string New()
    {
        var data = Path.Combine(folder, $"{random.NextInt64():x}");
        foreach (var inside in Directory.EnumerateDirectories(template, "*", SearchOption.AllDirectories))
            Directory.CreateDirectory(Path.Combine(data, Path.GetRelativePath(template, inside)));
        foreach (var file in Directory.EnumerateFiles(template, "*", SearchOption.AllDirectories))
            File.Copy(file, Path.Combine(data, Path.GetRelativePath(template, file)));
        before = Count(data, []);
        return data;
    }

    /// <summary>One life with one fault in it.</summary>
    private async Task<Outcome> Work(string workload, string data, Action strike)
    {
        var outcome = new Outcome([], 0, []);
        if (workload == Workloads[0])
            strike();
        try
        {
            await using var host = LadingHost.Open(new HostOptions { Data = data });
            await using var server = await WebServer.Start(host, "http://127.0.0.1:0");
            using var http = Client(server);
            await host.Tenants.Log(tenant.Id);
            if (workload != Workloads[0])
                strike();
            for (var number = 0; number < Requests; number++)
                await Send(http, workload, number, outcome, afterwards: false);
            if (FaultyDisk.SyncsFailed > 0 && workload != Workloads[0])
                await CheckStopped(host, http, workload, outcome);
        }
        catch (Exception fault) when (fault is StoreFault or DataFolderFault)
        {
            // It did not open, or could not close in good order.
        }

        outcome = outcome with { Seen = FaultyDisk.Seen };
        FaultyDisk.Heal();
        return outcome;
    }

    /// <summary>After a commit's sync failed the server takes nothing more and says so.</summary>
    private async Task CheckStopped(LadingHost host, HttpClient http, string workload, Outcome outcome)
    {
        outcome.Stopped = true;
        using (var answer = await http.SendAsync(Request(workload, Requests)))
            if (Bent((int)answer.StatusCode) != 503)
                outcome.Wrong.Add($"a request after the failed sync was answered {(int)answer.StatusCode}");
        using var ready = await http.GetAsync("/health/ready");
        var (status, text) = ((int)ready.StatusCode, await ready.Content.ReadAsStringAsync());
        if (bug == SaysReady)
            (status, text) = (200, "ready");
        if (status != 503 || text != "stopped")
            outcome.Wrong.Add($"a commit was not synced, and /health/ready answers {status} {text}");
        var why = (await host.Tenants.Log(tenant.Id)).Stopped ?? "nothing";
        var told = await http.GetStringAsync("/api/v1/projections");
        if (!JsonNode.Parse(told)!.ToJsonString().Contains(why[..Math.Min(20, why.Length)], StringComparison.Ordinal))
            outcome.Wrong.Add($"/api/v1/projections does not say why it stopped ({why}): {told}");
        if (FaultyDisk.WritesAfter > 0)
            outcome.Wrong.Add($"{FaultyDisk.WritesAfter} writes to the log came after a sync that failed");
    }

    /// <summary>A new start: nothing acknowledged is missing; each request, sent again, has happened once.</summary>
    private async Task Check(string workload, string data, Outcome outcome)
    {
        var there = Count(data, outcome.Wrong) - before;
        if (there < outcome.Acknowledged.Count)
            outcome.Wrong.Add($"{outcome.Acknowledged.Count} were acknowledged, {there} are there");
        await using (var host = LadingHost.Open(new HostOptions { Data = data }))
        await using (var server = await WebServer.Start(host, "http://127.0.0.1:0"))
        using (var http = Client(server))
        {
            for (var number = 0; number < Requests; number++)
                await Send(http, workload, number, outcome, afterwards: true);
            if (await Health(http) is not "ready" and var said)
                outcome.Wrong.Add($"after the restart /health/ready says {said}");
        }

        if (Count(data, outcome.Wrong) - before is var all and not Requests)
            outcome.Wrong.Add($"{Requests} requests were sent until they were acknowledged, {all} have happened");
    }

    /// <summary>What health says once every company was looked at.</summary>
    private static async Task<string> Health(HttpClient http)
    {
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        for (var clock = Stopwatch.StartNew(); ; await look.WaitForNextTickAsync())
        {
            using var answer = await http.GetAsync("/health/ready");
            var said = await answer.Content.ReadAsStringAsync();
            if (said != "looking" || clock.Elapsed > TimeSpan.FromSeconds(30))
                return said;
        }
    }

    private async Task Send(HttpClient http, string workload, int number, Outcome outcome, bool afterwards)
    {
        using var answer = await http.SendAsync(Request(workload, number));
        var text = await answer.Content.ReadAsStringAsync();
        var status = afterwards ? (int)answer.StatusCode : Bent((int)answer.StatusCode);
        Note(
            new
            {
                number,
                afterwards,
                status,
                text,
            }
        );
        if (status is not (>= 200 and < 300))
        {
            if (afterwards || status != 503)
                outcome.Wrong.Add($"request {number} was answered {status} {text}");
            return;
        }

        if (!outcome.Acknowledged.TryAdd(number, text) && outcome.Acknowledged[number] != text)
            outcome.Wrong.Add($"request {number} was answered {outcome.Acknowledged[number]} and is {text} now");
    }

    /// <summary>A line of the trial's history.</summary>
    private void Note(object what) => said.WriteLine($"note {JsonSerializer.Serialize(what)}");

    private int Bent(int status) => bug == FalseYes && status == 503 ? 201 : status;

    private HttpClient Client(WebServer server)
    {
        var http = new HttpClient { BaseAddress = new Uri(server.Address) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return http;
    }

    private HttpRequestMessage Request(string workload, int number)
    {
        var isStock = workload == Workloads[2];
        var json = isStock
            ? """{"kind":"receipt","sku":"PLAIN","quantity":5,"unit":"EA","to":{"site":"north"}}"""
            : """{"venture":"main","source":"fail","lines":[{"sku":"PLAIN","quantity":1}]}""";
        var request = new HttpRequestMessage(
            HttpMethod.Post,
            isStock ? "/api/v1/inventory/movements" : "/api/v1/orders"
        )
        {
            Content = new StringContent(json, Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Idempotency-Key", $"{workload}-{number}");
        return request;
    }

    /// <summary>Orders placed and goods received, with plain SQL; the chain is looked at on the way.</summary>
    private long Count(string data, List<string> wrong)
    {
        using var log = new PlainLog(Path.Combine(data, "tenants", tenant.Slug), tenant.Id.Value);
        return log.Chained(tenant.Id.Value, wrong.Add)
            .Count(f => f.Type is "orders.order-placed.v1" or "inventory.stock-moved.v1");
    }
}
