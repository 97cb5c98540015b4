using System.Globalization;

namespace Lading.TimeSeries.Series;

/// <summary>One series of a file, oldest value first, with a note when the values had to be repaired.</summary>
public sealed record NamedSeries(string Id, double[] Values, string? Note = null);

/// <summary>
/// Why a file was not read: a stable code, the 1-based line, the field's name, and a sentence.
/// </summary>
public sealed record FileRefusal(string Code, int Line, string Field, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Code}: line {Line}, {Field}: {Message}";
}

/// <summary>The series of a file, or the refusal.</summary>
public sealed record SeriesFileContent(IReadOnlyList<NamedSeries> Series, FileRefusal? Refusal = null);

/// <summary>
/// Reads comma-separated series in four shapes, told apart by the header: <b>long</b> (a column named series, id,
/// sku, item or unique_id, one named value, y, quantity, demand or count, a time column that is not interpreted:
/// lines of a series come in time order); <b>packed</b> (a column named values, joined by ';'); <b>wide by column</b>
/// (the first column is named as a time, every other column is a series); <b>wide by row</b> (anything else: id, then
/// values; rows may differ in length). Empty, NA and NULL are missing: dropped at either end, interpolated inside,
/// with a note. Anything else that is not a finite number is refused, with its line and field.
/// </summary>
public static class SeriesFile
{
    /// <summary>
    /// The most fields of a file that are read: a limit on memory, not on the methods.
    /// </summary>
    public const int MostValues = 50_000_000;

    private static readonly string[] TimeNames =
    [
        "",
        "date",
        "time",
        "timestamp",
        "datetime",
        "day",
        "week",
        "month",
        "quarter",
        "year",
        "period",
        "ds",
        "t",
    ];

    private static readonly string[] IdNames = ["series", "id", "unique_id", "sku", "item", "series_id"];
    private static readonly string[] ValueNames = ["value", "y", "quantity", "demand", "count", "units", "sales"];

    /// <summary>Reads all series. Never throws for a bad file: the refusal names the line and field.</summary>
    public static SeriesFileContent Read(TextReader input)
    {
        try
        {
            var lines = new CsvLines(input);
            if (!lines.Next())
            {
                return Refuse("series.empty-file", 1, "header", "the file is empty");
            }

            string[] header = [.. lines.Fields.Select(f => f.Trim().ToLowerInvariant())];
            var id = Array.FindIndex(header, IdNames.Contains);
            var value = Array.FindIndex(header, ValueNames.Contains);
            var packed = Array.IndexOf(header, "values");
            var series =
                packed >= 0 ? ReadPacked(lines, Math.Max(id, 0), packed)
                : value >= 0 && header.Length <= 2 && id < 0 ? ReadByColumn(lines, value == 0 ? 0 : 1)
                : value >= 0 && id >= 0 ? ReadLong(lines, id, value)
                : TimeNames.Contains(header[0]) ? ReadByColumn(lines, 1)
                : ReadByRow(lines);
            return series.Count > 0
                ? new SeriesFileContent(series)
                : Refuse("series.no-series", lines.Line, "header", "the file has a header but no value");
        }
        catch (RefusedException refused)
        {
            return new SeriesFileContent([], refused.Refusal);
        }
        catch (Exception broken) when (broken is IOException or InvalidDataException)
        {
            return Refuse("series.truncated", 0, "file", $"reading stopped early: {broken.Message}");
        }
    }

    internal static double? Number(string text, int line, string field)
    {
        var trimmed = text.AsSpan().Trim();
        if (trimmed.IsEmpty || trimmed is "NA" or "NULL" or "null")
        {
            return null;
        }

        return
            double.TryParse(trimmed, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number)
            ? number
            : throw new RefusedException(
                new FileRefusal(
                    "series.not-a-number",
                    line,
                    field,
                    $"'{Short(trimmed.ToString())}' is not a finite number"
                )
            );
    }

    private static List<NamedSeries> ReadLong(CsvLines lines, int id, int value)
    {
        var header = lines.Fields;
        var byId = new Dictionary<string, List<double?>>();
        var order = new List<string>();
        while (lines.Next())
        {
            lines.Expect(header.Length);
            var key = lines.Fields[id];
            if (!byId.TryGetValue(key, out var values))
            {
                byId[key] = values = [];
                order.Add(key);
            }

            values.Add(Number(lines.Fields[value], lines.Line, header[value]));
        }

        return [.. order.Select(key => Complete(key, byId[key])).OfType<NamedSeries>()];
    }

    private static List<NamedSeries> ReadPacked(CsvLines lines, int id, int packed)
    {
        var header = lines.Fields;
        var series = new List<NamedSeries>();
        while (lines.Next())
        {
            lines.Expect(header.Length);
            var parts = lines.Fields[packed].Split(';');
            var values = parts.Select((p, i) => Number(p, lines.Line, $"values[{i + 1}]"));
            AddTo(series, Complete(lines.Fields[id], [.. values]));
        }

        return series;
    }

    private static List<NamedSeries> ReadByColumn(CsvLines lines, int first)
    {
        var header = lines.Fields;
        var columns = new List<double?>[header.Length];
        for (var c = first; c < header.Length; c++)
        {
            columns[c] = [];
        }

        while (lines.Next())
        {
            lines.Expect(header.Length);
            for (var c = first; c < header.Length; c++)
            {
                columns[c].Add(Number(lines.Fields[c], lines.Line, header[c]));
            }
        }

        var series = new List<NamedSeries>();
        for (var c = first; c < header.Length; c++)
        {
            AddTo(series, Complete(header[c], columns[c]));
        }

        return series;
    }

    private static List<NamedSeries> ReadByRow(CsvLines lines)
    {
        var series = new List<NamedSeries>();
        while (lines.Next())
        {
            var values = new List<double?>(lines.Fields.Length);
            for (var c = 1; c < lines.Fields.Length; c++)
            {
                values.Add(Number(lines.Fields[c], lines.Line, $"column {c + 1}"));
            }

            AddTo(series, Complete(lines.Fields[0], values));
        }

        return series;
    }

    private static void AddTo(List<NamedSeries> series, NamedSeries? one)
    {
        if (one is not null)
        {
            series.Add(one);
        }
    }

    /// <summary>Drops missing values at both ends and interpolates inside; null if nothing is left.</summary>
    private static NamedSeries? Complete(string id, List<double?> values)
    {
        var first = values.FindIndex(v => v.HasValue);
        if (first < 0)
        {
            return null;
        }

        var last = values.FindLastIndex(v => v.HasValue);
        var result = new double[last - first + 1];
        var known = 0;
        var filled = 0;
        for (var i = 0; i < result.Length; i++)
        {
            if (values[first + i] is not { } value)
            {
                continue;
            }

            for (var gap = known + 1; gap < i; gap++)
            {
                result[gap] = result[known] + ((value - result[known]) * (gap - known) / (i - known));
                filled++;
            }

            result[i] = value;
            known = i;
        }

        return new NamedSeries(id, result, filled > 0 ? $"{filled} missing values inside were interpolated" : null);
    }

    private static SeriesFileContent Refuse(string code, int line, string field, string message) =>
        new([], new FileRefusal(code, line, field, message));

    private static string Short(string text) => text.Length <= 40 ? text : text[..40] + "...";
}
