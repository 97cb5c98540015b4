using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using Lading.Log;
using Lading.Server;

namespace Lading.Faults.Isolation;

/// <summary>
/// H14 as a twin run: the same random calls of one tenant, once alone in the house and once beside a tenant that makes
/// the same calls with the same ids around each of them. All answers are equal to the byte: statuses, positions,
/// numbers that were given, lists. Both runs stand at one moment by the clock.
/// </summary>
internal sealed partial class TwinRun(Trial trial, bool postgres, bool sharesTenant = false)
{
    private const int Calls = 40;
    private static readonly DateTimeOffset Moment = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);

    public static IReadOnlyList<Experiment> Experiments { get; } = [Of("sqlite", false), Of("postgres", true)];

    private static Experiment Of(string name, bool postgres) =>
        new(
            $"H14.twin-{name}",
            "Whether another tenant is there cannot be told from any answer.",
            "answers",
            trial => new TwinRun(trial, postgres).Run()
        )
        {
            Short = new Short(3, 6),
            Controls =
            [
                new Control("one-log-for-both", trial => new TwinRun(trial, postgres, sharesTenant: true).Run()),
            ],
        };

    private async Task Run()
    {
        trial.Begin();
        for (var round = 0; round == 0 || trial.GoesOn(trial.CountOf("answers")); round++)
        {
            var script = Script(new Random(unchecked((trial.Seed * 31) + round)));
            var alone = await Play(script, $"alone{round}", beside: false);
            var both = await Play(script, $"both{round}", beside: true);
            for (var i = 0; i < alone.Count; i++)
            {
                var (call, one, other) = (script[i].Method + " " + script[i].Path, alone[i], both[i]);
                trial.Note(
                    new
                    {
                        round,
                        call,
                        alone = one,
                        beside = other == one ? null : other,
                    },
                    200 + (2 * one.Length)
                );
                if (one != other)
                    trial.Violated($"round {round}: {Difference(one, other)}");
            }

            trial.Count("answers", alone.Count);
        }
    }

    private async Task<List<string>> Play(
        List<(string Method, string Path, string? Body)> script,
        string run,
        bool beside
    )
    {
        var options = new HostOptions
        {
            Data = trial.NewFolder(run),
            Postgres = postgres ? await trial.Servers.NewDatabase() : null,
        };
        await using var host = LadingHost.Open(options, new StandingClock());
        await using var server = await WebServer.Start(host, "http://127.0.0.1:0");
        var one = await Twin.Open(host, server, "one");
        var two =
            !beside ? null
            : sharesTenant ? one
            : await Twin.Open(host, server, "two");
        var said = new List<string>();
        foreach (var (method, path, body) in script)
        {
            if (two is not null)
                await two.Call(method, path, body, "before");
            said.Add($"{method} {path}: {await one.Call(method, path, body, "own")}");
            if (two is not null)
                await two.Call(method, path, body, "after");
            await Marked.Settle(one.Log); // the facts of policies take positions of their own
        }

        return said;
    }

    /// <summary>A company is opened, then random calls on few ids, which so meet; then all is read.</summary>
    private static List<(string Method, string Path, string? Body)> Script(Random random)
    {
        List<(string, string, string?)> script =
        [
            ("POST", "/ventures", """{"code":"main","name":"Main"}"""),
            ("POST", "/sites", """{"code":"north","venture":"main","name":"North","timeZone":"Etc/UTC"}"""),
            ("POST", "/skus", """{"sku":"S0","venture":"main","baseUnit":"EA"}"""),
            ("POST", "/customers", """{"customer":"C0","venture":"main","name":"Ada"}"""),
        ];
        for (var i = 0; i < Calls; i++)
            script.Add(Random(random));
        script.AddRange(Reads.Select(path => ("GET", path, (string?)null)));
        return script;
    }

    private static (string, string, string?) Random(Random random)
    {
        var (sku, order, site) = ($"S{random.Next(3)}", $"O{random.Next(6)}", random.Next(8) > 0 ? "north" : "south");
        var units = random.Next(1, 9);
        return random.Next(14) switch
        {
            0 => ("POST", "/skus", $$"""{"sku":"{{sku}}","venture":"main","baseUnit":"EA"}"""),
            1 => ("POST", "/customers", $$"""{"customer":"C{{random.Next(3)}}","venture":"main","name":"Bob"}"""),
            2 => ("POST", "/locations", $$"""{"site":"{{site}}","location":"L{{random.Next(3)}}","kind":"bin"}"""),
            < 5 => (
                "POST",
                "/inventory/movements",
                $$"""{"kind":"receipt","sku":"{{sku}}","quantity":{{units}},"unit":"EA","""
                    + $$$""" "to":{"site":"{{{site}}}"}}"""
            ),
            < 9 => (
                "POST",
                "/orders",
                $$"""{"order":"{{order}}","venture":"main","lines":[{"sku":"{{sku}}","quantity":{{units}}}]}"""
            ),
            9 => ("POST", $"/orders/{order}/hold", """{"reason":"x"}"""),
            10 => ("POST", $"/orders/{order}/cancel", """{"reason":"x"}"""),
            11 => ("POST", $"/orders/{order}/ship", "{}"),
            12 => ("POST", "/members", $$"""{"person":"p{{random.Next(3)}}","grants":[{"role":"picker"}]}"""),
            _ => ("GET", $"/orders/{order}", null),
        };
    }

    private static readonly string[] Reads =
    [
        .. "/ventures /sites /skus /skus/S0 /customers /customers/C0 /locations /locations/fill /roles".Split(' '),
        .. "/inventory/stock /inventory/stock/S0 /inventory/stock/S0/explain /inventory/discrepancies".Split(' '),
        .. "/orders /orders?limit=1 /orders/O0 /orders/O1/placed /orders/O2/timeline /orders/days".Split(' '),
        .. "/orders/counts /orders/course /members /members/p1 /access/rules /permissions /settings".Split(' '),
        .. "/audit /audit/head /projections /events/types /events /keys /me".Split(' '),
    ];

    private static string Difference(string alone, string both)
    {
        var at = alone.Zip(both).TakeWhile(c => c.First == c.Second).Count();
        string From(string text) => text[Math.Max(0, at - 80)..Math.Min(text.Length, at + 120)];
        return $"{alone[..Math.Min(40, alone.Length)]}… alone {From(alone)}, beside another {From(both)}";
    }

    private sealed class StandingClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Moment;
    }

    /// <summary>One company of the run.</summary>
    private sealed partial class Twin
    {
        private readonly HttpClient http;
        private int calls;

        private Twin(HttpClient http, TenantLog log) => (this.http, Log) = (http, log);

        public TenantLog Log { get; }

        public static async Task<Twin> Open(LadingHost host, WebServer server, string slug)
        {
            var tenant = host.Tenants.Create(slug, "A company")!;
            var key = host.Keys.IssueForProcess(tenant.Id, "twin", ["*"], $"twin{slug}k").Secret;
            var http = new HttpClient { BaseAddress = new Uri(server.Address) };
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
            return new Twin(http, await host.Tenants.Log(tenant.Id));
        }

        public async Task<string> Call(string method, string path, string? body, string when)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), "/api/v1" + path);
            if (body is not null)
                request.Content = new StringContent(body, Encoding.UTF8, "application/json");
            request.Headers.Add("Idempotency-Key", when == "own" ? $"k{calls++}" : $"{when}{calls++}");
            using var answer = await http.SendAsync(request);
            var text = await answer.Content.ReadAsStringAsync();
            answer.Headers.TryGetValues("Lading-Position", out var position);
            var tag = answer.Headers.ETag?.ToString();
            return $"{(int)answer.StatusCode} {position?.FirstOrDefault()} {tag} {Own().Replace(text, "")}";
        }

        /// <summary>The trace is the request's own; a tenant's id is random, and so is the chain that begins with it;
        /// what is sealed has a random nonce; the board's day is by the machine's clock.</summary>
        [GeneratedRegex("\"(traceId|tenant|hash|head|sealed|from|at)\":\"[^\"]*\"")]
        private static partial Regex Own();
    }
}
