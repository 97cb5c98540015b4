using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Lading.Kernel;
using Lading.Platform.SignIn;
using Lading.Platform.Tenancy;
using Lading.Server;

namespace Lading.Bench;

/// <summary>
/// Sign-ins offered at a fixed rate, more than the desk can serve, while other requests go on: how many get in, how
/// many are sent away and how soon, and what the others notice.
/// </summary>
public static class SignInBench
{
    private const string Password = "seven green lanterns wander";

    /// <summary>Arguments: sign-ins offered per second, seconds, <c>argon2</c> or <c>pbkdf2</c>.</summary>
    public static async Task<int> Run(string[] args)
    {
        var rate = args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 12;
        var seconds = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 30;
        var argon2 = args.Length > 2 && args[2] == "argon2";
        var folder = Directory.CreateTempSubdirectory("lading-bench").FullName;
        try
        {
            await Measure(folder, rate, seconds, argon2);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task Measure(string folder, double rate, int seconds, bool argon2)
    {
        await using var host = LadingHost.Open(new HostOptions { Data = folder, Argon2 = argon2 });
        await using var server = await WebServer.Start(host, "http://127.0.0.1:0");
        var tenant = host.Tenants.Create("bench", "Bench")!;
        var key = host.Keys.Issue(tenant.Id, "bench", ["*"], null, null).Secret;
        await People(host, tenant);
        using var http = new HttpClient { BaseAddress = new Uri(server.Address) };
        await SignIn(http, 0, []);
        List<(int Status, double Milliseconds)> others = [],
            signIns = [];
        using var ended = new CancellationTokenSource();
        var reading = Others(server.Address, key, others, ended.Token);
        var offered = new List<Task>();
        var start = Stopwatch.GetTimestamp();
        using var tick = new PeriodicTimer(TimeSpan.FromSeconds(1 / rate));
        for (var i = 0; Stopwatch.GetElapsedTime(start).TotalSeconds < seconds; i++)
        {
            offered.Add(SignIn(http, i, signIns));
            await tick.WaitForNextTickAsync();
        }

        await Task.WhenAll(offered);
        var took = Stopwatch.GetElapsedTime(start).TotalSeconds;
        await ended.CancelAsync();
        await reading;
        Report(argon2 ? "Argon2id" : "PBKDF2-SHA256, 600,000 rounds", rate, took, signIns, others);
    }

    private static void Report(
        string how,
        double rate,
        double took,
        List<(int Status, double Milliseconds)> signIns,
        List<(int Status, double Milliseconds)> others
    )
    {
        var served = signIns.Where(s => s.Status == 200).Select(s => s.Milliseconds).Order().ToList();
        var away = signIns.Where(s => s.Status == 429).Select(s => s.Milliseconds).Order().ToList();
        var rest = others.Select(o => o.Milliseconds).Order().ToList();
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{how}; {rate:0.#}/s offered for {took:0} s: {served.Count / took:0.0} sign-ins/s, longest "
                    + $"{At(served, 1):0} ms; {away.Count} answered 429, the latest after {At(away, 1):0} ms; other "
                    + $"requests: {rest.Count / took:0}/s, p50 {At(rest, 0.5):0.0} ms, p99 {At(rest, 0.99):0.0} ms; "
                    + $"other answers: {signIns.Count - served.Count - away.Count + others.Count(o => o.Status != 200)}"
            )
        );
    }

    private static double At(List<double> sorted, double share) =>
        sorted.Count == 0 ? 0 : sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * share))];

    private static async Task People(LadingHost host, Tenant tenant)
    {
        for (var i = 0; i < 20; i++)
        {
            var account = host.Accounts.New($"p{i}@bench.example", $"Person {(char)('A' + i)}");
            await host.Accounts.Manager().CreateAsync(account, Password);
            await host.Accounts.Join(new Joining(tenant.Id, account.Id, "bench", []));
        }
    }

    private static async Task SignIn(HttpClient http, int i, List<(int, double)> into)
    {
        var start = Stopwatch.GetTimestamp();
        using var answer = await http.PostAsync(
            "/api/v1/session/sign-in",
            JsonContent.Create(new JsonObject { ["email"] = $"p{i % 20}@bench.example", ["password"] = Password })
        );
        var took = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        lock (into)
            into.Add(((int)answer.StatusCode, took));
    }

    /// <summary>Two hundred reads a second, each on time whatever became of the one before; what one waited counts from
    /// when it was due.</summary>
    private static async Task Others(string address, string key, List<(int, double)> into, CancellationToken stop)
    {
        using var http = new HttpClient { BaseAddress = new Uri(address) };
        http.DefaultRequestHeaders.Authorization = new("Bearer", key);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        var under = new List<Task>();
        var start = Stopwatch.GetTimestamp();
        try
        {
            while (await tick.WaitForNextTickAsync(stop))
            while (Stopwatch.GetElapsedTime(start) is var now && now >= Due(under.Count))
                under.Add(One(Due(under.Count)));
        }
        catch (OperationCanceledException) { }

        await Task.WhenAll(under);

        static TimeSpan Due(int i) => TimeSpan.FromMilliseconds(5 * i);

        async Task One(TimeSpan due)
        {
            using var answer = await http.GetAsync("/api/v1/ventures", CancellationToken.None);
            var took = (Stopwatch.GetElapsedTime(start) - due).TotalMilliseconds;
            lock (into)
                into.Add(((int)answer.StatusCode, took));
        }
    }
}
