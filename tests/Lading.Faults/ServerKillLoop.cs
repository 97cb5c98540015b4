using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Lading.Faults.Fuzz;
using Lading.Platform.Tenancy;
using Lading.Server;

namespace Lading.Faults;

/// <summary>
/// The whole server, killed without warning while it starts and while orders are placed, keys issued and revoked, and
/// people invited over HTTP: what it keeps beside a company's log counts as much as the log.
/// </summary>
internal static class ServerKillLoop
{
    private const string ForgetsRevocations = "a-revocation-forgotten";
    private const string SaysYesEarly = "a-broken-answer-told-as-yes";
    private const int Clients = 8;
    private const int KillsPerFolder = 100;
    private const int LeastKills = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static readonly IReadOnlyList<Experiment> Experiments =
    [
        new(
            "H1.server",
            "What the whole server acknowledged over HTTP survives kill -9: orders, keys, revocations, invitations.",
            "kills",
            t => Run(t, "")
        )
        {
            Short = new(4, 15),
            Least = [new Least("acknowledged", 1, Enough: 20)],
            Controls =
            [
                new(ForgetsRevocations, t => Run(t, ForgetsRevocations)) { Seconds = 240 },
                new(SaysYesEarly, t => Run(t, SaysYesEarly)) { Seconds = 240 },
            ],
        },
    ];

    /// <summary>The server as a process: prints its address, serves until its standard input ends.</summary>
    public static async Task<int> Serve(string folder)
    {
        await using var host = LadingHost.Open(new HostOptions { Data = folder, Rates = new RateOptions(0, 0) });
        await using var server = await WebServer.Start(host, "http://127.0.0.1:0");
        Console.WriteLine(server.Address);
        while (Console.ReadLine() is not null) { }
        return 0;
    }

    private static async Task Run(Trial trial, string bug)
    {
        for (var folder = 0; GoesOn(trial); folder++)
        {
            var life = new Lives(trial, trial.NewFolder($"server{folder}"), bug);
            await life.Begin();
            if (folder == 0)
                trial.Begin();
            for (var kills = 0; kills < LeastKills || GoesOn(trial) && kills < KillsPerFolder; kills++)
                await life.Next();
            await life.End();
        }
    }

    private static bool GoesOn(Trial trial) => trial.GoesOn(trial.CountOf("kills"));

    /// <summary>One data folder through many lives of its server.</summary>
    private sealed class Lives(Trial trial, string folder, string bug)
    {
        private readonly ConcurrentDictionary<string, string> orders = [];
        private readonly ConcurrentDictionary<string, string> keys = [];
        private readonly ConcurrentDictionary<string, bool> asked = [];
        private readonly ConcurrentDictionary<string, bool> revoked = [];
        private readonly ConcurrentDictionary<string, bool> invited = [];
        private Tenant tenant = null!;
        private string key = "";
        private long number;
        private TaskCompletionSource answered = new();

        public async Task Begin()
        {
            await using var host = LadingHost.Open(new HostOptions { Data = folder });
            await using var server = await WebServer.Start(host, "http://127.0.0.1:0");
            using var http = new HttpClient { BaseAddress = new Uri(server.Address) };
            var company = await FuzzTenant.Open(host, http, "killed");
            (tenant, key) = (company.Tenant, company.Key);
        }

        /// <summary>One life: what was acknowledged before is there; load; a kill. One in five dies while it
        /// starts.</summary>
        public async Task Next()
        {
            using var process = Start();
            if (trial.Random.Next(5) == 0)
            {
                await KillLoop.Pause(trial.Random.Next(50, 600));
                await Kill(process, "startup");
                return;
            }

            using var http = await Client(process);
            await Check(http);
            answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using var stop = new CancellationTokenSource();
            var load = Enumerable.Range(0, Clients).Select(_ => Task.Run(() => Load(http, stop.Token))).ToArray();
            await answered.Task.WaitAsync(Patience);
            await KillLoop.Pause(trial.Random.Next(10) == 0 ? trial.Random.Next(1_500) : trial.Random.Next(300));
            await Kill(process, "load");
            await stop.CancelAsync();
            await Task.WhenAll(load);
        }

        /// <summary>All of it once more, then the chain by plain SQL.</summary>
        public async Task End()
        {
            using (var process = Start())
            using (var http = await Client(process))
            {
                await Check(http);
                process.StandardInput.Close();
                await process.WaitForExitAsync();
            }

            using var log = new PlainLog(Path.Combine(folder, "tenants", tenant.Slug), tenant.Id.Value);
            var facts = log.Chained(tenant.Id.Value, trial.Violated);
            trial.Count("acknowledged", orders.Count + keys.Count + revoked.Count + invited.Count);
            trial.Count("revoked", revoked.Count);
            trial.Count("facts", facts.Count);
        }

        private Process Start() =>
            Process.Start(
                new ProcessStartInfo(Environment.ProcessPath!, ["serve", folder])
                {
                    RedirectStandardInput = true,
                    RedirectStandardOutput = true,
                }
            )!;

        private async Task<HttpClient> Client(Process process)
        {
            var address = await process.StandardOutput.ReadLineAsync().WaitAsync(Patience);
            var http = new HttpClient { BaseAddress = new Uri(address ?? throw new IOException("It did not start.")) };
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
            return http;
        }

        private async Task Kill(Process process, string how)
        {
            if (process.HasExited)
                trial.Violated($"the server ended by itself with {process.ExitCode}");
            process.Kill();
            await process.WaitForExitAsync();
            trial.Count("kills");
            trial.Count($"kills-{how}");
            trial.Note(
                new
                {
                    how,
                    orders = orders.Count,
                    keys = keys.Count,
                    revoked = revoked.Count,
                    invited = invited.Count,
                }
            );
        }

        private async Task Load(HttpClient http, CancellationToken stop)
        {
            while (!stop.IsCancellationRequested)
            {
                var n = Interlocked.Increment(ref number);
                try
                {
                    await (
                        (n % 8) switch
                        {
                            0 or 1 => Issue(http, $"k{n}"),
                            2 or 4 => Revoke(http),
                            3 => Invite(http, $"p{n}@example.org"),
                            _ => Order(http, $"o{n}"),
                        }
                    );
                }
                catch (Exception cut) when (cut is HttpRequestException or IOException)
                {
                    trial.Note(new { n, unknown = cut.Message });
                    return; // it was killed: what became of the request is not known
                }
            }
        }

        private async Task Order(HttpClient http, string id)
        {
            var (status, text) = await Send(http, HttpMethod.Post, "/orders", OrderOf(id), id);
            if (status != HttpStatusCode.Created)
                return;
            orders[id] = text;
            answered.TrySetResult();
        }

        private async Task Issue(HttpClient http, string name)
        {
            var body = $$"""{"name":"{{name}}","scopes":["orders.read"]}""";
            var (status, text) = await Send(http, HttpMethod.Post, "/keys", body, name);
            if (status == HttpStatusCode.Created)
                keys[(string)JsonNode.Parse(text)!["key"]!] = (string)JsonNode.Parse(text)!["prefix"]!;
        }

        /// <summary>Of what was asked but not answered it is not known whether it is revoked.</summary>
        private async Task Revoke(HttpClient http)
        {
            if (keys.FirstOrDefault(k => !asked.ContainsKey(k.Key)) is not { Key: { } secret } of)
                return;
            if (!asked.TryAdd(secret, true))
                return;
            var (status, _) =
                bug == ForgetsRevocations
                    ? (HttpStatusCode.NoContent, "")
                    : await Send(http, HttpMethod.Delete, $"/keys/{of.Value}", null, $"revoke {of.Value}");
            if (status is HttpStatusCode.NoContent or HttpStatusCode.OK)
                revoked[secret] = true;
        }

        private async Task Invite(HttpClient http, string email)
        {
            var body = $$"""{"email":"{{email}}","name":"A person","grants":[{"role":"planner"}]}""";
            var (status, _) = await Send(http, HttpMethod.Post, "/people/invitations", body, email);
            if (status == HttpStatusCode.Created)
                invited[email] = true;
        }

        /// <summary>Each acknowledged order is answered as it was; each key works until it was revoked, and never
        /// after; who was invited is.</summary>
        private async Task Check(HttpClient http)
        {
            foreach (var (id, text) in orders)
                if (await Send(http, HttpMethod.Post, "/orders", OrderOf(id), id) is var (status, now) && now != text)
                    trial.Violated($"order {id} was answered {text} and is {(int)status} {now} now");
            foreach (var secret in keys.Keys)
            {
                using var who = new HttpRequestMessage(HttpMethod.Get, "/api/v1/me");
                who.Headers.Authorization = new AuthenticationHeaderValue("Bearer", secret);
                using var answer = await http.SendAsync(who);
                var works = answer.StatusCode == HttpStatusCode.OK;
                if (works ? revoked.ContainsKey(secret) : !asked.ContainsKey(secret))
                    trial.Violated($"key {keys[secret]}: {(works ? "works though revoked" : "is not known any more")}");
            }

            var (_, list) = await Send(http, HttpMethod.Get, "/people/invitations", null, null);
            foreach (var email in invited.Keys.Where(e => !list.Contains($"\"{e}\"", StringComparison.Ordinal)))
                trial.Violated($"{email} was invited and is not any more");
        }

        private static string OrderOf(string id) =>
            $$"""{"order":"{{id}}","venture":"main","lines":[{"sku":"PLAIN","quantity":1}]}""";

        private async Task<(HttpStatusCode Status, string Text)> Send(
            HttpClient http,
            HttpMethod method,
            string path,
            string? body,
            string? idempotencyKey
        )
        {
            using var request = new HttpRequestMessage(method, "/api/v1" + path);
            if (body is not null)
                request.Content = new StringContent(body, Encoding.UTF8, "application/json");
            if (idempotencyKey is not null)
                request.Headers.Add("Idempotency-Key", idempotencyKey);
            try
            {
                using var answer = await http.SendAsync(request);
                var (status, text) = ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
                if (idempotencyKey is not null)
                    trial.Note(
                        new
                        {
                            idempotencyKey,
                            method.Method,
                            path,
                            status,
                            text,
                        },
                        200 + (2 * text.Length)
                    );
                return (answer.StatusCode, text);
            }
            catch (HttpRequestException) when (bug == SaysYesEarly && body is not null)
            {
                return (HttpStatusCode.Created, """{"key":"lost","prefix":"lost"}""");
            }
        }
    }
}
