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

    /// <summary>The levels, inline.</summary>
    public static readonly Projection Projection = Projection.Of(
        "stock-levels",
        1,
        ProjectionMode.Inline,
        [Levels],
        StockEntries.Facts,
        (recorded, rows) =>
        {
            foreach (var entry in StockEntries.Of(recorded.Fact))
                rows.Row(Levels, StockEntries.SkuOf(recorded), entry.Site).Add(ColumnOf(entry.Figure), entry.Delta);
        }
    );

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

    /// <summary>On hand, less reserved, less held.</summary>
    public const string Available = "available";

    /// <summary>All that may be explained.</summary>
    public static readonly IReadOnlyList<string> All = [Available, OnHand, Reserved, Held, Backordered];
}
