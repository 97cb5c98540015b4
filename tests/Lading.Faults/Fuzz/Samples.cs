using System.Text.Json.Nodes;

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
    ];

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
            if (Needed.Contains(name) ? random.Next(30) > 0 : random.Next(3) == 0)
                body[name] = Body(schema!, name, depth + 1);
        return body;
    }

    private static string Singular(string name) => name is "sites" or "sitePreference" ? "site" : name.TrimEnd('s');

    private JsonNode Whole(string name) =>
        name switch
        {
            "priority" => random.Next(1, 10),
            "numerator" or "denominator" => random.Next(1, 50),
            "minor" or "micros" => random.Next(0, 1_000_000),
            _ => random.Next(1, 400),
        };

    private JsonNode Amount() => random.Next(4) == 0 ? random.Next(1, 20_000) / 1000m : random.Next(1, 12);

    private string Text(string name, string? format) =>
        format switch
        {
            "date" => $"{DateTime.UnixEpoch.AddDays(random.Next(19_000, 24_000)):yyyy-MM-dd}",
            "date-time" => $"{DateTime.UnixEpoch.AddMinutes(random.Next(28_000_000, 29_600_000)):O}",
            "uuid" => new Guid(Enumerable.Range(0, 16).Select(_ => (byte)random.Next(256)).ToArray()).ToString(),
            _ => Text(name),
        };

    private string Text(string name) =>
        name switch
        {
            "sku" => Of(tenant.Skus),
            "site" or "toSite" => random.Next(10) > 0 ? "north" : Of(tenant.Sites),
            "venture" => random.Next(10) > 0 ? "main" : Of(tenant.Ventures),
            "customer" or "subject" or "person" => Of(tenant.Customers),
            "order" => random.Next(10) > 0 ? $"{NewCode()}-{random.Next(1_000)}" : Of(tenant.Orders),
            "line" => $"{random.Next(1, 30)}",
            "location" => Of(tenant.Locations),
            "unit" or "baseUnit" => Of(Units),
            "lot" => $"L{random.Next(4)}",
            "serial" => $"S{random.Next(40)}",
            "kind" => Of(["receipt", "opening", "adjustment", "transfer", "shelf"]),
            "tracking" => Of(["none", "lot", "serial"]),
            "allocation" => Of(["fifo", "fefo"]),
            "timeZone" => Of(["Europe/Berlin", "America/Chicago", "UTC", "Mars/Olympus"]),
            "currency" => Of(["EUR", "USD", "JPY", "XXX"]),
            "country" => Of(["DE", "US", "??"]),
            "scope" => Of(["*", "orders.read", "inventory.move"]),
            "email" => "a@example.org",
            "code" or "name" or "document" or "shipment" or "return" => random.Next(2) == 0 ? NewCode() : Of(Words),
            _ => Of(Words),
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
            "sku" => Of(tenant.Skus),
            "site" => Of(tenant.Sites),
            "location" => Of(tenant.Locations),
            "customer" => Of(tenant.Customers),
            "code" => Of([.. tenant.Sites, .. tenant.Ventures]),
            "position" => $"{random.Next(1, 200)}",
            "name" => Of(tenant.Projections),
            _ => NewCode(),
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
