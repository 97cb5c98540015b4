using Lading.Contracts.Inventory;
using Lading.Kernel;

namespace Lading.Inventory;

/// <summary>
/// Every no of this module, in the order of the ladder: a decision asks from top to bottom and answers with the first
/// that holds. 1 the thing named does not exist, or exists already; 2 the input means nothing for this SKU (unit,
/// quantity, lot, serial, expiry, time); 3 the place is not open; 4 there is not enough.
/// </summary>
internal static class InventoryRefusals
{
    // 1: what exists

    public static Refusal UnknownSku(string sku) =>
        new(
            "inventory.unknown-sku",
            RefusalKind.NotFound,
            $"There is no SKU {sku}.",
            "sku",
            sku,
            "Register it with POST /api/v1/skus."
        );

    public static Refusal UnknownVenture(string venture) =>
        new(
            "inventory.unknown-venture",
            RefusalKind.Invalid,
            $"There is no venture {venture}.",
            "venture",
            venture,
            "Use a code of GET /api/v1/ventures."
        );

    public static Refusal SkuExists(string sku) =>
        new(
            "inventory.sku-exists",
            RefusalKind.Conflict,
            $"SKU {sku} is registered already.",
            "sku",
            sku,
            "Change it, or choose another code."
        );

    public static Refusal SkuDiscontinued(string sku) =>
        new("inventory.sku-discontinued", RefusalKind.Conflict, $"SKU {sku} was discontinued.", "sku", sku);

    public static Refusal UnknownLocation(string site, string location) =>
        new(
            "inventory.unknown-location",
            RefusalKind.NotFound,
            $"Site {site} has no location {location}.",
            "location",
            location,
            "Open it with POST /api/v1/locations."
        );

    public static Refusal LocationExists(string site, string location) =>
        new(
            "inventory.location-exists",
            RefusalKind.Conflict,
            $"Location {location} at site {site} is open already.",
            "location",
            location
        );

    public static Refusal UnknownHolder(string sku, string holder) =>
        new(
            "inventory.unknown-reservation",
            RefusalKind.NotFound,
            $"{holder} holds no reservation of SKU {sku}.",
            "holder",
            holder
        );

    public static Refusal HolderExists(string sku, string holder) =>
        new(
            "inventory.reservation-exists",
            RefusalKind.Conflict,
            $"{holder} holds a reservation of SKU {sku} already.",
            "holder",
            holder,
            "Release it first, or name another holder."
        );

    public static Refusal BookedBefore(StockBooked made) =>
        new(
            "inventory.booked-before",
            RefusalKind.Conflict,
            $"Booking {made.Booking} was made before; nothing is moved twice.",
            "booking",
            made.Booking,
            "For other goods give another booking."
        );

    /// <summary>Another SKU may be one that the caller does not see.</summary>
    public static Refusal BookedOtherwise(StockBooked made, StockBooked wanted)
    {
        var how =
            made.Sku != wanted.Sku
                ? "for another SKU"
                : $"as {made.Kind} of {Number(made.Entered.Thousandths)} {made.Entered.Unit}";
        return new Refusal(
            "inventory.booked-otherwise",
            RefusalKind.Conflict,
            $"Booking {made.Booking} was made before, {how}.",
            "booking",
            made.Booking,
            "Book the difference as an adjustment, under another booking."
        );
    }

    // 2: what the input means for this SKU

    public static Refusal BadConversion(UnitConversion unit) =>
        new(
            "inventory.bad-conversion",
            RefusalKind.Invalid,
            $"Unit {unit.Unit} is stated as {unit.Numerator}/{unit.Denominator} base units.",
            "units",
            unit.Unit,
            "Each unit is named once, differs from the base unit, and has a numerator and denominator from 1 to "
                + "1000000000."
        );

    public static Refusal UnknownUnit(SkuMaster sku, string unit) =>
        new(
            "inventory.unknown-unit",
            RefusalKind.Invalid,
            $"SKU {sku.Sku} is not counted in {unit}.",
            "unit",
            unit,
            $"Use {string.Join(", ", sku.Units.Select(u => u.Unit).Prepend(sku.BaseUnit))}."
        );

    public static Refusal QuantityOutOfRange(EnteredQuantity entered) =>
        new(
            "inventory.quantity-out-of-range",
            RefusalKind.Invalid,
            $"A movement of {Number(entered.Thousandths)} {entered.Unit} is not possible.",
            "quantity",
            Number(entered.Thousandths),
            $"State more than 0 and at most {SkuMaster.Most} base units."
        );

    public static Refusal UnitDoesNotDivide(SkuMaster sku, EnteredQuantity entered, UnitConversion unit) =>
        new(
            "inventory.unit-does-not-divide",
            RefusalKind.Invalid,
            $"{Number(entered.Thousandths)} {entered.Unit} is no whole number of thousandths of {sku.BaseUnit}: one "
                + $"{unit.Unit} is {unit.Numerator}/{unit.Denominator} {sku.BaseUnit}.",
            "quantity",
            Number(entered.Thousandths),
            $"State the quantity in {sku.BaseUnit}."
        );

    public static Refusal LotRequired(string sku) =>
        new(
            "inventory.lot-required",
            RefusalKind.Invalid,
            $"SKU {sku} is tracked by lot and no lot is named.",
            "lot",
            null,
            "Name the lot."
        );

    public static Refusal LotNotTracked(string sku, string field, string value) =>
        new(
            "inventory.not-tracked",
            RefusalKind.Invalid,
            $"SKU {sku} is not tracked by {field}.",
            field,
            value,
            $"Leave {field} out."
        );

    public static Refusal SerialsRequired(string sku, BaseQuantity quantity, int named) =>
        new(
            "inventory.serials-required",
            RefusalKind.Invalid,
            $"SKU {sku} is tracked by serial: {quantity} units need as many different serials, {named} are named.",
            "serials",
            null,
            "Name each unit's serial once."
        );

    public static Refusal TooManySerials(int named, int most) =>
        new(
            "inventory.too-many-serials",
            RefusalKind.Invalid,
            $"{named} serials are named in one movement; {most} are possible.",
            "serials",
            null,
            "Send several movements."
        );

    public static Refusal SerialInStock(string serial, StockPlace at) =>
        new(
            "inventory.serial-in-stock",
            RefusalKind.Conflict,
            $"Serial {serial} is in stock already, at {at.Site} {at.Location}.",
            "serials",
            serial
        );

    public static Refusal UnknownSerial(string serial, StockPlace place) =>
        new(
            "inventory.unknown-serial",
            RefusalKind.Conflict,
            $"Serial {serial} does not lie at {place.Site} {place.Location}.",
            "serials",
            serial
        );

    public static Refusal ExpiryDiffers(Lot lot, DateOnly? stated) =>
        new(
            "inventory.expiry-differs",
            RefusalKind.Conflict,
            $"Lot {lot.Name} expires {Day(lot.Expires)}, not {Day(stated)}.",
            "expires",
            Day(stated),
            "Leave the expiry out, or name another lot."
        );

    public static Refusal HappensLater(DateTime happened, DateTime now) =>
        new(
            "inventory.happens-later",
            RefusalKind.Invalid,
            $"The movement is dated {happened:O}, which is later than now, {now:O}.",
            "happened",
            $"{happened:O}",
            "Leave it out, or state a time that has passed."
        );

    public static Refusal LapsesAtOnce(DateTime expires, DateTime now) =>
        new(
            "inventory.lapses-at-once",
            RefusalKind.Invalid,
            $"The reservation would lapse at {expires:O}, and it is {now:O}.",
            "expires",
            $"{expires:O}",
            "State a time to come."
        );

    public static Refusal SamePlace(StockPlace place) =>
        new(
            "inventory.same-place",
            RefusalKind.Invalid,
            $"The goods lie at {place.Site} {place.Location} already.",
            "to.location",
            place.Location
        );

    // 3: what is open

    public static Refusal LocationClosed(string site, string location) =>
        new(
            "inventory.location-closed",
            RefusalKind.Conflict,
            $"Location {location} at site {site} is closed.",
            "location",
            location,
            "Name an open location."
        );

    public static Refusal LocationNotEmpty(string site, string location, string sku, BaseQuantity quantity) =>
        new(
            "inventory.location-not-empty",
            RefusalKind.Conflict,
            $"{quantity} of SKU {sku} lie at {site} {location}.",
            "location",
            location,
            "Move the goods out first."
        );

    // 4: what is there

    /// <summary>More is overdue for this SKU than one command takes; it comes right by itself.</summary>
    public static Refusal Settling(string sku) =>
        new(
            "inventory.settling",
            RefusalKind.Unavailable,
            $"Stock of {sku} that came free is being given to those who waited longer; nothing was changed.",
            Remedy: "Send it again after a second, with the same Idempotency-Key."
        );

    public static Refusal Insufficient(
        Stock stock,
        IReadOnlyList<string> sites,
        string? owner,
        BaseQuantity wanted,
        SiteTime time
    )
    {
        var named = stock.SitesFor(sites).ToArray();
        var at = stock.Pools.Where(p => named.Contains(p.Site) && (p.Owner is null || p.Owner == owner)).ToArray();
        var expired = at.Where(p => p.IsExpired(time)).Sum(p => p.Free);
        var lost = expired > 0 ? $", {Number(expired)} expired" : "";
        var where = sites.Count switch
        {
            0 => "at any site",
            1 => $"at site {sites[0]}",
            _ => $"at sites {string.Join(", ", sites)}",
        };
        return new Refusal(
            "inventory.insufficient-stock",
            RefusalKind.Conflict,
            $"{Number(at.Sum(p => p.Free) - expired)} of {wanted} {stock.Master!.BaseUnit} available {where}: "
                + $"{Number(at.Sum(p => p.OnHand))} on hand, {Number(at.Sum(p => p.Reserved))} reserved, "
                + $"{Number(at.Sum(p => p.Held))} held{lost}.",
            "quantity",
            wanted.ToString(),
            "Take less, name other sites, or receive stock first."
        );
    }

    public static Refusal InsufficientAt(Stock stock, StockPlace place, BaseQuantity wanted, bool backDated)
    {
        var there = stock.At(place);
        var pool = stock.PoolAt(place);
        return new Refusal(
            backDated ? "inventory.would-go-negative" : "inventory.insufficient-stock",
            RefusalKind.Conflict,
            $"{Number(stock.TakeableAt(place))} of {wanted} {stock.Master!.BaseUnit} may be taken at {place.Site} "
                + $"{place.Location}: {Number(there?.OnHand ?? 0)} on hand there, "
                + $"{Number(there?.Held ?? 0)} held; of the same stock at site {place.Site} "
                + $"{Number(pool?.OnHand ?? 0)} on hand, "
                + $"{Number(pool?.Reserved ?? 0)} reserved, {Number(pool?.Held ?? 0)} held.",
            "quantity",
            wanted.ToString(),
            "Take less, or release reservations or holds at that site first."
        );
    }

    public static Refusal NotHeld(Stock stock, StockPlace place, BaseQuantity wanted) =>
        new(
            "inventory.not-held",
            RefusalKind.Conflict,
            $"{Number(stock.At(place)?.Held ?? 0)} of {wanted} {stock.Master!.BaseUnit} are held at {place.Site} "
                + $"{place.Location}.",
            "quantity",
            wanted.ToString()
        );

    private static string Number(long thousandths) => new BaseQuantity(thousandths).ToString();

    private static string Day(DateOnly? day) =>
        day?.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture) ?? "never";
}
