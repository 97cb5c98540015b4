using System.CommandLine;
using System.Diagnostics;
using System.Globalization;

namespace Lading.Cli.Import;

/// <summary>What an import of orders was asked to do besides placing them.</summary>
internal sealed record OrderOptions(bool CreateMissing, decimal? OpeningStock, bool Update);

/// <summary>One import from the first byte read to the last command decided; the whole file is read before anything is
/// sent.</summary>
internal sealed class ImportRun(
    ParseResult parsed,
    Api api,
    Mapping mapping,
    RowErrors errors,
    Tally tally,
    Dictionary<string, object?> summary
)
{
    private readonly ImportTarget target = new(api, mapping.Source, errors, tally);

    /// <summary>A file of orders.</summary>
    public async Task Orders(string path, OrderOptions options, CancellationToken stop)
    {
        using var bar = new Progress("Reading");
        var file = new OrderFile(mapping, errors);
        var orders = file.Read(path, bar.Report, Say);
        var plan = new OrderPlan(orders, mapping, errors);
        summary["rows"] = (long)file.Rows;
        var place = await ImportPlace.Find(api, mapping, stop);
        var data = new MasterData(target, mapping, place, tally, errors);
        if (options.CreateMissing)
        {
            bar.Say("Registering SKUs and customers");
            await data.CreateMissing(plan, stop);
        }

        if (options.OpeningStock is > 0 and var percent && plan.Orders.Count > 0)
        {
            bar.Say("Booking opening stock");
            await data.OpeningStock(plan, percent, stop);
        }

        await PlaceOrders(plan, place, options, bar, stop);
        await TakeBack(plan, place, bar, stop);
        bar.Say("Booking adjustments");
        await data.Adjust(plan.Adjustments, stop);
        bar.Say("Waiting for stock to be promised");
        await Settled(stop);
        bar.Done();
        Report(options);
    }

    /// <summary>A file of SKUs, customers or stock.</summary>
    public async Task Master(string what, string path, bool update, CancellationToken stop)
    {
        using var bar = new Progress($"Importing {what}");
        var place = await ImportPlace.Find(api, mapping, stop);
        var data = new MasterData(target, mapping, place, tally, errors, update);
        var files = new MasterFiles(target, data, mapping, errors);
        await (
            what switch
            {
                "skus" => files.Skus(path, bar.Report, Say, stop),
                "customers" => files.Customers(path, bar.Report, Say, stop),
                _ => files.Stock(path, place.Site, bar.Report, Say, stop),
            }
        );
        bar.Done();
        summary["rows"] = (long)files.Rows;
        summary[what == "stock" ? "movements" : what] = tally[what == "stock" ? "movements" : what];
        summary["thereBefore"] = tally["there"];
        summary["valuesThatDiffer"] = tally["differ"];
        if (update)
            summary["updated"] = tally["updated"];
    }

    private async Task PlaceOrders(
        OrderPlan plan,
        ImportPlace place,
        OrderOptions options,
        Progress bar,
        CancellationToken stop
    )
    {
        var all = plan.Orders.Sum(o => (long)o.LineRows.Length);
        bar.Say("Placing orders");
        bar.Report(0, all);
        var placed = plan.Orders.Select(o => o with { Request = o.Request with { Venture = place.Venture } }).ToList();
        var sender = new OrderSender(target, mapping, errors, tally, options);
        var clock = Stopwatch.StartNew();
        await sender.Send(placed, done => bar.Report(done, all), stop);
        var seconds = clock.Elapsed.TotalSeconds;
        summary["placingSeconds"] = seconds.ToString("0.0", CultureInfo.InvariantCulture);
        summary["linesPerSecond"] = (long)(all / Math.Max(seconds, 0.001));
    }

    private async Task TakeBack(OrderPlan plan, ImportPlace place, Progress bar, CancellationToken stop)
    {
        if (plan.Returns.Count == 0)
            return;
        bar.Say("Taking back");
        var back = new TakeBacks(target, errors, tally, place.Site);
        back.Learn(plan.Orders);
        await back.Send(plan.Returns, done => bar.Report(done, plan.Returns.Count), stop);
    }

    /// <summary>Until every policy has seen every fact: each order then has its stock, or waits for it.</summary>
    private async Task Settled(CancellationToken stop)
    {
        var clock = Stopwatch.StartNew();
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (await beat.WaitForNextTickAsync(stop))
        {
            var policies = (await api.Get("/api/v1/projections", stop))
                .Items()
                .Where(p => p.Text("kind") == "policy")
                .ToList();
            if (policies.Any(p => p.Text("failure") is not null))
                throw new CommandFailed(
                    ExitCode.Fault,
                    "A policy has stopped, so stock is not promised. `lading projections list` says why."
                );
            if (policies.All(p => p.Number("behind") == 0))
                break;
        }

        summary["promisedAfterSeconds"] = clock.Elapsed.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
    }

    private void Report(OrderOptions options)
    {
        summary["orders"] = tally["orders"];
        summary["lines"] = tally["lines"];
        summary["ordersThereBefore"] = tally["orders there"];
        summary["ordersRefused"] = tally["orders refused"];
        summary["ordersThatDiffer"] = tally["orders differ"];
        if (options.Update)
            summary["ordersUpdated"] = tally["orders updated"];
        if (options.CreateMissing)
            (summary["skus"], summary["customers"]) = (tally["skus"], tally["customers"]);
        if (options.OpeningStock is not null)
            summary["openingStock"] = tally["opening stock"];
        summary["rowsTakenBack"] = tally["rows taken back"];
        summary["adjustments"] = tally["adjustments"];
        summary["thereBefore"] = tally["there"];
    }

    private void Say(string note)
    {
        if (!parsed.GetValue(Shared.Json))
            Console.Error.WriteLine(note);
    }
}
