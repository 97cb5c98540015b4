using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lading.Cli.Import;

/// <summary>
/// How a file's columns become fields: docs/reference/import-mapping.md. Without a mapping file the columns must bear
/// the fields' own names.
/// </summary>
/// <remarks>Members with a default have setters: the generated reader would pass null to an initialiser that the file
/// leaves out.</remarks>
internal sealed record Mapping
{
    /// <summary>Where the data come from; part of each command's id, so that two sources may use the same
    /// numbers.</summary>
    public string Source { get; set; } = "file";

    /// <summary>The file's encoding; left out: found out.</summary>
    public string? Encoding { get; init; }

    /// <summary>What separates cells; left out: found out.</summary>
    public string? Separator { get; init; }

    /// <summary>A column of free text in which separators stand without quotes.</summary>
    public string? UnquotedColumn { get; init; }

    /// <summary>Cells that mean nothing, such as NULL.</summary>
    public IReadOnlyList<string> Nothing { get; set; } = [];

    /// <summary>Field to column. Fields that are not named are looked for under their own names.</summary>
    public IReadOnlyDictionary<string, string> Columns { get; set; } = new Dictionary<string, string>();

    /// <summary>Forms of dates and times, as .NET writes them; left out: ISO 8601.</summary>
    public IReadOnlyList<string> DateFormats { get; set; } = [];

    /// <summary>Where the file's clock stands; left out: UTC.</summary>
    public string? TimeZone { get; init; }

    /// <summary>What is a decimal point, <c>.</c> or <c>,</c>.</summary>
    public string DecimalPoint { get; set; } = ".";

    /// <summary>Of all amounts without a currency column.</summary>
    public string? Currency { get; init; }

    /// <summary>Of all SKUs that are made and have no unit column.</summary>
    public string BaseUnit { get; set; } = "EA";

    /// <summary>Left out: the tenant's only one.</summary>
    public string? Venture { get; init; }

    /// <summary>Where adjustments, returns and opening stock are booked; left out: the venture's first.</summary>
    public string? Site { get; init; }

    /// <summary>Whether SKU codes are written in capitals, so that 85123a is 85123A.</summary>
    public bool SkuInCapitals { get; init; }

    /// <summary>SKU codes that are charges and not stock, with what they are.</summary>
    public IReadOnlyDictionary<string, string> Charges { get; set; } = new Dictionary<string, string>();

    /// <summary>Amount columns of the order itself that are charges: code to column, as freight.</summary>
    public IReadOnlyDictionary<string, string> OrderCharges { get; set; } = new Dictionary<string, string>();

    /// <summary>Orders whose number begins so take back what others ordered.</summary>
    public string? CancellationPrefix { get; init; }

    /// <summary>A second file that holds the orders' lines, beside the first.</summary>
    public LinesFile? Lines { get; init; }

    /// <summary>What the reader of JSON cannot see: nulls in lists, and forms of dates that are none.</summary>
    private string? Problem()
    {
        if (Nothing.Contains(null!))
            return "nothing holds a null. Leave it out.";
        foreach (
            var (name, map) in new[] { ("columns", Columns), ("charges", Charges), ("orderCharges", OrderCharges) }
        )
            if (map.FirstOrDefault(m => m.Value is null) is { Key: { } key })
                return $"{name} gives null for '{key}'. Name what it is, or leave it out.";
        if (Lines?.Columns.FirstOrDefault(m => m.Value is null) is { Key: { } column })
            return $"lines.columns gives null for '{column}'. Name what it is, or leave it out.";
        foreach (var form in DateFormats)
            if (!IsForm(form))
                return $"dateFormats holds '{form}', which is no form of a date. Write it as yyyy-MM-dd HH:mm:ss.";
        return null;
    }

    private static bool IsForm(string? form)
    {
        try
        {
            return form is { Length: > 0 }
                && DateTime.UnixEpoch.ToString(form, System.Globalization.CultureInfo.InvariantCulture).Length > 0;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    /// <summary>Reads a mapping file.</summary>
    public static Mapping Read(string? path)
    {
        if (path is null)
            return new Mapping();
        try
        {
            var mapping =
                JsonSerializer.Deserialize(File.ReadAllText(path), MappingJson.Default.Mapping)
                ?? throw CommandFailed.Usage($"The mapping {path} is null.");
            return mapping.Problem() is { } problem
                ? throw CommandFailed.Usage($"The mapping {path} cannot be used: {problem}")
                : mapping;
        }
        catch (JsonException error)
        {
            throw CommandFailed.Usage($"The mapping {path} cannot be read: {error.Message}");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw CommandFailed.Usage($"The mapping {path} cannot be read: {fault.Message}");
        }
    }
}

/// <summary>The file of lines of a mapping over two files; both are joined by the order's number.</summary>
internal sealed record LinesFile
{
    /// <summary>Its name, in the folder of the orders' file.</summary>
    public required string File { get; init; }

    /// <summary>Field to column.</summary>
    public required IReadOnlyDictionary<string, string> Columns { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true,
    RespectNullableAnnotations = true
)]
[JsonSerializable(typeof(Mapping))]
internal sealed partial class MappingJson : JsonSerializerContext;
