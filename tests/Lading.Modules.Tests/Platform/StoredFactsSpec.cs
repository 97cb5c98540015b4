using System.Text;
using System.Text.Json;
using Lading.Contracts.Platform;
using Lading.Kernel;
using Lading.Log;
using Lading.Platform;
using Lading.Platform.Access;

namespace Lading.Modules.Tests.Platform;

/// <summary>
/// What is stored is a promise to the future: every event version of the platform has its JSON committed here and reads
/// back the same; and who may do what follows from stored facts as it did from those in memory.
/// </summary>
public sealed class StoredFactsSpec
{
    private static readonly DateTime Noon = new(2026, 11, 23, 12, 0, 0, DateTimeKind.Utc);

    private static readonly object[] Facts =
    [
        new VentureOpened("main", "Main"),
        new VentureRenamed("main", "Main street"),
        new SiteOpened("north", "main", "North", "Europe/London"),
        new SiteChanged("north", "North yard", "America/Chicago"),
        new ProjectionSkipped("order-days", 17, "a fact nobody can read"),
        new ProjectionMended("order-days", [17, 19], "counted by hand"),
        new PersonErased("customer/C1", "asked by letter"),
        new PersonExported("customer/C1", "asked by letter"),
        new ApiKeyIssued("abcd2345", "scanner", ["orders.read", "orders.fulfil"], Noon, ["main"], ["north"]),
        new ApiKeyReplaced("abcd2345", "efgh2345", Noon),
        new ApiKeyRevoked("abcd2345", "lost"),
        new MemberAdmitted("p1"),
        new MemberRemoved("p1", "left"),
        new RoleGiven("p1", "picker", ["main"], ["north"], null),
        new RoleTaken("p1", "customer", null, null, ["C1"]),
        new OwnerNamed("p1"),
        new OwnerReleased("p1"),
        new RoleDefined("night", "Night shift", ["orders.read", "inventory.*"]),
        new RoleWithdrawn("night"),
        new AccessRuleSet("nights", "hours", "orders.*", "night", [1, 5], 1320, 360, "Europe/London"),
        new AccessRuleLifted("nights"),
        new ApprovalAsked("00ff", "p1", "platform.keys", "POST", "/api/v1/keys", "a0b1", Noon),
        new ApprovalGiven("00ff", "p2"),
        new ApprovalRefused("00ff", "p2", "not now"),
        new ApprovalUsed("00ff"),
        new SettingsChanged("Europe/Berlin", "CHF", "metric"),
    ];

    private static readonly EventTypes Types = Registry();

    public static TheoryData<string> Names() => [.. Types.All.Select(t => t.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_stored_version_keeps_its_JSON(string name) => StoredJson.Keeps(Types, Facts, name);

    [Fact]
    public void Every_fact_of_the_module_is_registered() =>
        typeof(VentureOpened)
            .Assembly.GetTypes()
            .Where(t => t.Namespace == typeof(VentureOpened).Namespace && t.IsSealed && !t.IsEnum)
            .ShouldBe(Types.All.Select(t => t.ClrType), ignoreOrder: true);

    /// <summary>A random history of members, roles, owners and rules, once as decided and once as stored and read, is
    /// the same rights.</summary>
    [Fact]
    public void Rights_follow_from_stored_facts_as_from_those_in_memory()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var random = new Random(seed);
            var (known, read) = (new AccessDirectory(), new AccessDirectory());
            for (var i = 0; i < 60; i++)
            {
                var fact = Any(random);
                known.Learn(fact);
                var type = Types.Of(fact.GetType());
                read.Learn(Read(type.Name, JsonSerializer.Serialize(fact, type.Json)));
            }

            foreach (var person in (string[])["p0", "p1", "p2"])
            foreach (var permission in (string[])["orders.read", "orders.write", "inventory.move", "access.manage"])
                Say(read.RightsOf(person).Find(permission))
                    .ShouldBe(Say(known.RightsOf(person).Find(permission)), $"seed {seed}: {person} {permission}");
        }
    }

    private static object Any(Random random)
    {
        var person = $"p{random.Next(3)}";
        string[]? part = random.Next(2) == 0 ? null : [random.Next(2) == 0 ? "main" : "side"];
        var role = random.Next(3) switch
        {
            0 => "picker",
            1 => "night",
            _ => "owner",
        };
        return random.Next(8) switch
        {
            0 => new MemberAdmitted(person),
            < 4 => new RoleGiven(person, role, part, null, null),
            4 => new RoleTaken(person, role, part, null, null),
            5 => new RoleDefined("night", "Night", random.Next(2) == 0 ? ["orders.*"] : ["inventory.move"]),
            6 => new AccessRuleSet("most", "amount", "orders.*", Amount: new Money("EUR", random.Next(1, 900))),
            _ => random.Next(3) == 0 ? new RoleWithdrawn("night") : new MemberRemoved(person, "left"),
        };
    }

    private static string Say(Allowed? allowed) =>
        allowed is null
            ? "denied"
            : $"{allowed.LimitPassed(null, default, null, "main", null, [])} "
                + string.Join(
                    "; ",
                    allowed.Reach.Parts.Select(p =>
                        p.IsWhole ? "all" : string.Join(',', p.Ventures ?? new HashSet<string>())
                    )
                );

    private static object Read(string name, string stored) => Types.Read(name, Encoding.UTF8.GetBytes(stored));

    private static EventTypes Registry()
    {
        var model = new LogModel();
        new PlatformModule().Teach(model);
        return model.Events;
    }
}
