using System.Text.Json.Nodes;

namespace Lading.Faults.Copies;

/// <summary>One request of which there will be copies, and the other body that one of them carries by
/// mistake.</summary>
/// <param name="Facts">How many commands it is: one, or one for each line of a batch.</param>
internal sealed record Original(string Key, string Path, string Content, string Body, string Other, int Facts)
{
    public static Original Make(Random random, string key)
    {
        var (units, other) = (random.Next(1, 9), random.Next(9, 20));
        return random.Next(5) switch
        {
            0 => Json(
                key,
                "/orders",
                q => $$"""{"venture":"main","lines":[{"sku":"HOT","quantity":{{q}}}]}""",
                units,
                other
            ),
            1 => Json(
                key,
                "/inventory/reservations",
                q => $$"""{"name":"{{key}}","sku":"HOT","quantity":{{q}},"unit":"EA","ttlSeconds":2}""",
                units,
                other
            ),
            2 => Json(
                key,
                "/inventory/reservations",
                q => $$"""{"name":"{{key}}","sku":"LOTS","quantity":{{q}},"unit":"EA"}""",
                units,
                other
            ),
            3 => Batch(key, units, other),
            _ => Json(
                key,
                "/inventory/movements",
                q => $$$"""{"kind":"receipt","sku":"HOT","quantity":{{{q}}},"unit":"EA","to":{"site":"south"}}""",
                units,
                other
            ),
        };
    }

    private static Original Json(string key, string path, Func<int, string> body, int units, int other) =>
        new(key, path, "application/json", body(units), body(other), 1);

    private static Original Batch(string key, int units, int other)
    {
        static string Line(int n, int q) => $$"""{"venture":"main","lines":[{"sku":"PLAIN","quantity":{{q + n}}}]}""";
        return new Original(
            key,
            "/orders/batch",
            "application/x-ndjson",
            Line(1, units) + "\n" + Line(2, units),
            // One line differs: each line is a command and has a winner of its own.
            Line(1, units) + "\n" + Line(2, other),
            2
        );
    }
}

/// <summary>What a copy was told, without what differs between copies by design: trace ids, and that it is a
/// replay.</summary>
internal sealed record Told(bool OtherBody, int Status, string Text)
{
    public bool IsReused => Text.Contains("idempotency-key.reused", StringComparison.Ordinal);

    public bool IsYes => Status is 200 or 201 && !Text.Contains("\"problem\":{", StringComparison.Ordinal);

    public static Told Of(bool otherBody, int status, string text)
    {
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => Plain(JsonNode.Parse(l)));
        return new Told(otherBody, status, string.Join('\n', lines));
    }

    private static string Plain(JsonNode? node)
    {
        if (node is JsonObject answer)
        {
            answer.Remove("traceId");
            answer.Remove("replayed");
            (answer["problem"] as JsonObject)?.Remove("traceId");
        }

        return node?.ToJsonString() ?? "null";
    }
}
