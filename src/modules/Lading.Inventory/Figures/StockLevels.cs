using Lading.Contracts.Inventory;
using Lading.Kernel;
using Lading.Log;

namespace Lading.Inventory;

/// <summary>
/// How much of a SKU there is at a site: the inline figures a caller reads back at once. What waits is kept under the
/// site <c>''</c>: a backorder is a want of the whole SKU until it is served.
/// </summary>
public static class StockLevels
{
    /// <summary>The row of what waits.</summary>
    public const string AnySite = "";

    private static readonly Column Sku = Column.Text("sku");
    private static readonly Column Site = Column.Text("site");
    private static readonly Column OnHand = Column.Integer("on_hand");
    private static readonly Column Reserved = Column.Integer("reserved");
    private static readonly Column Held = Column.Integer("held");
    private static readonly Column Backordered = Column.Integer("backordered");
    private static readonly Table Levels = new(
        "stock_level",
        [Sku, Site],
        [OnHand, Reserved, Held, Backordered],
        ["site", "sku"]
    );

    private static readonly Column OwnedSku = Column.Text("sku");
    private static readonly Column OwnedSite = Column.Text("site");
    private static readonly Column Owner = Column.Text("owner");
    private static readonly Column Free = Column.Integer("free");

    /// <summary>What of that is somebody's, and neither reserved nor held.</summary>
    private static readonly Table Owned = new("stock_owned", [OwnedSku, OwnedSite, Owner], [Free]);

    /// <summary>The levels, inline.</summary>
    public static readonly Projection Projection = Projection.Of(
        "stock-levels",
        2,
        ProjectionMode.Inline,
        [Levels, Owned],
        StockEntries.Facts,
        (recorded, rows) =>
        {
            var sku = StockEntries.SkuOf(recorded);
            foreach (var entry in StockEntries.Of(recorded.Fact))
            {
                rows.Row(Levels, sku, entry.Site).Add(ColumnOf(entry.Figure), entry.Delta);
                if (entry.Owner is { } owner)
                    rows.Row(Owned, sku, entry.Site, owner).Add(Free, Figures.InFree(entry.Figure) * entry.Delta);
            }
        }
    );

    /// <summary>
    /// A row of levels <c>l</c> of a SKU <c>k</c>, with what lies there of others than the SKU's venture.
    /// </summary>
    internal const string Select = """
        select l.sku, l.site, k.base_unit, l.on_hand, l.reserved, l.held, l.backordered,
            (select cast(coalesce(sum(o.free), 0) as bigint) from stock_owned o
                where o.sku = l.sku and o.site = l.site and o.owner <> k.venture)
        from stock_level l join sku_row k on k.sku = l.sku
        """;

    private static Column ColumnOf(string figure) =>
        figure switch
        {
            Figures.OnHand => OnHand,
            Figures.Reserved => Reserved,
            Figures.Held => Held,
            Figures.Backordered => Backordered,
            _ => throw new InvalidOperationException(figure),
        };
}

/// <summary>The figures that entries add up to.</summary>
public static class Figures
{
    public const string OnHand = "onHand";
    public const string Reserved = "reserved";
    public const string Held = "held";
    public const string Backordered = "backordered";

    /// <summary>On hand, less reserved, less held, less what is others'.</summary>
    public const string Available = "available";

    /// <summary>
    /// What is neither reserved nor held and is another owner's than the SKU's venture's: no order may have it.
    /// </summary>
    public const string OfOthers = "ofOthers";

    /// <summary>All that may be explained.</summary>
    public static readonly IReadOnlyList<string> All = [Available, OnHand, Reserved, Held, Backordered, OfOthers];

    /// <summary>With which sign a line of a figure counts in what is free.</summary>
    internal static int InFree(string figure) =>
        figure switch
        {
            OnHand => 1,
            Reserved or Held => -1,
            _ => 0,
        };
}
