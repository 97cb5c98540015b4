using System.Globalization;

namespace Lading.Cli.Import;

/// <summary>The fields of one table's rows: finds their columns once, reads and checks their cells row by
/// row.</summary>
internal sealed class Fields
{
    private static readonly string[] IsoForms =
    [
        "yyyy-MM-dd",
        "yyyy-MM-dd HH:mm",
        "yyyy-MM-dd HH:mm:ss",
        "yyyy-MM-dd HH:mm:ss.FFFFFFF",
        "yyyy-MM-ddTHH:mm:ssK",
        "yyyy-MM-ddTHH:mm:ss.FFFFFFFK",
    ];

    private readonly CsvTable table;
    private readonly Mapping mapping;
    private readonly RowErrors errors;
    private readonly Dictionary<string, (int Place, string Column)> places = new(StringComparer.Ordinal);
    private readonly HashSet<string> nothing;
    private readonly string[] dateForms;
    private readonly TimeZoneInfo? zone;
    private readonly NumberFormatInfo numbers;

    public Fields(
        CsvTable table,
        Mapping mapping,
        IReadOnlyDictionary<string, string> columns,
        string[] known,
        string[] needed,
        RowErrors errors
    )
    {
        (this.table, this.mapping, this.errors) = (table, mapping, errors);
        foreach (var (field, _) in columns)
            if (!known.Contains(field))
                throw CommandFailed.Usage(
                    $"The mapping names a field '{field}'; there are " + $"{string.Join(", ", known)}."
                );
        foreach (var field in known)
            Find(field, columns.GetValueOrDefault(field), needed.Contains(field));
        nothing = mapping.Nothing.ToHashSet(StringComparer.Ordinal);
        dateForms = mapping.DateFormats.Count > 0 ? [.. mapping.DateFormats] : IsoForms;
        numbers = new NumberFormatInfo { NumberDecimalSeparator = mapping.DecimalPoint, NumberGroupSeparator = "" };
        if (mapping.TimeZone is { } name && !TimeZoneInfo.TryFindSystemTimeZoneById(name, out zone))
            throw CommandFailed.Usage(
                $"The mapping names the time zone '{name}', which nobody knows. Use a name such " + $"as Europe/London."
            );
    }

    /// <summary>The row these reads speak of.</summary>
    public int Row => table.Row;

    /// <summary>The column that stands for a field, or the field itself.</summary>
    public string Column(string field) => places.TryGetValue(field, out var at) ? at.Column : field;

    /// <summary>The present row, with a copy of its cells: the table goes on to the next.</summary>
    public FileRow Here() =>
        new(Row, Column, places.ToDictionary(p => p.Key, p => table.Cell(p.Value.Place), StringComparer.Ordinal));

    /// <summary>A text; null when the cell is empty or means nothing.</summary>
    public string? Text(string field)
    {
        if (!places.TryGetValue(field, out var at))
            return null;
        var cell = table.Cell(at.Place);
        return cell.Length == 0 || nothing.Contains(cell) ? null : cell;
    }

    /// <summary>A text that must be there; noted when it is not.</summary>
    public string? Needed(string field)
    {
        if (Text(field) is { } text)
            return text;
        errors.Add(Row, Column(field), "", $"{field} is needed.", "Fill the cell.");
        return null;
    }

    /// <summary>A number; false when the cell holds something else.</summary>
    public bool Number(string field, out decimal? number)
    {
        number = null;
        if (Text(field) is not { } text)
            return true;
        const NumberStyles style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        if (decimal.TryParse(text, style, numbers, out var value))
        {
            number = value;
            return true;
        }

        errors.Add(
            Row,
            Column(field),
            text,
            "This is not a number.",
            $"Write digits with '{mapping.DecimalPoint}' " + $"before decimals."
        );
        return false;
    }

    /// <summary>A time in UTC; false when the cell holds something else.</summary>
    public bool Time(string field, out DateTime? time)
    {
        time = null;
        if (Text(field) is not { } text)
            return true;
        const DateTimeStyles style = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (
            DateTime.TryParseExact(
                text,
                dateForms,
                CultureInfo.InvariantCulture,
                zone is null ? style : DateTimeStyles.None,
                out var value
            )
        )
        {
            time = zone is null || value.Kind != DateTimeKind.Unspecified ? value.ToUniversalTime() : InZone(value);
            return true;
        }

        errors.Add(
            Row,
            Column(field),
            text,
            "This is not a date or time as the mapping says.",
            $"Forms: {string.Join(" | ", dateForms.Take(3))}."
        );
        return false;
    }

    /// <summary>An hour that a clock skips in spring is read as the hour after.</summary>
    private DateTime InZone(DateTime local) =>
        TimeZoneInfo.ConvertTimeToUtc(zone!.IsInvalidTime(local) ? local.AddHours(1) : local, zone);

    private void Find(string field, string? column, bool needed)
    {
        if (column == "" && !needed)
            return;
        if (table.Place(column ?? field) is { } place)
            places[field] = (place, column ?? field);
        else if (column is not null)
            throw new UnreadableFile(
                $"The mapping says that {field} is in the column '{column}'. The file has "
                    + $"{string.Join(", ", table.Columns)}."
            );
        else if (needed)
            throw new UnreadableFile(
                $"No column is named '{field}'. The file has {string.Join(", ", table.Columns)}. "
                    + $"Say which it is in a mapping (--map)."
            );
    }
}
