using System.Text;
using System.Text.Json.Nodes;

namespace Lading.Faults.Fuzz;

/// <summary>What nobody in their right mind would send, and somebody will.</summary>
internal static class Odd
{
    private static readonly string[] Texts =
    [
        "",
        " ",
        "\0",
        "a\0b",
        "\ud83d\ude9a",
        "\u202eabc",
        "\ufeff",
        "null",
        "undefined",
        "NaN",
        "-0",
        "1e400",
        "../..",
        "..%2f..",
        "%00",
        "%",
        "%zz",
        "' or 1=1 --",
        "\"; drop table events; --",
        "$1",
        "{{7*7}}",
        "<script>",
        "=1+1",
        "\r\nX-Injected: 1",
        "a/b",
        "a\\b",
        "staging/",
        "staging/x/y",
        "ﬁ",
        "İ",
        "ß",
        "Ａ",
        "\u0301",
        "\uffff",
        "9999999999",
        "-9223372036854775808",
        "9223372036854775807",
        "18446744073709551616",
        "0001-01-01",
        "9999-12-31",
        "9999-12-31T23:59:59.9999999Z",
        "0001-01-01T00:00:00+14:00",
        "2024-02-30",
        "2024-06-30T23:59:60Z",
        "T",
        "W10",
        "bnVsbA",
        "WzEsMl0",
        "W10=",
        "WyJhIl0",
        "e30",
        "true",
        "*",
        "%_%",
        ":",
        "|",
        "\t",
        "\u0085",
        "\u2028",
    ];

    private static readonly string[] Numbers =
    [
        "1e400",
        "-1e400",
        "1e-400",
        "0.1e1",
        "1E5",
        "-0",
        "0.0000000000000000000000000001",
        "79228162514264337593543950335",
        "792281625142643375935439503350",
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775809",
        "2147483648",
        "0.0005",
        "0.9999",
        "1.00000",
        "1e3",
        "1e-3",
        "01",
        "1.",
        ".5",
        "+1",
        "0x10",
        "NaN",
        "Infinity",
        "1_000",
        "\"1\"",
        "999999999.999",
        "1000000000.001",
        "12345678901234567890.123456789",
        "1e28",
        "1e29",
        "-1",
        "0",
    ];

    public static string Text(Random random) =>
        random.Next(12) switch
        {
            0 => new string('x', random.Next(1, 3_000)),
            1 => string.Concat(Enumerable.Range(0, random.Next(1, 40)).Select(_ => (char)random.Next(0xd800))),
            2 => new string('é', random.Next(1, 300)),
            _ => Texts[random.Next(Texts.Length)],
        };

    /// <summary>A number as a file may hold it, and JSON may not.</summary>
    public static string Number(Random random) => Numbers[random.Next(Numbers.Length)];

    /// <summary>The same without what the client itself would not send.</summary>
    public static string Header(Random random) =>
        new([.. Text(random).Where(c => c is not ('\r' or '\n' or '\0') && !char.IsSurrogate(c))]);

    /// <summary>Puts something odd in place of one value somewhere in the body, or takes it away.</summary>
    public static JsonNode? Bend(Random random, JsonNode? body)
    {
        var places = new List<(JsonNode Parent, string? Name, int Index)>();
        Collect(body, places);
        if (places.Count == 0)
            return Value(random);
        var (parent, name, index) = places[random.Next(places.Count)];
        if (parent is JsonObject members)
        {
            if (random.Next(6) == 0)
                members.Remove(name!);
            else if (random.Next(8) == 0)
                members[name! + (random.Next(2) == 0 ? "X" : " ")] = Value(random);
            else
                members[name!] = Value(random);
        }
        else
            parent.AsArray()[index] = Value(random);
        return body;
    }

    private static void Collect(JsonNode? node, List<(JsonNode, string?, int)> places)
    {
        if (node is JsonObject members)
            foreach (var (name, value) in members)
            {
                places.Add((members, name, 0));
                Collect(value, places);
            }
        else if (node is JsonArray items)
            for (var i = 0; i < items.Count; i++)
            {
                places.Add((items, null, i));
                Collect(items[i], places);
            }
    }

    /// <summary>A value of any type; numbers that JSON cannot hold are put in as text of the form <c>#N#</c>.</summary>
    private static JsonNode? Value(Random random) =>
        random.Next(10) switch
        {
            0 => null,
            1 => true,
            2 => new JsonArray(),
            3 => new JsonObject(),
            4 => new JsonArray([.. Enumerable.Range(0, random.Next(1, 1_200)).Select(i => (JsonNode)$"{i}")]),
            5 or 6 => $"#N{Numbers[random.Next(Numbers.Length)]}#",
            _ => Text(random),
        };

    /// <summary>The body as bytes, sometimes broken on the way.</summary>
    public static byte[] Write(Random random, JsonNode? body, bool bend)
    {
        var text = Unquote(body?.ToJsonString() ?? "null");
        if (!bend)
            return Encoding.UTF8.GetBytes(text);
        switch (random.Next(14))
        {
            case 0:
                text = text[..random.Next(text.Length + 1)];
                break;
            case 1:
                text += random.Next(2) == 0 ? "}" : " {}";
                break;
            case 2 when text.Length > 2 && text[0] == '{':
                text = "{" + text[1..^1] + "," + text[1..]; // every member twice
                break;
            case 3:
                text = new string('[', 200_000 >> random.Next(14)) + text;
                break;
            case 4:
                text = "\ufeff" + text;
                break;
            case 5:
                text = "/* why */" + text;
                break;
            case 6:
                text = text.Replace("\"", "'");
                break;
            case 7:
                text = text.Replace(":", ":\"\\ud800\",\"a\":");
                break;
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        if (random.Next(6) == 0 && bytes.Length > 0)
            for (var flips = random.Next(1, 6); flips > 0; flips--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        if (random.Next(400) == 0)
            Array.Resize(ref bytes, (1 << 20) + random.Next(-2, 3));
        return bytes;
    }

    private static string Unquote(string text)
    {
        for (var at = text.IndexOf("\"#N", StringComparison.Ordinal); at >= 0; )
        {
            var end = text.IndexOf("#\"", at, StringComparison.Ordinal);
            if (end < 0)
                return text;
            text =
                text[..at] + text[(at + 3)..end].Replace("\\u002B", "+").Replace("\\u0022", "\"") + text[(end + 2)..];
            at = text.IndexOf("\"#N", at, StringComparison.Ordinal);
        }

        return text;
    }
}
