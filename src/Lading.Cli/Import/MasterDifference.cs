using System.Text.Json;
using Lading.Inventory;
using Lading.Kernel;
using Lading.Orders;

namespace Lading.Cli.Import;

/// <summary>In what a SKU or customer as a file has it differs from what is there. What the file leaves empty
/// stays.</summary>
/// <param name="Fields">The fields that may change.</param>
/// <param name="Fixed">Those that never do.</param>
/// <param name="Change">The body of the change.</param>
internal sealed record MasterDifference(IReadOnlyList<string> Fields, IReadOnlyList<string> Fixed, string Change)
{
    private static readonly MasterDifference None = new([], [], "");

    public static MasterDifference Of(SkuView there, RegisterSkuRequest file)
    {
        var wanted = new ChangeSkuRequest
        {
            Description = file.Description ?? there.Description,
            Units = file.Units is { Count: > 0 } units ? units : there.Units,
            Allocation = file.Allocation?.ToLowerInvariant() ?? there.Allocation,
            SitePreference = file.SitePreference ?? there.SitePreference,
            Gtin = Gtin.TryParse(file.Gtin, out var gtin, out _) ? gtin.ToString() : file.Gtin ?? there.Gtin,
        };
        return new MasterDifference(
            Names(
                ("description", wanted.Description == there.Description),
                ("units", wanted.Units.SequenceEqual(there.Units)),
                ("allocation", wanted.Allocation == there.Allocation),
                ("sitePreference", wanted.SitePreference.SequenceEqual(there.SitePreference)),
                ("gtin", wanted.Gtin == there.Gtin)
            ),
            Names(
                ("venture", file.Venture == there.Venture),
                ("baseUnit", file.BaseUnit == there.BaseUnit),
                ("tracking", string.Equals(file.Tracking ?? "none", there.Tracking, StringComparison.OrdinalIgnoreCase))
            ),
            JsonSerializer.Serialize(wanted, InventoryHttp.Default.ChangeSkuRequest)
        );
    }

    /// <summary>An erased person's fields are not filled again from a file.</summary>
    public static MasterDifference Of(CustomerView there, RegisterCustomerRequest file)
    {
        if (there.Erased)
            return None;
        var wanted = new ChangeCustomerRequest(
            file.Name ?? there.Name,
            file.Email ?? there.Email,
            file.Phone ?? there.Phone,
            file.Country ?? there.Country
        );
        return new MasterDifference(
            Names(
                ("name", wanted.Name == there.Name),
                ("email", wanted.Email == there.Email),
                ("phone", wanted.Phone == there.Phone),
                ("country", wanted.Country == there.Country)
            ),
            Names(("venture", file.Venture == there.Venture)),
            JsonSerializer.Serialize(wanted, OrdersHttp.Default.ChangeCustomerRequest)
        );
    }

    private static string[] Names(params (string Name, bool Same)[] fields) =>
        [.. fields.Where(f => !f.Same).Select(f => f.Name)];
}
