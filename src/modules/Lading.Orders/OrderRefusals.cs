using Lading.Contracts.Orders;
using Lading.Kernel;

namespace Lading.Orders;

/// <summary>
/// Every no of the module. The ladder, top first: each decision asks in this order and answers with the first
/// that holds. 1 does the order exist (or, when placing, not yet), and is the shipment's or return's number new · 2 is
/// it still open, and not held · 3 is the request whole: its lines, their ids, their quantities · 4 does each line
/// exist and allow it · 5 what would be left.
/// </summary>
public static class OrderRefusals
{
    // 1: the order
    public static Refusal UnknownOrder(string order) =>
        new("orders.unknown-order", RefusalKind.NotFound, $"There is no order {order}.", "order", order);

    public static Refusal OrderExists(string order) =>
        new(
            "orders.order-exists",
            RefusalKind.Conflict,
            $"Order {order} exists already.",
            "order",
            order,
            "Give another number, or leave it out and one is made."
        );

    public static Refusal ShipmentExists(string order, string shipment) =>
        new(
            "orders.shipment-exists",
            RefusalKind.Conflict,
            $"Order {order} has a shipment {shipment} already.",
            "shipment",
            shipment,
            "Read the order's timeline: it may be the same shipment, sent again. If not, give another number, or leave "
                + "it out and one is made."
        );

    public static Refusal ReturnExists(string order, string number) =>
        new(
            "orders.return-exists",
            RefusalKind.Conflict,
            $"Order {order} has a return {number} already.",
            "return",
            number,
            "Read the order's timeline: it may be the same return, sent again. If not, give another number, or leave "
                + "it out and one is made."
        );

    public static Refusal HappensLater(DateTime happened, DateTime now) =>
        new(
            "orders.happens-later",
            RefusalKind.Invalid,
            $"The order is dated {happened:O}, which is later than now, {now:O}.",
            "happened",
            $"{happened:O}",
            "Leave it out, or state a time that has passed."
        );

    // 2: its stage
    public static Refusal OrderClosed(string order) =>
        new(
            "orders.order-closed",
            RefusalKind.Conflict,
            $"Nothing of order {order} is open any more.",
            "order",
            order,
            "Place a new order, or return what was shipped."
        );

    public static Refusal OrderHeld(string order) =>
        new("orders.order-held", RefusalKind.Conflict, $"Order {order} is held.", "order", order, "Release it first.");

    public static Refusal OrderNotHeld(string order) =>
        new("orders.order-not-held", RefusalKind.Conflict, $"Order {order} is not held.", "order", order);

    // 3: the request
    public static Refusal LineCount(int count) =>
        new(
            "orders.line-count",
            RefusalKind.Invalid,
            $"An order has 1 to {Order.MaxLines} lines, not {count}.",
            "lines",
            $"{count}",
            "Split it into several orders."
        );

    public static Refusal RepeatedLine(int at, string line) =>
        new(
            "orders.repeated-line",
            RefusalKind.Invalid,
            $"Line id {line} is used twice.",
            $"lines[{at}].line",
            line,
            "Give each line an id of its own; the same SKU may stand on several lines."
        );

    public static Refusal LineQuantity(int at, BaseQuantity quantity) =>
        new(
            "orders.line-quantity",
            RefusalKind.Invalid,
            $"A quantity is more than 0 and at most {Order.MaxQuantity} base units, not {quantity}.",
            $"lines[{at}].quantity",
            $"{quantity}",
            "To take a line away, remove it or cancel."
        );

    public static Refusal SplitIntoItself(string order) =>
        new(
            "orders.split-into-itself",
            RefusalKind.Invalid,
            $"Order {order} cannot be split into itself.",
            "intoOrder",
            order,
            "Give another number, or leave it out and one is made."
        );

    // 4: each line
    public static Refusal UnknownLine(int at, string order, string line) =>
        new(
            "orders.unknown-line",
            RefusalKind.Conflict,
            $"Order {order} has no line {line}.",
            $"lines[{at}].line",
            line
        );

    public static Refusal LineUsedBefore(int at, string line) =>
        new(
            "orders.line-used-before",
            RefusalKind.Conflict,
            $"Line {line} was removed; its id is not used again.",
            $"lines[{at}].line",
            line,
            "Add a line with a new id."
        );

    public static Refusal LineSkuFixed(int at, string line, string sku) =>
        new(
            "orders.line-sku-fixed",
            RefusalKind.Conflict,
            $"Line {line} is for {sku}; a line keeps its SKU.",
            $"lines[{at}].sku",
            sku,
            "Remove the line and add one with a new id."
        );

    public static Refusal OtherCurrency(int at, string currency, string order) =>
        new(
            "orders.other-currency",
            RefusalKind.Conflict,
            $"The order is priced in {order}; all prices of an order are in one currency.",
            $"lines[{at}].unitPrice.currency",
            currency,
            $"Give the price in {order}, or place an order of its own in {currency}."
        );

    public static Refusal SkuOfOtherVenture(int at, string sku, string venture) =>
        new(
            "orders.sku-of-other-venture",
            RefusalKind.Conflict,
            $"Venture {venture}, whose order this is, has no SKU {sku}.",
            $"lines[{at}].sku",
            sku,
            "Use a SKU of the order's venture."
        );

    public static Refusal BelowPicked(int at, string line, BaseQuantity least) =>
        new(
            "orders.below-picked",
            RefusalKind.Conflict,
            $"{least} of line {line} are picked or shipped; it cannot become less than that.",
            $"lines[{at}].quantity",
            null,
            $"Ask for {least} or more."
        );

    public static Refusal NotReserved(int at, string line, BaseQuantity asked, BaseQuantity reserved) =>
        new(
            "orders.not-reserved",
            RefusalKind.Conflict,
            $"{asked} of line {line} are asked for, {reserved} are reserved and free to go.",
            $"lines[{at}].quantity",
            $"{asked}",
            "Name lines with what is reserved, or wait for stock."
        );

    public static Refusal NotOpen(int at, string line, BaseQuantity asked, BaseQuantity open) =>
        new(
            "orders.not-open",
            RefusalKind.Conflict,
            $"{asked} of line {line} are to move, {open} are open and unpicked.",
            $"lines[{at}].quantity",
            $"{asked}"
        );

    public static Refusal NotWholeUnits(int at, string line, BaseQuantity asked, string unit) =>
        new(
            "orders.not-whole-units",
            RefusalKind.Conflict,
            $"{asked} base units of line {line} are no whole thousandths of the unit it was ordered in, {unit}.",
            $"lines[{at}].quantity",
            $"{asked}",
            $"Split at a quantity that is whole in {unit}."
        );

    public static Refusal MoreThanShipped(int at, string line, BaseQuantity asked, BaseQuantity shipped) =>
        new(
            "orders.more-than-shipped",
            RefusalKind.Conflict,
            $"{asked} of line {line} are to come back, {shipped} are shipped and not yet returned.",
            $"lines[{at}].quantity",
            $"{asked}"
        );

    // 5: what would be left
    public static Refusal NothingLeft(string order) =>
        new(
            "orders.nothing-left",
            RefusalKind.Conflict,
            $"Nothing would be left of order {order}.",
            "lines",
            null,
            "Cancel the order instead."
        );

    public static Refusal NothingToPick(string order) =>
        new(
            "orders.nothing-to-pick",
            RefusalKind.Conflict,
            $"Nothing of order {order} is reserved and unpicked.",
            "order",
            order,
            "Wait for stock; its timeline shows what is short."
        );

    // taking back
    public static Refusal TakenBackBefore(string takeBack) =>
        new(
            "orders.taken-back-before",
            RefusalKind.Conflict,
            $"{takeBack} was taken back before; nothing is taken twice.",
            "takeBack",
            takeBack,
            "For other goods give another name."
        );

    public static Refusal TakenBackOtherwise(string takeBack) =>
        new(
            "orders.taken-back-otherwise",
            RefusalKind.Conflict,
            $"{takeBack} was taken back before, of another SKU or more of it.",
            "takeBack",
            takeBack,
            "For other goods give another name; to order again what came back, place an order."
        );

    public static Refusal NothingToTakeBack(string sku, BaseQuantity wanted) =>
        new(
            "orders.nothing-to-take-back",
            RefusalKind.Conflict,
            $"None of the named orders has anything of {sku} that could be taken back; {wanted} are asked for.",
            "quantity",
            $"{wanted}",
            "Name the orders that it was ordered with; what was shipped needs a site to come back to."
        );

    public static Refusal PriceDoesNotDivide(string order, OrderLine line, BaseQuantity left, string baseUnit) =>
        new(
            "orders.price-does-not-divide",
            RefusalKind.Conflict,
            $"What would be left of line {line.Line} of order {order}, {left} {baseUnit}, is no whole thousandths of "
                + $"{line.EnteredUnit}, and the price of one {line.EnteredUnit} no whole millionths per {baseUnit}.",
            "quantity",
            $"{left}",
            $"Take back a quantity that leaves whole {line.EnteredUnit}."
        );

    // batches
    public static Refusal BatchTooLarge(int line, int lines, long bytes, int lineBytes) =>
        new(
            "orders.batch-too-large",
            RefusalKind.TooLarge,
            $"A batch has at most {lines} lines and {bytes} bytes, and a line at most {lineBytes} bytes: reading "
                + $"stopped at line {line}.",
            "line",
            $"{line}",
            $"What stands before line {line} was taken and is answered. Send the rest, from line {line} on, as another "
                + "batch with another Idempotency-Key."
        );

    public static Refusal NotKnown() =>
        new(
            "orders.not-known",
            RefusalKind.Unavailable,
            "Whether this order was placed is not known.",
            Remedy: "Send the same batch again with the same Idempotency-Key: what was placed is not placed twice."
        );

    // customers
    public static Refusal UnknownCustomer(string customer) =>
        new(
            "orders.unknown-customer",
            RefusalKind.NotFound,
            $"There is no customer {customer}.",
            "customer",
            customer,
            "Register the customer first."
        );

    public static Refusal CustomerExists(string customer) =>
        new(
            "orders.customer-exists",
            RefusalKind.Conflict,
            $"Customer {customer} is registered already.",
            "customer",
            customer,
            "Change it instead."
        );
}
