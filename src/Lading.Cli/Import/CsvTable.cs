using System.Globalization;
using CsvHelper;

namespace Lading.Cli.Import;

/// <summary>A CSV file row by row: its header, and for each row its number (the header is row 1) and its
/// cells.</summary>
internal sealed class CsvTable : IDisposable
{
    private const int MostInRow = 1 << 20;
    private readonly CsvReader reader;
    private readonly string path;
    private readonly Dictionary<string, int> places = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> repeated = new(StringComparer.OrdinalIgnoreCase);
    private readonly int? unquoted;
    private (long Record, CsvMalformedReason Reason) malformed;

    /// <summary>Opens the file and reads its header.</summary>
    /// <param name="unquoted">The column whose text may hold separators though nothing quotes it; it takes what a row
    /// has too much.</param>
    /// <exception cref="UnreadableFile">There is no header.</exception>
    public CsvTable(TextFile file, string? separator, string? unquoted = null)
    {
        path = file.Path;
        var options = new CsvReaderOptions
        {
            Separator = separator is [var one] ? one : null,
            SkipEmptyLines = false,
            MaxRecordSize = MostInRow,
            PoolStrings = true,
            OnMalformedRecord = record => malformed = (record.RecordNumber, record.Reason),
        };
        reader = CsvReader.Create(file.Open(), options, leaveOpen: false);
        Guard(() =>
        {
            reader.ReadHeader();
            return true;
        });
        Columns = [.. reader.Headers.Select(h => h.Trim())];
        if (Columns.All(c => c.Length == 0))
            throw new UnreadableFile($"{path} has no header row.");
        for (var i = 0; i < Columns.Count; i++)
            if (Columns[i].Length > 0 && !places.TryAdd(Columns[i], i))
                repeated.Add(Columns[i]);
        this.unquoted = unquoted is null ? null : Place(unquoted);
    }

    /// <summary>The header.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>The number of the present row.</summary>
    public int Row => (int)reader.RowNumber + 1;

    /// <summary>What is wrong with the form of the present row, or null.</summary>
    public string? Fault =>
        malformed.Record == reader.RowNumber + 1 ? Say(malformed.Reason)
        : reader.FieldCount < Columns.Count || (Surplus > 0 && unquoted is null)
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"This row has {reader.FieldCount} cells; the header has " + $"{Columns.Count}."
            )
        : null;

    /// <summary>Goes to the next row that is not empty; false at the end.</summary>
    public bool Read()
    {
        while (Guard(reader.Read))
            if (reader.FieldCount != 1 || Columns.Count == 1 || !reader.IsEmpty(0))
                return true;
        return false;
    }

    /// <summary>A cell of the present row, without blanks at its ends.</summary>
    public string Cell(int column)
    {
        if (Surplus <= 0 || column < unquoted)
            return reader.GetString(column).Trim();
        if (column > unquoted)
            return reader.GetString(column + Surplus).Trim();
        var parts = Enumerable.Range(column, Surplus + 1).Select(i => reader.GetString(i));
        return string.Join(reader.Separator, parts).Trim();
    }

    /// <summary>The place of a column; null when the file does not have it.</summary>
    /// <exception cref="UnreadableFile">The file has it twice.</exception>
    public int? Place(string column)
    {
        if (repeated.Contains(column))
            throw new UnreadableFile(
                $"{path} has the column '{column}' more than once. Rename one, so that it is "
                    + $"clear which is meant."
            );
        return places.TryGetValue(column, out var place) ? place : null;
    }

    public void Dispose() => reader.Dispose();

    /// <summary>Cells more than the header has.</summary>
    private int Surplus => reader.FieldCount - Columns.Count;

    private bool Guard(Func<bool> read)
    {
        try
        {
            return read();
        }
        catch (Exception fault) when (fault is CsvFormatException or InvalidDataException)
        {
            throw new UnreadableFile(
                $"{path} cannot be read after row {reader.RowNumber + 1}: {fault.Message} Is a "
                    + $"quote never closed?",
                fault
            );
        }
    }

    private static string Say(CsvMalformedReason reason) =>
        reason switch
        {
            CsvMalformedReason.StrayQuote => "A quote stands inside a cell that is not quoted.",
            CsvMalformedReason.TextAfterClosingQuote => "Text follows the closing quote of a cell.",
            CsvMalformedReason.UnterminatedQuote => "A quote of this row is never closed, so all that follows is "
                + "inside it.",
            _ => "The quotes of this row do not match.",
        };
}
