using System.CommandLine;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Lading.Cli;

/// <summary>What a command says: for people, or with --json for programs. Nothing else goes to standard
/// output.</summary>
internal static class Out
{
    /// <summary>The answer as JSON, or a sentence.</summary>
    public static void Write(ParseResult parsed, JsonElement json, string sentence) =>
        Console.WriteLine(parsed.GetValue(Shared.Json) ? json.GetRawText() : sentence);

    /// <summary>What was done as a small JSON object, or a sentence.</summary>
    public static void Write(ParseResult parsed, string sentence, params (string Member, object Value)[] done) =>
        Console.WriteLine(
            parsed.GetValue(Shared.Json)
                ? JsonText.Object(done.Select(d => KeyValuePair.Create(d.Member, (object?)d.Value)))
                : sentence
        );

    /// <summary>A list as JSON, or as columns as wide as what is in them.</summary>
    public static void Table(ParseResult parsed, JsonElement list, params (string Member, string Head)[] columns)
    {
        if (parsed.GetValue(Shared.Json))
        {
            Console.WriteLine(list.GetRawText());
            return;
        }

        var rows = list.Items().Select(item => columns.Select(c => Cell(item, c.Member)).ToArray()).ToList();
        rows.Insert(0, [.. columns.Select(c => c.Head)]);
        var widths = columns.Select((_, i) => rows.Max(r => r[i].Length)).ToArray();
        foreach (var row in rows)
            Console.WriteLine(string.Join("  ", row.Select((text, i) => text.PadRight(widths[i]))).TrimEnd());
    }

    private static string Cell(JsonElement item, string member)
    {
        if (!item.TryGetProperty(member, out var value))
            return "-";
        return value.ValueKind switch
        {
            JsonValueKind.Array => string.Join(',', value.EnumerateArray().Select(v => v.ToString())),
            JsonValueKind.True => "yes",
            JsonValueKind.False => "no",
            JsonValueKind.Null => "-",
            _ => Shown(value.ToString()),
        };
    }

    /// <summary>A text that cannot move the cursor or colour the screen of who reads it.</summary>
    public static string Shown(string text) =>
        text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? '\uFFFD' : c)) : text;
}

/// <summary>Small JSON objects written by hand.</summary>
internal static class JsonText
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>An object of texts, lists of texts and numbers; members without a value are left out.</summary>
    public static string Object<T>(IEnumerable<KeyValuePair<string, T>> members)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Plain))
        {
            json.WriteStartObject();
            foreach (var (name, value) in members)
                Write(json, name, value);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    private static void Write(Utf8JsonWriter json, string name, object? value)
    {
        switch (value)
        {
            case null:
                break;
            case long number:
                json.WriteNumber(name, number);
                break;
            case bool flag:
                json.WriteBoolean(name, flag);
                break;
            case IEnumerable<string> list:
                json.WriteStartArray(name);
                foreach (var item in list)
                    json.WriteStringValue(item);
                json.WriteEndArray();
                break;
            default:
                json.WriteString(name, value.ToString());
                break;
        }
    }
}
