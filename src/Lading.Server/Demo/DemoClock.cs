using Lading.Contracts.Inventory;
using Lading.Contracts.Orders;
using Lading.Inventory;
using Lading.Kernel;
using Lading.Log;
using Lading.Orders;

namespace Lading.Server.Demo;

/// <summary>
/// The demo company's business day: customers order, the warehouse ships what is promised, suppliers deliver what ran
/// short, deliveries are put away into bins, now and then an order is held and let go. At most
/// one order a second; all of it through the same decisions as everybody's.
/// </summary>
public sealed class DemoClock(TenantLog log, TimeProvider clock, Random random)
{
    /// <summary>Who the log says did it.</summary>
    public const string Actor = "demo:clock";

    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1.5);
    private static readonly string[] Carriers = ["Northline", "Harbour Freight Co", "Vale Couriers"];

    /// <summary>In thousandths of a base unit: what is put into a bin at once.</summary>
    private const long BinHolds = 120_000;

    private long count;

    /// <summary>Runs until stopped; a beat that is refused or fails is simply over, and why it failed is said once
    /// until one succeeds.</summary>
    public async Task Run(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Beat, clock);
        string? said = null;
        while (!stop.IsCancellationRequested)
            try
            {
                await timer.WaitForNextTickAsync(stop);
                await Step(stop);
                said = null;
            }
            catch (Exception) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                if (said != fault.Message)
                    await Console.Error.WriteLineAsync($"A beat of the demo company's clock failed: {fault.Message}");
                said = fault.Message;
            }
    }

    /// <summary>One beat.</summary>
    public async Task Step(CancellationToken stop)
    {
        switch (random.Next(100))
        {
            case < 46:
                await PlaceOne(stop);
                break;
            case < 76:
                await ShipOne(stop);
                break;
            case < 86:
                await ReceiveOne(stop);
                break;
            case < 96:
                await PutAwayOne(stop);
                break;
            default:
                await HoldOrRelease(stop);
                break;
        }
    }

    private async Task PlaceOne(CancellationToken stop)
    {
        var skus = await log.Inline.Query(
            "select sku, venture, base_unit, description from sku_row where discontinued = 0",
            r => (Sku: r.Text(0)!, Venture: r.Text(1)!, Unit: r.Text(2)!, Description: r.Text(3)),
            stop
        );
        if (skus.Count == 0)
            return;
        var customers = await log.Inline.Query(
            "select customer from customer_row where venture = $1 limit 200",
            r => r.Text(0)!,
            stop,
            skus[0].Venture
        );
        var type = random.Next(10) switch
        {
            0 => OrderType.Rush,
            1 or 2 => OrderType.Wholesale,
            _ => OrderType.Standard,
        };
        var lines = Enumerable
            .Range(1, 1 + random.Next(5))
            .Select(i =>
            {
                // Few sell much, many sell a little; what goes to shops goes in cases, and now and then runs out.
                var sku = skus[(int)(skus.Count * Math.Pow(random.NextDouble(), 2.2))];
                var quantity = (1 + random.Next(12)) * (type == OrderType.Wholesale ? 6 : 1);
                return new OrderLine(
                    $"{i}",
                    sku.Sku,
                    BaseQuantity.Units(quantity),
                    quantity * 1000L,
                    sku.Unit,
                    new UnitPrice("GBP", 1_000_000 * (2 + random.Next(30)), sku.Unit),
                    sku.Description
                );
            })
            .ToList();
        var number = OrderNumber.Write(OrderNumber.Value(clock.GetUtcNow(), (uint)random.Next()));
        var priority = type == OrderType.Rush ? 1 : 5;
        var requested = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime.AddDays(1 + random.Next(4)));
        var customer = customers.Count == 0 ? null : customers[random.Next(customers.Count)];
        var placed = new OrderPlaced(
            number,
            skus[0].Venture,
            customer,
            type,
            priority,
            requested,
            [],
            lines,
            [],
            null,
            null,
            "demo"
        );
        var stream = Order.Stream(number);
        await Send(stream, on => on.Append(stream, PlaceOrder.Decide(on.State<OrderState>(stream), placed)));
    }

    private async Task ShipOne(CancellationToken stop)
    {
        var ready = await log.Followed.Query(
            "select order_no from order_list where state = 'open' and short = 0 and reserved > 0 order by placed_at "
                + "limit 5",
            r => r.Text(0)!,
            stop
        );
        if (ready.Count == 0)
            return;
        var stream = Order.Stream(ready[0]);
        var ship = new ShipOrder(null, null, Carriers[random.Next(Carriers.Length)], $"TRK{random.Next(1_000_000):D6}");
        await Send(stream, on => on.Append(stream, ShipOrder.Decide(on.State<OrderState>(stream), ship)));
    }

    private async Task ReceiveOne(CancellationToken stop)
    {
        var sites = await log.Inline.Query("select site from orders_site order by site", r => r.Text(0)!, stop);
        var low = await log.Inline.Query(
            """
            select l.sku, k.base_unit, sum(l.on_hand - l.reserved), sum(l.backordered)
            from stock_level l join orders_sku k on k.sku = l.sku
            group by l.sku, k.base_unit
            having sum(l.on_hand - l.reserved) < 100000 or sum(l.backordered) > 0
            order by 4 desc, 3 limit 8
            """,
            r => (Sku: r.Text(0)!, Unit: r.Text(1)!),
            stop
        );
        if (low.Count == 0)
            return;
        var (sku, unit) = low[random.Next(2) == 0 ? 0 : random.Next(low.Count)];
        var site = sites[random.Next(sites.Count)];
        await Receive(
            log,
            clock,
            sku,
            site,
            60 + random.Next(120),
            unit,
            MovementKind.Receipt,
            $"PO-{random.Next(10_000):D4}",
            CommandId.From(Actor, $"{clock.GetUtcNow().Ticks}", $"{count++}")
        );
    }

    /// <summary>A delivery goes to a bin that holds the same goods, or to an empty one.</summary>
    private async Task PutAwayOne(CancellationToken stop)
    {
        var binned = await log.Followed.Query(
            "select site, location, sku, on_hand from stock_location where on_hand > 0",
            r => (Site: r.Text(0)!, Location: r.Text(1)!, Sku: r.Text(2)!, OnHand: r.Integer(3)),
            stop
        );
        var inBins = binned.ToLookup(l => (l.Site, l.Sku), l => l.OnHand);
        var all = await log.Inline.Query(
            "select site, sku, on_hand from stock_level where on_hand > 0 order by site, sku",
            r => (Site: r.Text(0)!, Sku: r.Text(1)!, OnHand: r.Integer(2)),
            stop
        );
        var waiting = all.Select(l => l with { OnHand = l.OnHand - inBins[(l.Site, l.Sku)].Sum() })
            .Where(l => l.OnHand > 0)
            .ToList();
        if (waiting.Count == 0)
            return;
        var (site, sku, onHand) = waiting[random.Next(waiting.Count)];
        var bins = await log.Inline.Query(
            "select location from location_row where site = $1 and closed = 0 order by location",
            r => r.Text(0)!,
            stop,
            site
        );
        var held = binned.Where(l => l.Site == site).ToLookup(l => l.Location);
        var fitting = bins.Where(bin => held[bin].Any(l => l.Sku == sku && l.OnHand < BinHolds / 2)).ToList();
        var found = fitting.Count > 0 ? fitting : [.. bins.Where(bin => !held[bin].Any())];
        var units = await log.Inline.Query(
            "select base_unit from orders_sku where sku = $1",
            r => r.Text(0)!,
            stop,
            sku
        );
        if (found.Count == 0 || units.Count == 0)
            return;
        var id = CommandId.From(Actor, $"{clock.GetUtcNow().Ticks}", $"{count++}");
        var quantity = new EnteredQuantity(Math.Min(onHand, BinHolds), units[0]);
        await PutAway(log, clock, sku, site, found[random.Next(found.Count)], quantity, id);
    }

    private async Task HoldOrRelease(CancellationToken stop)
    {
        var held = await log.Followed.Query(
            "select order_no from order_list where state = 'held' order by placed_at limit 1",
            r => r.Text(0)!,
            stop
        );
        if (held.Count > 0)
        {
            var of = Order.Stream(held[0]);
            await Send(
                of,
                on =>
                    on.Append(of, ReleaseOrder.Decide(on.State<OrderState>(of), new ReleaseOrder("Address confirmed")))
            );
            return;
        }

        var open = await log.Followed.Query(
            "select order_no from order_list where state = 'open' order by placed_at desc limit 1",
            r => r.Text(0)!,
            stop
        );
        if (open.Count == 0)
            return;
        var stream = Order.Stream(open[0]);
        await Send(
            stream,
            on =>
                on.Append(
                    stream,
                    HoldOrder.Decide(on.State<OrderState>(stream), new HoldOrder("Address to be confirmed"))
                )
        );
    }

    private ValueTask<Answer> Send(StreamName stream, Func<Deciding, Refusal?> decide) =>
        log.Send(Demo(CommandId.From(Actor, $"{clock.GetUtcNow().Ticks}", $"{count++}"), [stream], decide));

    /// <summary>A delivery of whole base units at a site's receiving area.</summary>
    internal static ValueTask<Answer> Receive(
        TenantLog log,
        TimeProvider clock,
        string sku,
        string site,
        long units,
        string unit,
        MovementKind kind,
        string document,
        CommandId id
    )
    {
        var stock = StockCall.Stream(sku);
        var place = StockCall.LocationStream(site, StockPlaces.Default);
        var now = clock.GetUtcNow().UtcDateTime;
        return log.Send(
            Demo(
                id,
                [stock, place],
                on =>
                {
                    var state = on.State<Stock>(stock);
                    var spot = new StockSpot(site, StockPlaces.Default, null, [], null);
                    var entered = new EnteredQuantity(units * 1000, unit);
                    var command = new ReceiveStock.Command(
                        spot,
                        entered,
                        null,
                        document,
                        now < on.Now ? now : on.Now,
                        kind
                    );
                    var decision = ReceiveStock.Decide(
                        state,
                        on.State<Location>(place),
                        command,
                        InventoryDirectory.TimeOf(on)
                    );
                    return StockCall.Append(on, stock, decision, command.Happened);
                }
            )
        );
    }

    /// <summary>Goods go from a receiving area into a bin; if they were shipped meanwhile, nothing goes.</summary>
    internal static ValueTask<Answer> PutAway(
        TenantLog log,
        TimeProvider clock,
        string sku,
        string site,
        string bin,
        EnteredQuantity quantity,
        CommandId id
    )
    {
        var stock = StockCall.Stream(sku);
        var to = StockCall.LocationStream(site, bin);
        var now = clock.GetUtcNow().UtcDateTime;
        return log.Send(
            Demo(
                id,
                [stock, to],
                on =>
                {
                    var from = new StockSpot(site, StockPlaces.Default, null, [], null);
                    var happened = now < on.Now ? now : on.Now;
                    var command = new TransferStock.Command(from, site, bin, quantity, "put away", null, happened, []);
                    var decision = TransferStock.Decide(
                        on.State<Stock>(stock),
                        on.State<Location>(to),
                        command,
                        InventoryDirectory.TimeOf(on)
                    );
                    return StockCall.Append(on, stock, decision, happened);
                }
            )
        );
    }

    internal static Command Demo(CommandId id, IReadOnlyList<StreamName> streams, Func<Deciding, Refusal?> decide) =>
        new()
        {
            Id = id,
            Fingerprint = 0,
            Actor = Actor,
            Streams = streams,
            Decide = decide,
        };
}
