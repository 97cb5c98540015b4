using Lading.Contracts.Inventory;
using Lading.Contracts.Orders;
using Lading.Inventory;
using Lading.Kernel;
using Lading.Log;
using Lading.Orders;

namespace Lading.Faults.Stocks;

/// <summary>What a reservation by hand asked for: a refusal of it must have been right.</summary>
internal sealed record Wish(string Sku, IReadOnlyList<string> Sites, string? Owner, long Quantity);

/// <summary>One command of the work on stock.</summary>
internal sealed record StockCommand(Command Command, Wish? Wish);

/// <summary>
/// Commands on stock and orders, number n of a seed always the same, so that a copy is a copy: receipts (some back-
/// dated), reservations that lapse, releases, orders with several lines of one SKU, cancellations, splits, picks,
/// shipments, returns, adjustments, transfers, holds. Most of it on three hot SKUs, in droughts and plenty by turns.
/// The rules are the product's slices.
/// </summary>
internal sealed class StockWork(int seed, int skus, int longestTtl, int season = StockWork.Season)
{
    public const string Venture = "main";
    private const int Hot = 3;
    private static readonly string[] Sites = ["north", "south", "east"];

    private static SiteTime Time(Deciding on) => new(on.Now, _ => null);

    public string SkuName(int i) => $"K{i}";

    /// <summary>Makes a SKU known; every fourth is tracked by lot.</summary>
    public Command Register(int i)
    {
        var stream = StockCall.Stream(SkuName(i));
        var tracking = i % 4 == 3 ? Tracking.Lot : Tracking.None;
        return Make(
            CommandId.From("register", $"{i}"),
            $"setup:{i}",
            [stream],
            on =>
                on.Version(stream) > 0
                    ? new Refusal("faults.known", RefusalKind.Conflict, "It is known.")
                    : on.Append(
                        stream,
                        Decision.Accept(
                            new SkuRegistered(
                                SkuName(i),
                                Venture,
                                null,
                                "EA",
                                [],
                                tracking,
                                AllocationPolicy.Fifo,
                                [],
                                null
                            )
                        )
                    )
        );
    }

    public static CommandId IdOf(int number) => CommandId.From("stock", $"{number}");

    /// <summary>Which command a fact's actor says it came from; -1 when it was none of these.</summary>
    public static int NumberOf(string actor) =>
        actor.StartsWith("stock:", StringComparison.Ordinal) ? int.Parse(actor.AsSpan(6)) : -1;

    /// <summary>
    /// So many commands of drought, then as many of plenty. In a drought little comes in and what lies free is written
    /// off, however much plenty left; plenty brings more than is asked for, so that nobody waits from one drought to
    /// the next.
    /// </summary>
    private const int Season = 500;

    public static bool IsDrought(int number, int season = Season) => number / season % 2 == 0;

    private int Dice(int number) => Dice(seed, number);

    /// <summary>What kind of command a number is: 0 to 99, and no relation of the first number of a Random that has
    /// almost the same seed.</summary>
    public static int Dice(int seed, int number)
    {
        var mixed = unchecked(((uint)number * 2654435761u) ^ ((uint)seed * 40503u));
        mixed ^= mixed >> 15;
        mixed = unchecked(mixed * 2246822519u);
        return (int)((mixed ^ (mixed >> 13)) % 100);
    }

    private static bool Reserves(int dice) => dice is >= 24 and < 44;

    private static bool Orders(int dice) => dice is >= 52 and < 70;

    public StockCommand Make(int number)
    {
        var random = new Random(unchecked((seed * 7919) + number));
        var dice = Dice(number);
        if (Reserves(dice))
            return Reserve(number, random);
        var command = dice switch
        {
            < 12 when IsDrought(number, season) => WriteOff(number, random),
            < 24 => Receive(number, random),
            < 52 => Release(number, random),
            < 70 => Place(number, random),
            < 76 => OfOrder(number, random, (order, _) => CancelOrder.Decide(order, new CancelOrder("asked"))),
            < 81 => Split(number, random),
            < 86 => OfOrder(number, random, (order, _) => PickOrder.Decide(order, new PickOrder(null))),
            < 91 => OfOrder(
                number,
                random,
                (order, r) => ShipOrder.Decide(order, new ShipOrder(null, Some(order, r), null, null))
            ),
            < 93 => OfOrder(number, random, Return),
            < 96 => Adjust(number, random),
            < 98 => Transfer(number, random),
            _ => Hold(number, random),
        };
        return new StockCommand(command, null);
    }

    private static Command Make(
        CommandId id,
        string actor,
        IReadOnlyList<StreamName> streams,
        Func<Deciding, Refusal?> decide
    ) =>
        new()
        {
            Id = id,
            Fingerprint = 7,
            Actor = actor,
            Streams = streams,
            Decide = decide,
        };

    private Command Numbered(int number, IReadOnlyList<StreamName> streams, Func<Deciding, Refusal?> decide) =>
        Make(IdOf(number), $"stock:{number}", streams, decide);

    private Command OnStock(
        int number,
        string sku,
        Func<Stock, Deciding, Decision> decide,
        StreamName? also = null,
        Func<Deciding, DateTime?>? happened = null
    )
    {
        var stream = StockCall.Stream(sku);
        return Numbered(
            number,
            also is { } other ? [stream, other] : [stream],
            on => StockCall.Append(on, stream, decide(on.State<Stock>(stream), on), happened?.Invoke(on))
        );
    }

    private int Sku(Random random) =>
        random.Next(skus) is var any && random.Next(10) < 6 ? random.Next(Math.Min(Hot, skus)) : any;

    private static string Site(Random random) => Sites[random.Next(Sites.Length)];

    private static EnteredQuantity Pieces(int units) => new(units * 1000L, "EA");

    private StockSpot Spot(Random random, int sku, string? site = null) =>
        new(
            site ?? Site(random),
            StockPlaces.Default,
            sku % 4 == 3 ? $"L{random.Next(4)}" : null,
            [],
            random.Next(10) == 0 ? (random.Next(2) == 0 ? Venture : "other") : null
        );

    private Command Receive(int number, Random random)
    {
        var sku = Sku(random);
        var spot = Spot(random, sku);
        var back = random.Next(8) == 0 ? TimeSpan.FromMinutes(random.Next(1, 5_000)) : TimeSpan.Zero;
        var at = StockCall.LocationStream(spot.Site, spot.Location);
        var quantity = Pieces(random.Next(1, IsDrought(number, season) ? 4 : 20));
        return OnStock(
            number,
            SkuName(sku),
            (stock, on) =>
                ReceiveStock.Decide(
                    stock,
                    on.State<Location>(at),
                    new ReceiveStock.Command(spot, quantity, null, null, on.Now - back),
                    Time(on)
                ),
            at,
            on => back == TimeSpan.Zero ? null : on.Now - back
        );
    }

    private StockCommand Reserve(int number, Random random)
    {
        var sku = SkuName(Sku(random));
        string[] sites = random.Next(3) == 0 ? [Site(random)] : [];
        var owner = random.Next(4) == 0 ? Venture : null;
        var units = random.Next(1, 9);
        int? ttl = random.Next(3) == 0 ? null : random.Next(1, longestTtl);
        var command = OnStock(
            number,
            sku,
            (stock, on) =>
                ReserveByHand.Decide(
                    stock,
                    new ReserveByHand.Command(
                        $"h{number}",
                        Pieces(units),
                        sites,
                        owner,
                        ttl is { } s ? on.Now.AddSeconds(s) : null
                    ),
                    Time(on)
                )
        );
        return new StockCommand(command, new Wish(sku, sites, owner, units * 1000L));
    }

    /// <summary>The number of an earlier command of a kind; the command's own when none is near.</summary>
    private int Earlier(int number, Random random, Func<int, bool> kind)
    {
        for (var tries = 0; tries < 40; tries++)
        {
            var one = number - 1 - random.Next(Math.Max(1, Math.Min(number, 400)));
            if (one >= 0 && kind(Dice(one)))
                return one;
        }

        return number;
    }

    private Command Release(int number, Random random)
    {
        var held = Earlier(number, random, Reserves);
        var sku = SkuName(Sku(new Random(unchecked((seed * 7919) + held))));
        return OnStock(number, sku, (stock, on) => ReleaseReservation.Decide(stock, $"h{held}", "asked", Time(on)));
    }

    private Command Place(int number, Random random)
    {
        var lines = new List<OrderLine>();
        var same = Sku(random);
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var quantity = BaseQuantity.Units(random.Next(1, 7));
            var sku = SkuName(random.Next(2) == 0 ? same : Sku(random));
            lines.Add(new OrderLine($"{lines.Count + 1}", sku, quantity, quantity.Thousandths, "EA", null));
        }

        string[] sites = random.Next(4) == 0 ? [Site(random)] : [];
        var order = $"O{number}";
        var wanted = new OrderPlaced(
            order,
            Venture,
            null,
            OrderType.Standard,
            random.Next(1, 10),
            null,
            sites,
            lines,
            [],
            null,
            null,
            "faults"
        );
        var stream = Order.Stream(order);
        return Numbered(
            number,
            [stream],
            on => on.Append(stream, PlaceOrder.Decide(on.State<OrderState>(stream), wanted))
        );
    }

    private Command OfOrder(int number, Random random, Func<OrderState, Random, Decision> decide)
    {
        var stream = Order.Stream($"O{Earlier(number, random, Orders)}");
        var dice = random.Next();
        return Numbered(
            number,
            [stream],
            on => on.Append(stream, decide(on.State<OrderState>(stream), new Random(dice)))
        );
    }

    private static IReadOnlyList<PickedLine>? Some(OrderState order, Random random)
    {
        if (random.Next(3) > 0)
            return null;
        return
        [
            .. order
                .Lines.Where(l => l.Value.Reserved.Sign > 0 && random.Next(3) > 0)
                .Select(l => new PickedLine(l.Key, "", Part(l.Value.Reserved, random), null, null, null, null)),
        ];
    }

    private static BaseQuantity Part(BaseQuantity all, Random random) =>
        BaseQuantity.Units(random.NextInt64(1, Math.Max(2, (all.Thousandths / 1000) + 1)));

    private static Decision Return(OrderState order, Random random)
    {
        var lines = order
            .Lines.Where(l => l.Value.Shipped > l.Value.Returned)
            .Select(l => new ReturnedLine(l.Key, "", Part(l.Value.Shipped - l.Value.Returned, random), null, null))
            .ToList();
        return lines.Count == 0
            ? new Refusal("faults.nothing-shipped", RefusalKind.Conflict, "Nothing was shipped.")
            : ReturnOrder.Decide(order, new ReturnOrder(null, Sites[0], null, lines, random.Next(2) == 0, "unwanted"));
    }

    private Command Split(int number, Random random)
    {
        var (from, into) = (Order.Stream($"O{Earlier(number, random, Orders)}"), Order.Stream($"O{number}"));
        var dice = random.Next();
        return Numbered(
            number,
            from == into ? [into] : [into, from],
            on =>
            {
                var order = on.State<OrderState>(from);
                var lines = order
                    .Lines.Where(l => l.Value.Open > l.Value.Picked)
                    .Take(1 + (dice % 3))
                    .Select(l => new SplitLine(l.Key, Part(l.Value.Open - l.Value.Picked, new Random(dice))))
                    .ToList();
                var command = new SplitOrder($"O{number}", lines);
                var (left, moved) = SplitOrder.Decide(order, on.State<OrderState>(into), command);
                return on.Append(from, left) ?? on.Append(into, moved);
            }
        );
    }

    private Command Adjust(int number, Random random) =>
        Adjust(number, random, found: random.Next(2) == 0, Pieces(random.Next(1, 6)));

    /// <summary>What is more than lies free there is refused, so the sizes double: one of them fits.</summary>
    private Command WriteOff(int number, Random random) =>
        Adjust(number, random, found: false, Pieces(1 << random.Next(9)));

    private Command Adjust(int number, Random random, bool found, EnteredQuantity quantity)
    {
        var sku = Sku(random);
        var spot = Spot(random, sku);
        var at = StockCall.LocationStream(spot.Site, spot.Location);
        return OnStock(
            number,
            SkuName(sku),
            (stock, on) =>
                AdjustStock.Decide(
                    stock,
                    on.State<Location>(at),
                    new AdjustStock.Command(spot, quantity, found, null, "counted", null, on.Now, []),
                    Time(on)
                ),
            at
        );
    }

    private Command Transfer(int number, Random random)
    {
        var sku = Sku(random);
        var spot = Spot(random, sku);
        var (site, location) = (Site(random), random.Next(2) == 0 ? StockPlaces.Default : StockPlaces.Returns);
        var at = StockCall.LocationStream(site, location);
        var quantity = Pieces(random.Next(1, 6));
        return OnStock(
            number,
            SkuName(sku),
            (stock, on) =>
                TransferStock.Decide(
                    stock,
                    on.State<Location>(at),
                    new TransferStock.Command(spot, site, location, quantity, null, null, on.Now, []),
                    Time(on)
                ),
            at
        );
    }

    private Command Hold(int number, Random random)
    {
        var sku = Sku(random);
        var spot = Spot(random, sku);
        var (hold, quantity) = (random.Next(2) == 0, Pieces(random.Next(1, 4)));
        return OnStock(
            number,
            SkuName(sku),
            (stock, on) =>
                hold
                    ? HoldStock.Decide(stock, new HoldStock.Command(spot, quantity, "damaged"), Time(on))
                    : UnholdStock.Decide(stock, new UnholdStock.Command(spot, quantity, "mended"), Time(on))
        );
    }
}
