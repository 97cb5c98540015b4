using System.Diagnostics;
using System.Globalization;
using Lading.Contracts.Platform;
using Lading.Kernel;
using Lading.Log;
using Lading.Orders;
using Lading.Platform.Access;
using Lading.Platform.Http;
using Lading.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Lading.Bench;

/// <summary>
/// What authorization costs: one check, warm, in time and bytes; and placing an order behind the whole of it (the
/// key's look-up and hash, the door, the rules, a key narrowed to a venture) beside the same server that takes
/// everybody for one caller who may do everything. Runs alternate; the ratio is the median of the pairs'.
/// </summary>
public static class AccessBench
{
    private const int Connections = 128;

    /// <summary>Arguments: pairs, seconds of each run.</summary>
    public static async Task<int> Run(string[] args)
    {
        var pairs = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 10;
        var seconds = args.Length > 1 ? double.Parse(args[1], CultureInfo.InvariantCulture) : 3;
        Check();
        await using var company = await Company.Make(1_000, 0, follow: false, react: false);
        await company.Put(
            StreamName.Of("access-rule", "large-orders"),
            new AccessRuleSet("large-orders", RuleKinds.Amount, "orders.write", Amount: new Money("GBP", 1_000_000_000))
        );
        var key = company.Host.Keys.Issue(company.Tenant.Id, "narrow", ["orders.*"], ["main"], null).Secret;
        await using var full = await Serve(company, checks: true);
        await using var open = await Serve(company, checks: false);
        var ratios = new List<double>();
        for (var i = 0; i <= pairs; i++)
        {
            // The first pair warms up; then who goes first changes from pair to pair.
            var (first, second) = i % 2 == 0 ? (full, open) : (open, full);
            var one = await Place(first, key, seconds, $"a{i}");
            var two = await Place(second, key, seconds, $"b{i}");
            var (with, without) = i % 2 == 0 ? (one, two) : (two, one);
            if (with.Failures + without.Failures > 0)
                throw new InvalidOperationException(with.FirstFailure ?? without.FirstFailure);
            if (i == 0)
                continue;
            ratios.Add(with.Rate / without.Rate);
            Console.WriteLine(
                $"pair {i, 2}  with {with.Rate, 8:N0}/s  without {without.Rate, 8:N0}/s  {ratios[^1]:P1}"
            );
        }

        ratios.Sort();
        Console.WriteLine(
            $"placing with full authorization: {Median(ratios):P1} of without (median of {pairs} pairs; "
                + $"{ratios[0]:P1} to {ratios[^1]:P1})"
        );
        return 0;
    }

    /// <summary>A person of three narrowed roles under the shipped rules: find, hours, second factor, reach,
    /// record.</summary>
    private static void Check()
    {
        const int Times = 2_000_000;
        var main = new Narrowing(new HashSet<string>(StringComparer.Ordinal) { "main", "side" }, null, null);
        var rights = Rights.Of(
            [
                new HeldRole("venture-manager", ["orders.*", "inventory.*"], main),
                new HeldRole("auditor", ["orders.read", "audit.read"], Narrowing.None),
                new HeldRole("picker", ["orders.fulfil"], main),
            ],
            ShippedRoles.Rules
        );
        var now = new DateTime(2026, 11, 23, 9, 0, 0, DateTimeKind.Utc);
        var who = new Identity("s1", "person:1", "1", "s1", now, now);
        string[] asked = ["orders.read", "orders.write", "inventory.move", "orders.fulfil"];
        var rounds = new List<double>();
        var bytes = 0L;
        for (var round = 0; round < 12; round++)
        {
            var (allocated, start, seen) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp(), 0);
            for (var i = 0; i < Times; i++)
                if (
                    Door.Check(asked[i & 3], who, rights, now, out _, out var reach) is null
                    && reach!.SeesRecord("main", "C1", [])
                )
                    seen++;
            var took = Stopwatch.GetElapsedTime(start);
            bytes = GC.GetAllocatedBytesForCurrentThread() - allocated;
            if (seen != Times)
                throw new InvalidOperationException("A check that should let in did not.");
            rounds.Add(took.TotalMicroseconds / Times);
        }

        Console.WriteLine(
            $"permission check  {Median([.. rounds.Skip(2).Order()]):0.000} µs warm, {bytes} bytes in {Times:N0} checks"
        );
    }

    private static Task<LoadResult> Place(WebApplication app, string key, double seconds, string run) =>
        HttpLoad.Run(
            app.Urls.First(),
            Connections,
            TimeSpan.FromSeconds(seconds),
            long.MaxValue,
            i => PlaceBench.Request(key, i, run)
        );

    /// <summary>The orders' routes behind the real door, or behind one that stands open.</summary>
    private static async Task<WebApplication> Serve(Company company, bool checks)
    {
        var builder = WebApplication.CreateSlimBuilder(WebServer.OwnSettings);
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(company.Host.Clock);
        var app = builder.Build();
        app.UseRouting();
        var everything = Rights.Everything.Find("orders.write")!;
        var who = new Identity("bench", "key:bench");
        var caller = new Caller(company.Tenant.Id, company.Log, who, Rights.Everything, Reach.Whole, everything);
        if (checks)
            app.Use(next => new Authentication(company.Host, next).Invoke);
        else
            app.Use(next =>
                http =>
                {
                    http.Features.Set(caller);
                    return next(http);
                }
            );
        new OrdersModule(TimeProvider.System).Map(app.MapGroup("/api/v1"));
        await app.StartAsync();
        return app;
    }

    private static double Median(List<double> sorted) =>
        sorted.Count % 2 == 1
            ? sorted[sorted.Count / 2]
            : (sorted[(sorted.Count / 2) - 1] + sorted[sorted.Count / 2]) / 2;
}
