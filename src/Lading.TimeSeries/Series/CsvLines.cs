using System.Text;

namespace Lading.TimeSeries.Series;

/// <summary>Carries a refusal from deep inside a reader to its public entry, where it becomes a value again.</summary>
internal sealed class RefusedException(FileRefusal refusal) : Exception(refusal.Message)
{
    public FileRefusal Refusal { get; } = refusal;
}

/// <summary>
/// Comma-separated lines (RFC 4180 without line breaks inside quotes); a semicolon or tab is taken instead if the
/// header has no comma. Blank lines are passed over.
/// </summary>
internal sealed class CsvLines(TextReader input)
{
    private const int LongestLine = 16_000_000;
    private readonly List<string> _fields = [];
    private readonly StringBuilder _quoted = new();
    private char _separator;
    private long _total;

    public int Line { get; private set; }

    public string[] Fields { get; private set; } = [];

    /// <summary>A field as it has to be written.</summary>
    public static string Quote(string text) =>
        text.AsSpan().IndexOfAny(",\"\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"")}\"";

    public bool Next()
    {
        while (input.ReadLine() is { } line)
        {
            Line++;
            if (line.Length > LongestLine)
            {
                throw Refused("line", $"the line is longer than {LongestLine:N0} characters");
            }

            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            if (_separator == default)
            {
                line = line.TrimStart('\uFEFF');
                _separator =
                    line.Contains(',') ? ','
                    : line.Contains('\t') ? '\t'
                    : line.Contains(';') ? ';'
                    : ',';
            }

            Split(line);
            _total += Fields.Length;
            return _total <= SeriesFile.MostValues
                ? true
                : throw Refused("line", $"the file has more than {SeriesFile.MostValues:N0} fields");
        }

        return false;
    }

    public void Expect(int count)
    {
        if (Fields.Length != count)
        {
            throw Refused(
                "line",
                $"it has {Fields.Length} fields where the header has {count}: the file may be cut short"
            );
        }
    }

    private void Split(string line)
    {
        if (!line.Contains('"'))
        {
            Fields = line.Split(_separator);
            return;
        }

        _fields.Clear();
        _quoted.Clear();
        var inside = false;
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            if (c == '"' && inside && i + 1 < line.Length && line[i + 1] == '"')
            {
                _quoted.Append('"');
                i++;
            }
            else if (c == '"')
            {
                inside = !inside;
            }
            else if (c == _separator && !inside)
            {
                _fields.Add(_quoted.ToString());
                _quoted.Clear();
            }
            else
            {
                _quoted.Append(c);
            }
        }

        if (inside)
        {
            throw Refused("line", "a quotation mark is not closed");
        }

        _fields.Add(_quoted.ToString());
        Fields = [.. _fields];
    }

    private RefusedException Refused(string field, string message) =>
        new(new FileRefusal("series.malformed-line", Line, field, message));
}
