using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Lading.Kernel;

namespace Lading.Platform.Http;

/// <summary>Strict JSON: unknown and repeated members, trailing content, wrong types and nulls in lists are refused,
/// naming the field and quoting the value.</summary>
public static class StrictJson
{
    /// <summary>Reads a body; of a <paramref name="secret"/> one nothing is repeated in the refusal.</summary>
    public static (T? Value, Refusal? Refusal) Read<T>(
        ReadOnlySpan<byte> body,
        JsonTypeInfo<T> json,
        bool secret = false
    )
        where T : class
    {
        try
        {
            var value = JsonSerializer.Deserialize(body, json);
            if (value is null)
                return (null, Null("$", "The body is null.", "Send a JSON object."));
            return NullInList(body) is { } place
                ? (null, Null(place, "A list holds a null.", "Leave the entry out, or give it a value."))
                : (value, null);
        }
        catch (JsonException error)
        {
            var refusal = Explain(error, body, json);
            return (null, secret ? refusal with { Value = null } : refusal);
        }
    }

    private static Refusal Null(string field, string message, string remedy) =>
        new("json.null", RefusalKind.Invalid, message, field, "null", remedy);

    private static Refusal Explain(JsonException error, ReadOnlySpan<byte> body, JsonTypeInfo json)
    {
        var path =
            error.Path is null or "$" ? "$"
            : error.Path.StartsWith("$.", StringComparison.Ordinal) ? error.Path[2..]
            : error.Path;
        var line = (error.LineNumber ?? 0) + 1;
        var at = $"line {line}, byte {(error.BytePositionInLine ?? 0) + 1}";
        var cut = error.Message.IndexOf(" Path:", StringComparison.Ordinal);
        var message = cut > 0 ? error.Message[..cut] : error.Message;
        return new Refusal(
            "json.malformed",
            RefusalKind.Invalid,
            $"The JSON cannot be read at {at}: {Plainly(message, path, json)}",
            path,
            Excerpt(error, body),
            "Correct that member; names are camelCase and unknown members are not accepted."
        );
    }

    /// <summary>What the reader says in terms of the program's types, in the words of who wrote the body.</summary>
    private static string Plainly(string message, string path, JsonTypeInfo json)
    {
        bool Says(string part) => message.Contains(part, StringComparison.Ordinal);
        var name = path[(path.LastIndexOf('.') + 1)..];
        return Says("could not be mapped") ? $"there is no member {name} there."
            : Says("Duplicate property") ? $"the member {name} is there twice."
            : Says("missing required") ? $"members are missing there: {message[(message.IndexOf(": '") + 2)..]}"
            : Says("null values") ? "a null is not accepted there."
            : Says("could not be converted") ? Expected(TypeAt(json, path))
            : message;
    }

    /// <summary>The type that a path of the body leads to; null when that cannot be told.</summary>
    private static Type? TypeAt(JsonTypeInfo json, string path)
    {
        var at = json;
        foreach (var step in path.Split(['.', '['], StringSplitOptions.RemoveEmptyEntries))
        {
            var next =
                step == "$" ? at.Type
                : step.EndsWith(']') ? at.ElementType
                : at.Properties.FirstOrDefault(p => p.Name == step)?.PropertyType;
            if (next is null)
                return null;
            at = json.Options.GetTypeInfo(next);
        }

        return at.Type;
    }

    private static string Expected(Type? wanted)
    {
        var type = wanted is null ? null : Nullable.GetUnderlyingType(wanted) ?? wanted;
        if (type is { IsEnum: true })
            return $"one of {string.Join(", ", Enum.GetNames(type))} is expected there.";
        var what = type switch
        {
            null => "a value of another type",
            _ when type == typeof(string) => "a text",
            _ when type == typeof(bool) => "true or false",
            _ when type == typeof(decimal) || type == typeof(double) => "a number",
            _ when type == typeof(int) || type == typeof(long) => "a whole number",
            _ when type == typeof(DateOnly) => "a date as 2026-11-22",
            _ when type == typeof(DateTimeOffset) || type == typeof(DateTime) => "a time as 2026-11-22T08:30:00Z",
            _ when typeof(System.Collections.IEnumerable).IsAssignableFrom(type) => "a list",
            _ => "an object",
        };
        return $"{what} is expected there.";
    }

    /// <summary>Where the text is no JSON what is around, else how the value begins that the path leads to.</summary>
    private static string? Excerpt(JsonException error, ReadOnlySpan<byte> body)
    {
        if (error.InnerException is not JsonException)
        {
            var value = ValueAt(body, error.Path ?? "$");
            return value?.Length > 60 ? value[..60] + "…" : value;
        }

        var start = 0;
        for (var line = error.LineNumber ?? 0; line > 0; line--)
        {
            var end = body[start..].IndexOf((byte)'\n');
            if (end < 0)
                break;
            start += end + 1;
        }

        var from = (int)Math.Min(body.Length, Math.Max(start, start + (error.BytePositionInLine ?? 0) - 30));
        return Encoding.UTF8.GetString(body.Slice(from, Math.Min(60, body.Length - from)));
    }

    private static string? ValueAt(ReadOnlySpan<byte> body, string path)
    {
        var reader = new Utf8JsonReader(body);
        try
        {
            using var json = JsonDocument.ParseValue(ref reader);
            var at = json.RootElement;
            foreach (var step in path.Split(['.', '['], StringSplitOptions.RemoveEmptyEntries).Skip(1))
                if (at.ValueKind == JsonValueKind.Object && at.TryGetProperty(step, out var member))
                    at = member;
                else if (
                    at.ValueKind == JsonValueKind.Array
                    && int.TryParse(step.TrimEnd(']'), out var i)
                    && i < at.GetArrayLength()
                )
                    at = at[i];
                else
                    return null;
            return at.ValueKind is JsonValueKind.String ? at.GetString() : at.GetRawText();
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null; // after what was refused the text is no JSON
        }
    }

    /// <summary>Where the body has a null as an entry of a list: types cannot say that a list holds none. Looked for
    /// only
    /// in bodies that say null at all.</summary>
    private static string? NullInList(ReadOnlySpan<byte> body)
    {
        if (body.IndexOf("null"u8) < 0)
            return null;
        var reader = new Utf8JsonReader(body);
        var open = new Stack<(bool IsList, int Index, string Name)>();
        var (list, index, name) = (false, 0, "");
        while (reader.Read())
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    name = reader.GetString()!;
                    break;
                case JsonTokenType.StartArray or JsonTokenType.StartObject:
                    open.Push((list, index, name));
                    (list, index) = (reader.TokenType == JsonTokenType.StartArray, 0);
                    break;
                case JsonTokenType.EndArray or JsonTokenType.EndObject:
                    (list, index, name) = open.Pop();
                    index++;
                    break;
                case JsonTokenType.Null when list:
                    return PathOf(open, index);
                default:
                    index++;
                    break;
            }

        return null;
    }

    private static string PathOf(Stack<(bool IsList, int Index, string Name)> open, int index)
    {
        var path = new StringBuilder();
        foreach (var (isList, at, name) in open.Reverse().Skip(1))
            if (isList)
                path.Append(CultureInfo.InvariantCulture, $"[{at}]");
            else
                path.Append(path.Length == 0 ? "" : ".").Append(name);
        if (open.Count == 1)
            path.Append('$');
        return path.Append(CultureInfo.InvariantCulture, $"[{index}]").ToString();
    }
}
