using System.Text.Json.Nodes;

namespace Lading.Faults.Fuzz;

/// <summary>One operation of the API document.</summary>
/// <param name="Content">The media type of its body; null when it takes none.</param>
/// <param name="Body">The body's schema; null when the document shows none.</param>
/// <param name="Query">The names of its query with their schemas.</param>
internal sealed record Operation(
    string Method,
    string Path,
    string? Content,
    JsonObject? Body,
    IReadOnlyList<(string Name, JsonObject Schema)> Query
);

/// <summary>What <c>docs/reference/openapi.json</c> says there is: an endpoint that is added is fuzzed without anybody
/// doing anything.</summary>
internal sealed class ApiShape
{
    private static readonly string[] Methods = ["get", "post", "put", "delete", "patch"];
    private readonly JsonObject document;

    private ApiShape(JsonObject document)
    {
        this.document = document;
        Operations =
        [
            .. from path in document["paths"]!.AsObject()
            from entry in path.Value!.AsObject()
            where Methods.Contains(entry.Key)
            select Read(entry.Key, path.Key, entry.Value!.AsObject()),
        ];
    }

    public IReadOnlyList<Operation> Operations { get; }

    public static ApiShape Read(string file) => new(JsonNode.Parse(File.ReadAllText(file))!.AsObject());

    /// <summary>A schema with its reference followed, and of several choices the one that is not null.</summary>
    public JsonObject Resolve(JsonNode schema)
    {
        var at = schema.AsObject();
        for (var depth = 0; depth < 8; depth++)
            if (at["$ref"] is { } reference)
                at = document["components"]!["schemas"]![((string)reference!).Split('/')[^1]]!.AsObject();
            else if (at["oneOf"] is JsonArray choices)
                at = choices.Select(c => c!.AsObject()).First(c => (c["type"] as JsonValue)?.ToString() != "null");
            else
                return at;
        return at;
    }

    private static Operation Read(string method, string path, JsonObject operation)
    {
        var content = operation["requestBody"]?["content"]?.AsObject().FirstOrDefault();
        var none = content is null or { Key: null };
        var writes = method is not ("get" or "delete");
        return new Operation(
            method.ToUpperInvariant(),
            path,
            none
                ? writes
                    ? "application/json"
                    : null
                : content!.Value.Key,
            none ? null : content!.Value.Value!["schema"]!.AsObject(),
            [
                .. from parameter in operation["parameters"]?.AsArray() ?? []
                where (string?)parameter["in"] == "query"
                select ((string)parameter["name"]!, parameter["schema"]!.AsObject()),
            ]
        );
    }
}
