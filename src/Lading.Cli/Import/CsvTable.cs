using CsvHelper;
using CsvHelper.Configuration;

namespace Lading.Cli.Import;

/// <summary>A CSV file row by row: its header, and for each row its number (the header is row 1) and its cells.</summary>
internal sealed class CsvTable : IDisposable
{
    private const int MostInCell = 64 * 1024;
    private static readonly char[] Separators = [',', ';', '\t', '|'];
    private readonly StreamReader text;
    private readonly CsvParser parser;
    private readonly string path;
    private readonly Dictionary<string, int> places = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> repeated = new(StringComparer.OrdinalIgnoreCase);
    private bool broken;

    /// <summary>Opens the file and reads its header.</summary>
    /// <exception cref="UnreadableFile">There is no header.</exception>
    public CsvTable(TextFile file, string? separator)
    {
        path = file.Path;
        text = file.Open();
        var configuration = new CsvConfiguration(System.Globalization.CultureInfo.InvariantCulture)
        {
            Delimiter = separator ?? Guess(file),
            BadDataFound = _ => broken = true,
            MaxFieldSize = MostInCell,
            CacheFields = true,
            BufferSize = 1 << 16,
        };
        parser = new CsvParser(text, configuration);
        if (!Read())
            throw new UnreadableFile($"{path} has no header row.");
        Columns = [.. parser.Record!.Select(c => c.Trim())];
        for (var i = 0; i < Columns.Count; i++)
            if (Columns[i].Length > 0 && !places.TryAdd(Columns[i], i))
                repeated.Add(Columns[i]);
    }

    /// <summary>The header.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>The number of the present row.</summary>
    public int Row => parser.Row;

    /// <summary>What is wrong with the form of the present row, or null.</summary>
    public string? Fault =>
        broken ? "The quotes of this row do not match."
        : parser.Count != Columns.Count ? $"This row has {parser.Count} cells; the header has {Columns.Count}."
        : null;

    /// <summary>Goes to the next row; false at the end.</summary>
    public bool Read()
    {
        broken = false;
        try
        {
            return parser.Read();
        }
        catch (MaxFieldSizeException)
        {
            throw new UnreadableFile($"{path}: a cell after row {parser.Row} is longer than {MostInCell} characters. A quote is never closed.");
        }
        catch (System.Text.DecoderFallbackException bad)
        {
            throw new UnreadableFile($"{path}: row {parser.Row + 1} is not in the encoding of the file: {bad.Message}", bad);
        }
    }

    /// <summary>A cell of the present row, without blanks at its ends.</summary>
    public string Cell(int column) => parser[column].Trim();

    /// <summary>The place of a column; null when the file does not have it.</summary>
    /// <exception cref="UnreadableFile">The file has it twice.</exception>
    public int? Place(string column)
    {
        if (repeated.Contains(column))
            throw new UnreadableFile($"{path} has the column '{column}' more than once. Rename one, so that it is clear which is meant.");
        return places.TryGetValue(column, out var place) ? place : null;
    }

    public void Dispose()
    {
        parser.Dispose();
        text.Dispose();
    }

    /// <summary>The separator that the header has most of.</summary>
    private static string Guess(TextFile file)
    {
        using var peek = file.Open();
        var header = peek.ReadLine() ?? "";
        return Separators.MaxBy(s => header.Count(c => c == s)).ToString();
    }
}
