using System.Globalization;
using Lading.Contracts.Inventory;
using Lading.Contracts.Orders;

namespace Lading.Bench;

/// <summary>Everything on at a fixed arrival rate: placed, reserved, followed, shown; is the backlog steady, and how
/// soon is a promise visible.</summary>
public static class EverythingBench
{
    /// <summary>Arguments: orders per second, seconds.</summary>
    public static async Task<int> Run(string[] args)
    {
        var rate = args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 4_000;
        var seconds = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 60;
        var constant = await RawLimits.KestrelConstant(256, 3);
        await using var company = await Company.Make(1_000, 1_000_000_000, follow: true, react: true);
        await using var server = await company.Serve();
        await HttpLoad.Run(
            server.Address,
            256,
            TimeSpan.FromSeconds(5),
            long.MaxValue,
            i => PlaceBench.Request(company.Key, i, "w"),
            rate / 2
        );
        var from = company.Log.Head;
        using var stop = new CancellationTokenSource();
        var watching = Watch(company, stop.Token);
        var pausing = Pauses(stop.Token);
        var following = FollowerLag(company, stop.Token);
        var result = await HttpLoad.Run(
            server.Address,
            256,
            TimeSpan.FromSeconds(seconds),
            long.MaxValue,
            i => PlaceBench.Request(company.Key, i, "M", numbered: true),
            rate
        );
        await stop.CancelAsync();
        var backlog = await watching;
        var pauses = await pausing;
        Console.WriteLine(
            $"everything on, {rate:N0} orders/s asked: {result} = {result.Rate / constant:P0} of a constant answer "
                + $"({constant:N0}/s, closed loop)"
        );
        Console.WriteLine(
            $"events behind, by second: "
                + $"{string.Join(' ', backlog.Where((_, i) => i % Math.Max(1, backlog.Count / 20) == 0))}"
        );
        Stalls(result.WorstBySecond, pauses);
        var lags = await following;
        Console.WriteLine(
            $"a fact in every list after {Quantile(lags, 0.5):N0} ms p50, {Quantile(lags, 0.99):N0} ms p99 "
                + $"({lags.Count:N0} looks, {(company.Log.Head - from) / (double)seconds:N0} events/s)"
        );
        await company.Settle();
        return result.ExitCode | await Lags(company, from, result.Started, rate);
    }

    private static async Task<List<long>> Watch(Company company, CancellationToken stop)
    {
        var seen = new List<long>();
        using var second = new PeriodicTimer(TimeSpan.FromSeconds(1));
        try
        {
            while (await second.WaitForNextTickAsync(stop))
                seen.Add(company.Log.Status().Max(s => s.Head - s.Position));
        }
        catch (OperationCanceledException) { }

        return seen;
    }

    /// <summary>How long the collector held all threads in each second, in ms, and how many full collections there
    /// were up to its end.</summary>
    private static async Task<List<(double Paused, int Full)>> Pauses(CancellationToken stop)
    {
        var seen = new List<(double, int)>();
        var before = GC.GetTotalPauseDuration();
        using var second = new PeriodicTimer(TimeSpan.FromSeconds(1));
        try
        {
            while (await second.WaitForNextTickAsync(stop))
            {
                var now = GC.GetTotalPauseDuration();
                seen.Add(((now - before).TotalMilliseconds, GC.CollectionCount(2)));
                before = now;
            }
        }
        catch (OperationCanceledException) { }

        return seen;
    }

    private static void Stalls(IReadOnlyList<float> worst, List<(double Paused, int Full)> pauses)
    {
        Console.WriteLine(
            $"longest wait of a second: {Quantile([.. worst.Select(w => (double)w)], 0.5):N0} ms in half of them; "
                + $"collector at most {pauses.Max(p => p.Paused):N0} ms in one; the worst: "
                + string.Join(
                    ", ",
                    worst
                        .Select((w, i) => (Wait: w, Second: i))
                        .OrderByDescending(s => s.Wait)
                        .Take(8)
                        .Where(s => s.Second < pauses.Count)
                        .Select(s =>
                            $"{s.Wait:N0} ms in second {s.Second} (collector {pauses[s.Second].Paused:N0} ms, "
                            + $"{pauses[s.Second].Full} full so far)"
                        )
                )
        );
    }

    /// <summary>
    /// How long a fact takes from when it was recorded, before its commit, until every follower has passed it. Looked
    /// at each millisecond; of what they passed since the last look, the fact that waited longest counts.
    /// </summary>
    private static async Task<List<double>> FollowerLag(Company company, CancellationToken stop)
    {
        var lags = new List<double>();
        var passed = company.Log.Head;
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        try
        {
            while (await look.WaitForNextTickAsync(stop))
            {
                var reached = company.Log.Status().Where(s => s.Kind == "follower").Min(s => s.Position);
                if (reached <= passed)
                    continue;
                var now = TimeProvider.System.GetUtcNow().UtcDateTime;
                var first = await company.Log.ReadAfter(passed, 1, stop);
                lags.Add((now - first[0].RecordedAt).TotalMilliseconds);
                passed = reached;
            }
        }
        catch (OperationCanceledException) { }

        return lags;
    }

    /// <summary>From the moment each order was due to its reservation recorded, and to the order having
    /// followed.</summary>
    private static async Task<int> Lags(Company company, long after, DateTime started, double rate)
    {
        DateTime? Due(string order) =>
            order[0] == 'M' && long.TryParse(order.AsSpan(1), out var i) ? started.AddSeconds(i / rate) : null;
        var placed = 0;
        List<double> reserved = [],
            followed = [];
        while (await company.Log.ReadAfter(after, 5_000, default) is { Count: > 0 } page)
        {
            after = page[^1].Position;
            foreach (var fact in page)
                if (fact.FactType == typeof(OrderPlaced) && Due(fact.Stream.Key) is not null)
                    placed++;
                else if (fact.Fact is StockReserved promise && Due(promise.Holder) is { } due)
                    reserved.Add((fact.RecordedAt - due).TotalMilliseconds);
                else if (fact.FactType == typeof(OrderAllocated) && Due(fact.Stream.Key) is { } at)
                    followed.Add((fact.RecordedAt - at).TotalMilliseconds);
        }

        Console.WriteLine(
            $"reservation recorded {Quantile(reserved, 0.5):N0} ms p50, {Quantile(reserved, 0.99):N0} ms p99 after its "
                + $"order was due ({reserved.Count:N0})"
        );
        Console.WriteLine(
            $"order followed       {Quantile(followed, 0.5):N0} ms p50, {Quantile(followed, 0.99):N0} ms p99 after it "
                + $"was due ({followed.Count:N0} of {placed:N0})"
        );
        return followed.Count >= placed && reserved.Count >= placed ? 0 : 1;
    }

    internal static double Quantile(List<double> values, double q)
    {
        values.Sort();
        return values.Count == 0 ? double.NaN : values[(int)((values.Count - 1) * q)];
    }
}
