using Lading.Contracts.Orders;
using Lading.Kernel;
using Lading.Log;

namespace Lading.Orders;

/// <summary>The lines of orders as they stand; part of the projection <c>order-row</c>.</summary>
internal static class OrderLineRow
{
    private static readonly Column No = Column.Text("order_no");
    private static readonly Column Id = Column.Text("line");
    private static readonly Column Place = Column.Integer("place");
    private static readonly Column Sku = Column.Text("sku");
    private static readonly Column Description = Column.Text("description");
    private static readonly Column Quantity = Column.Integer("quantity");
    private static readonly Column Entered = Column.Integer("entered");
    private static readonly Column Unit = Column.Text("unit");
    private static readonly Column Currency = Column.Text("currency");
    private static readonly Column Price = Column.Integer("price");
    private static readonly Column Amount = Column.Integer("amount");
    private static readonly Column Reserved = Column.Integer("reserved");
    private static readonly Column Short = Column.Integer("short");
    private static readonly Column Picked = Column.Integer("picked");
    private static readonly Column Shipped = Column.Integer("shipped");
    private static readonly Column Returned = Column.Integer("returned");
    private static readonly Column Cancelled = Column.Integer("cancelled");

    public static readonly Table Table = new(
        "order_line",
        [No, Id],
        [
            Place,
            Sku,
            Description,
            Quantity,
            Entered,
            Unit,
            Currency,
            Price,
            Amount,
            Reserved,
            Short,
            Picked,
            Shipped,
            Returned,
            Cancelled,
        ]
    );

    /// <summary>
    /// Changes the lines of one fact; reserved counts down by shipments until the next allocation is followed.
    /// </summary>
    public static void Apply(Recorded recorded, Rows rows)
    {
        var order = recorded.Stream.Key;
        switch (recorded.Fact)
        {
            case OrderPlaced e:
                Begin(rows, order, e.Lines, recorded);
                break;
            case OrderSplitOff e:
                Begin(rows, order, e.Lines, recorded);
                break;
            case OrderLinesChanged e:
                Change(rows, order, e.Changes, recorded);
                break;
            case OrderSplit e:
                Change(rows, order, e.Changes, recorded);
                break;
            case OrderAllocated e:
                foreach (var line in e.Lines)
                    rows.Row(Table, order, line.Line).Set(Reserved, line.Reserved).Set(Short, line.Short);
                break;
            case OrderPicked e:
                foreach (var line in e.Lines)
                    rows.Row(Table, order, line.Line).Add(Picked, line.Quantity.Thousandths);
                break;
            case OrderShipped e:
                foreach (var line in e.Lines)
                    rows.Row(Table, order, line.Line)
                        .Add(Shipped, line.Quantity.Thousandths)
                        .Add(Reserved, -line.Quantity.Thousandths);
                break;
            case OrderReturned e:
                foreach (var line in e.Lines)
                    rows.Row(Table, order, line.Line).Add(Returned, line.Quantity.Thousandths);
                break;
            case OrderCancelled e:
                foreach (var line in e.Lines)
                    rows.Row(Table, order, line.Line).Add(Cancelled, line.Quantity.Thousandths);
                break;
        }
    }

    private static void Begin(Rows rows, string order, IReadOnlyList<OrderLine> lines, Recorded recorded)
    {
        for (var i = 0; i < lines.Count; i++)
            Set(rows.Row(Table, order, lines[i].Line), lines[i]).Set(Place, PlaceOf(recorded, i));
    }

    private static void Change(Rows rows, string order, IReadOnlyList<OrderLineChange> changes, Recorded recorded)
    {
        for (var i = 0; i < changes.Count; i++)
        {
            var row = rows.Row(Table, order, changes[i].Line);
            if (changes[i].After is { } after)
                Set(row, after);
            else
                row.Set(Quantity, 0).Set(Entered, 0).Set(Amount, 0);
            if (changes[i].Before is null)
                row.Set(Place, PlaceOf(recorded, i));
        }
    }

    private static RowChange Set(RowChange row, OrderLine line) =>
        row.Set(Sku, line.Sku)
            .Set(Description, line.Description)
            .Set(Quantity, line.Quantity)
            .Set(Entered, line.EnteredQuantity)
            .Set(Unit, line.EnteredUnit)
            .Set(Currency, line.UnitPrice?.Currency)
            .Set(Price, line.UnitPrice?.Millionths ?? 0)
            .Set(Amount, OrderAmounts.Of(line));

    /// <summary>Lines read in the order in which they came.</summary>
    private static long PlaceOf(Recorded recorded, int index) => recorded.Version * 10_000 + index;
}
