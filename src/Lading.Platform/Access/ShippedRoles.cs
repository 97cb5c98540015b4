using Lading.Contracts.Platform;

namespace Lading.Platform.Access;

/// <summary>A role: what its holders may do.</summary>
/// <param name="Shipped">Comes with the program and cannot be changed.</param>
/// <param name="OwnRecords">Given only for named customers: its holders see their own records.</param>
public sealed record Role(
    string Code,
    string Name,
    IReadOnlyList<string> Permissions,
    bool Shipped = false,
    bool OwnRecords = false
);

/// <summary>The roles every company starts with, and the rules that bind it until it sets its own.</summary>
public static class ShippedRoles
{
    /// <summary>The role of who holds the company.</summary>
    public const string Owner = "owner";

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<Role> All =
    [
        Of(Owner, "Owner", Rights.Every),
        Of(
            "venture-manager",
            "Venture manager",
            "orders.*",
            "inventory.*",
            "platform.read",
            "platform.manage",
            "access.read",
            "events.read",
            "projections.read"
        ),
        Of(
            "dispatcher",
            "Dispatcher",
            "orders.read",
            "orders.write",
            "inventory.read",
            "inventory.reserve",
            "planning.solve",
            "platform.read"
        ),
        Of("warehouse-lead", "Warehouse lead", "inventory.*", "orders.read", "orders.fulfil", "platform.read"),
        Of("picker", "Picker", "orders.read", "orders.fulfil", "inventory.read", "inventory.move", "platform.read"),
        Of("scale-clerk", "Scale clerk", "orders.read", "inventory.read", "inventory.move", "platform.read"),
        Of(
            "auditor",
            "Auditor",
            "orders.read",
            "inventory.read",
            "platform.read",
            "access.read",
            "events.read",
            "audit.read",
            "projections.read"
        ),
        Of("planner", "Planner", "orders.read", "inventory.read", "inventory.reserve", "planning.*", "platform.read"),
        Of("integrator", "Integrator", "orders.*", "inventory.*", "platform.read", "events.read", "projections.read"),
        Of("driver", "Driver", "platform.read"),
        Of("customer", "Customer", "orders.read") with
        {
            OwnRecords = true,
        },
        Of("operator", "Operator", "projections.*", "audit.read", "platform.read"),
    ];

    /// <summary>Money and administration need a second factor of the last quarter of an hour. A company's own rule of
    /// the same kind for the same permission takes the place of one of these.</summary>
    public static readonly IReadOnlyList<AccessRuleSet> Rules =
    [
        StepUp("access.manage"),
        StepUp("platform.keys"),
        StepUp("platform.privacy"),
        StepUp("platform.settings"),
        StepUp("projections.manage"),
    ];

    private static Role Of(string code, string name, params string[] permissions) =>
        new(code, name, permissions, Shipped: true);

    private static AccessRuleSet StepUp(string permission) =>
        new($"shipped:{permission}", RuleKinds.StepUp, permission, Minutes: 15);
}
