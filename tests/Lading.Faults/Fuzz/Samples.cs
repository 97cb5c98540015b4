using System.Text.Json.Nodes;
using Lading.Platform.SignIn;

namespace Lading.Faults.Fuzz;

/// <summary>Bodies, paths and queries that are mostly right, so that what is wrong in them reaches the rules and not
/// only the reader.</summary>
internal sealed class Samples(Random random, ApiShape shape, FuzzTenant tenant)
{
    private static readonly string[] Units = ["EA", "CS", "KG", "EA", "EA"];
    private static readonly string[] Words = ["broken", "wet", "counted", "asked by phone", "–", "Größe 'L' \"x\""];

    /// <summary>Members that most rules ask for: left out now and then, the others mostly.</summary>
    private static readonly HashSet<string> Needed =
    [
        "sku",
        "quantity",
        "unit",
        "venture",
        "site",
        "lines",
        "line",
        "kind",
        "to",
        "name",
        "code",
        "reason",
        "location",
        "baseUnit",
        "customer",
        "timeZone",
        "amount",
        "currency",
        "subject",
        "scopes",
        "at",
        "order",
        "permission",
        "permissions",
        "role",
        "grants",
        "minutes",
        "token",
        "ticket",
        "units",
        "orders",
        "takeBack",
        "method",
        "slug",
    ];

    /// <summary>What the operation is about: <c>skus</c> of <c>/skus/{sku}/discontinue</c>.</summary>
    private string about = "";

    /// <summary>Its last word, which is also what it makes: <c>skus</c>, <c>discontinue</c>.</summary>
    private string last = "";

    /// <summary>From here on it is this operation's values that are asked for.</summary>
    public void For(Operation operation)
    {
        about = About(operation.Path);
        last = operation.Path.Split('/').Last(p => !p.StartsWith('{'));
    }

    /// <summary>The collection that an operation's path names last.</summary>
    public static string About(string path)
    {
        var parts = path.Split('/');
        var place = Array.FindLastIndex(parts, p => p.StartsWith('{'));
        return place < 0 ? parts[^1] : parts[..place].Last(p => !p.StartsWith('{'));
    }

    private string? Told(string name) => tenant.Told(random, $"{about}/{name}") ?? tenant.Told(random, $"{about}/id");

    public string Of(IReadOnlyList<string> pool) => pool[random.Next(pool.Count)];

    public JsonNode? Body(JsonNode schema, string name = "", int depth = 0)
    {
        var at = shape.Resolve(schema);
        var type = at["type"] is JsonArray types
            ? types.Select(t => (string)t!).First(t => t is not "null")
            : (string?)at["type"];
        if (at["enum"] is JsonArray values)
            return values[random.Next(values.Count)]?.DeepClone();
        return type switch
        {
            "object" when at["properties"] is JsonObject members => Object(members, depth),
            "object" => new JsonObject(),
            "array" => new JsonArray([
                .. Enumerable
                    .Range(0, depth > 4 ? 0 : random.Next(1, 4))
                    .Select(_ => Body(at["items"]!, Singular(name), depth + 1)),
            ]),
            "boolean" => random.Next(2) == 0,
            "integer" => Whole(name),
            "number" => Amount(),
            _ => Text(name, (string?)at["format"]),
        };
    }

    private JsonObject Object(JsonObject members, int depth)
    {
        var body = new JsonObject();
        foreach (var (name, schema) in members)
            if (random.NextDouble() < Share(name))
                body[name] = Body(schema!, name, depth + 1);
        if (last == "movements" && depth == 0 && random.Next(10) > 0)
            Direct(body);
        return body;
    }

    /// <summary>How often a member is there. Who picks or ships mostly means all lines, and an order numbers its
    /// own.</summary>
    private double Share(string name) =>
        (name, last) switch
        {
            ("lines", "pick" or "ship") or ("line", "orders" or "batch") => 0.3,
            ("lot" or "serials" or "gtin", _) => 0.15,
            ("units", "skus") => 0.3,
            _ when about == "rules" || Needed.Contains(name) => 0.97,
            _ => 0.3,
        };

    /// <summary>A movement's kind says where it comes from and where it goes.</summary>
    private void Direct(JsonObject movement)
    {
        var kind = (string?)movement["kind"];
        if (kind is "receipt" or "opening")
            movement.Remove("from");
        else if (kind == "transfer")
            movement["from"] ??= new JsonObject { ["site"] = "north" };
        else
            movement.Remove(random.Next(2) == 0 ? "from" : "to");
    }

    private static string Singular(string name) => name is "sites" or "sitePreference" ? "site" : name.TrimEnd('s');

    private JsonNode Whole(string name) =>
        name switch
        {
            "priority" => random.Next(1, 10),
            "numerator" or "denominator" => random.Next(1, 50),
            "minor" or "micros" => random.Next(0, 1_000_000),
            "day" => random.Next(1, 8),
            "type" => Of(["Standard", "Rush", "Wholesale"]), // told by name, whatever the document says
            _ => random.Next(1, 400),
        };

    private JsonNode Amount() => random.Next(10) == 0 ? random.Next(1, 20_000) / 1000m : random.Next(1, 12);

    private string Text(string name, string? format) =>
        format switch
        {
            "date" => $"{DateTime.UnixEpoch.AddDays(random.Next(19_000, 24_000)):yyyy-MM-dd}",
            "date-time" => $"{DateTime.UnixEpoch.AddMinutes(random.Next(28_000_000, 29_600_000)):O}",
            "uuid" => new Guid(Enumerable.Range(0, 16).Select(_ => (byte)random.Next(256)).ToArray()).ToString(),
            _ => Text(name),
        };

    private string Text(string name) =>
        $"{name}s" == last && random.Next(5) > 0 ? NewCode()
        : about == "rules" ? OfRule(name)
        : name switch
        {
            "sku" => Of(tenant.Skus),
            "site" or "toSite" => random.Next(10) > 0 ? "north" : Of(tenant.Sites),
            "venture" => random.Next(10) > 0 ? "main" : Of(tenant.Ventures),
            "customer" or "subject" or "person" => Of(tenant.Customers),
            "order" when last == "take-back" => Of(tenant.Orders),
            "order" => random.Next(10) > 0 ? $"{NewCode()}-{random.Next(1_000)}" : Of(tenant.Orders),
            "line" => $"{(random.Next(4) > 0 ? random.Next(1, 4) : random.Next(1, 30))}",
            "location" when last is "holds" or "release" => "stock", // what is freed was held there
            "location" => Of(tenant.Locations),
            "unit" when last == "skus" => Of(["CS", "PAL", "EA"]),
            "unit" or "baseUnit" => Of(Units),
            "lot" => $"L{random.Next(4)}",
            "serial" => $"S{random.Next(40)}",
            "kind" when about == "locations" => Of(["shelf", "bulk", "dock"]),
            "kind" => Of(["receipt", "opening", "adjustment", "transfer", "shelf"]),
            "tracking" => Of(["none", "lot", "serial"]),
            "allocation" => Of(["fifo", "fefo"]),
            "timeZone" => Of(["Europe/Berlin", "America/Chicago", "UTC", "Mars/Olympus"]),
            "currency" => Of(["EUR", "USD", "JPY", "XXX"]),
            "country" => Of(["DE", "US", "??"]),
            "scope" => Of(["*", "orders.read", "inventory.move"]),
            "email" => random.Next(4) == 0 ? tenant.Email : $"{NewCode()}@example.org",
            "password" or "current" or "new" => FuzzTenant.Password,
            "role" => Of(["picker", "auditor", "picker", "helper", "owner", "nothing"]),
            "owner" => Of(tenant.Ventures),
            "booking" => NewCode(),
            "permission" => Of(["orders.read", "orders.fulfil", "inventory.move", "inventory.*", "nothing"]),
            "token" when last == "reset" => tenant.Told(random, "reset") ?? NewCode(),
            "token" or "ticket" or "refreshToken" or "head" => tenant.Told(random, name) ?? NewCode(),
            "method" => Of(["totp", "password", "recovery-code"]),
            "code" when last is "confirm" or "step-up" or "second-step" => Proof(),
            "tenant" => random.Next(4) > 0 ? tenant.Tenant.Slug : NewCode(),
            "units" => Of(["metric", "imperial", "both"]),
            "slug" => $"t{random.Next(40)}",
            "code" or "name" or "document" or "shipment" or "return" => random.Next(2) == 0 ? NewCode() : Of(Words),
            _ => Of(Words),
        };

    /// <summary>What the owner's device shows now, or the password.</summary>
    private string Proof() =>
        random.Next(3) > 0 && tenant.Told(random, "secret") is { } secret
            ? Totp.Code(Base32.Decode(secret), Totp.StepOf(TimeProvider.System.GetUtcNow()))
            : FuzzTenant.Password;

    private string OfRule(string name) =>
        name switch
        {
            "kind" => Of(["hours", "amount", "step-up", "second-person"]),
            "permission" => Of(["orders.write", "orders.fulfil", "inventory.reserve", "inventory.*", "nothing"]),
            "role" => Of(["picker", "dispatcher", "warehouse-lead", "nothing"]),
            "from" => Of(["06:00", "22:00"]),
            "until" => Of(["14:00", "06:00", "24:00"]),
            "amount" => Of(["100.00", "2500", "0.001"]),
            "currency" => Of(["EUR", "USD"]),
            _ => Of(["Europe/Berlin", "UTC", "Mars/Olympus"]),
        };

    private string NewCode() => $"F{random.Next(1_000)}";

    /// <summary>The path with its places filled in, mostly with what is there.</summary>
    public string Path(string template)
    {
        var parts = template
            .Split('/')
            .Select(p =>
                p.StartsWith('{')
                    ? Uri.EscapeDataString(random.Next(12) == 0 ? Odd.Text(random) : Place(p[1..^1].Split(':')[0]))
                    : p
            );
        return string.Join('/', parts);
    }

    private string Place(string name) =>
        name switch
        {
            "order" => Of(tenant.Orders),
            // Most of what is ended was made for it: were it all, the rest of the run would be refusals.
            "sku" or "location" when last is "discontinue" or "close" && random.Next(10) > 0 => Told(name) ?? NewCode(),
            "sku" => Of(tenant.Skus),
            "site" => Of(tenant.Sites),
            "location" => Of(tenant.Locations),
            "customer" or "person" when random.Next(2) == 0 => Told(name) ?? Of(tenant.Customers),
            "customer" or "person" => Of(tenant.Customers),
            "code" => Of(about == "sites" ? tenant.Sites : tenant.Ventures),
            "rule" => Of(["rule-one", "rule-two", "rule-three"]),
            "role" => Of(["helper", "clerk", "owner"]),
            "position" => $"{random.Next(1, 200)}",
            "name" => Of(tenant.Projections),
            _ => (random.Next(4) > 0 ? Told(name) : null) ?? NewCode(),
        };

    /// <summary>What the route declares, now and then oddly; seldom a name that it does not.</summary>
    public string Query(Operation operation)
    {
        var pairs = operation
            .Query.Where(_ => random.Next(4) == 0)
            .Select(asked =>
                $"{asked.Name}={Uri.EscapeDataString(random.Next(3) == 0 ? Odd.Text(random) : QueryValue(asked))}"
            )
            .ToList();
        if (random.Next(40) == 0)
            pairs.Add($"{Uri.EscapeDataString(Odd.Text(random))}={NewCode()}");
        return pairs.Count == 0 ? "" : "?" + string.Join('&', pairs);
    }

    private string QueryValue((string Name, JsonObject Schema) asked) =>
        asked.Name switch
        {
            "limit" => $"{random.Next(0, 600)}",
            "cursor" => Of(tenant.Cursors),
            "knownAt" or "after" => $"{random.Next(0, 5_000)}",
            "type" => Of(["orders.order-placed.v1", "Rush", "rush"]),
            "q" => Of(["a", "F", "%", "_"]),
            _ => Body(asked.Schema, asked.Name)!.ToString(),
        };
}
