using System.Text.Json;
using Lading.Contracts.Inventory;
using Lading.Inventory;
using Lading.Kernel;

namespace Lading.Modules.Tests.Inventory;

/// <summary>
/// Given facts, when a decision is made, then exactly these facts or this refusal follow. Every decision is also held
/// to what is always true: it leaves the state it read as it was, and after its facts nothing is oversold and a
/// snapshot reads back the same.
/// </summary>
internal sealed class StockSpec
{
    public const string Sku = "WIDGET";

    public static readonly DateTime Noon = new(2026, 3, 10, 12, 0, 0, DateTimeKind.Utc);

    private readonly Stock stock = new(Sku);
    private readonly Dictionary<string, TimeZoneInfo> zones = [];
    private Decision decision;

    public DateTime Now { get; private set; } = Noon;

    public static StockSpec Given(params object[] facts)
    {
        var spec = new StockSpec();
        foreach (var fact in facts)
            Stock.Evolve(spec.stock, fact);
        return spec;
    }

    public StockSpec At(DateTime now)
    {
        Now = now;
        return this;
    }

    /// <summary>A site's clock; without one a site has UTC.</summary>
    public StockSpec In(string site, string zone)
    {
        zones[site] = TimeZoneInfo.FindSystemTimeZoneById(zone);
        return this;
    }

    /// <summary>A time where every site has UTC.</summary>
    public static SiteTime Utc(DateTime now) => new(now, _ => null);

    public StockSpec When(Func<Stock, SiteTime, Decision> decide)
    {
        var before = Text(stock);
        decision = decide(stock, new SiteTime(Now, zones.GetValueOrDefault));
        Text(stock).ShouldBe(before, "a decision must leave the state as it was");
        foreach (var fact in decision.Events)
            Stock.Evolve(stock, fact);
        ShouldHold(stock);
        return this;
    }

    public StockSpec Then(params object[] facts)
    {
        decision.Refusal.ShouldBeNull();
        decision.Events.Select(Json).ShouldBe(facts.Select(Json));
        return this;
    }

    public StockSpec ThenNothing() => Then();

    public void ThenRefused(string code, string? message = null)
    {
        decision.Refusal.ShouldNotBeNull().Code.ShouldBe(code);
        if (message is not null)
            decision.Refusal!.Message.ShouldBe(message);
    }

    /// <summary>Looks at the state after the facts.</summary>
    public StockSpec And(Action<Stock> look)
    {
        look(stock);
        return this;
    }

    public static string Text(Stock stock) => JsonSerializer.Serialize(stock, InventoryJson.Default.Stock);

    public static void ShouldHold(Stock stock)
    {
        foreach (var pool in stock.Pools)
        {
            pool.Free.ShouldBeGreaterThanOrEqualTo(0, $"free at {pool.Site}");
            pool.Balances.Sum(b => b.OnHand).ShouldBe(pool.OnHand);
            pool.Balances.Sum(b => b.Held).ShouldBe(pool.Held);
            pool.Balances.All(b => b.OnHand > 0 && b.Held >= 0 && b.Held <= b.OnHand).ShouldBeTrue();
        }

        stock
            .Reservations.Values.SelectMany(r => r.Promises)
            .Sum(p => p.Quantity)
            .ShouldBe(stock.Pools.Sum(p => p.Reserved));
        stock.Reservations.Values.SelectMany(r => r.Promises).All(p => p.Quantity > 0).ShouldBeTrue();
        var text = Text(stock);
        Text(JsonSerializer.Deserialize(text, InventoryJson.Default.Stock)!).ShouldBe(text);
    }

    private static string Json(object fact) =>
        $"{fact.GetType().Name} {JsonSerializer.Serialize(fact, InventoryJson.Default.GetTypeInfo(fact.GetType())!)}";
}
