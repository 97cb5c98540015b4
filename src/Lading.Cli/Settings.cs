using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;

namespace Lading.Cli;

/// <summary>
/// A setting's value: the option on the command line, else <c>LADING_*</c> in the environment, else <c>lading.json</c>
/// in the working folder,
/// else <c>lading.json</c> in the data folder.
/// </summary>
internal sealed class Settings
{
    /// <summary>The file's name.</summary>
    public const string FileName = "lading.json";

    private readonly ParseResult parsed;
    private readonly List<(string File, Dictionary<string, string> Values)> files = [];

    public Settings(ParseResult parsed)
    {
        this.parsed = parsed;
        Add(FileName);
        Data = Text(Shared.Data) ?? "data";
        Add(Path.Combine(Data, FileName));
    }

    /// <summary>The data folder.</summary>
    public string Data { get; }

    /// <summary>A text setting.</summary>
    public string? Text(Option<string?> option) =>
        Given(option) ? parsed.GetValue(option)
        : Other(option) is { Length: > 0 } text ? text
        : null;

    /// <summary>A switch.</summary>
    public bool Flag(Option<bool> option)
    {
        if (Given(option))
            return parsed.GetValue(option);
        return Other(option)?.ToLowerInvariant() switch
        {
            null or "" or "0" or "false" or "no" => false,
            "1" or "true" or "yes" => true,
            var text => throw CommandFailed.Usage($"{Variable(option)} is '{text}'; say true or false."),
        };
    }

    /// <summary>The environment's name of an option: <c>--no-demo-clock</c> is <c>LADING_NO_DEMO_CLOCK</c>.</summary>
    public static string Variable(Option option) =>
        "LADING_" + option.Name.TrimStart('-').Replace('-', '_').ToUpperInvariant();

    private bool Given(Option option) => parsed.GetResult(option) is OptionResult { Implicit: false };

    private string? Other(Option option)
    {
        if (Environment.GetEnvironmentVariable(Variable(option)) is { } variable)
            return variable;
        var name = option.Name.TrimStart('-');
        foreach (var (_, values) in files)
            if (values.TryGetValue(name, out var value))
                return value;
        return null;
    }

    private void Add(string file)
    {
        if (!File.Exists(file))
            return;
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllText(file));
            var values = json
                .RootElement.EnumerateObject()
                .ToDictionary(p => Key(p.Name), p => p.Value.ToString(), StringComparer.Ordinal);
            files.Add((file, values));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw CommandFailed.Usage($"{file} is not a JSON object of settings: {error.Message}");
        }
    }

    /// <summary><c>noDemoClock</c> and <c>no-demo-clock</c> are one setting.</summary>
    private static string Key(string name) =>
        string.Concat(name.Select(c => char.IsUpper(c) ? $"-{char.ToLowerInvariant(c)}" : $"{c}"));
}

/// <summary>The options that many commands share.</summary>
internal static class Shared
{
    public static readonly Option<string?> Data = new("--data")
    {
        Description =
            "The data folder (LADING_DATA; otherwise ./data). While a server runs on it, the command goes "
            + "through that server.",
        HelpName = "DIR",
    };

    public static readonly Option<string?> Postgres = new("--postgres")
    {
        Description = "A PostgreSQL connection instead of a data folder (LADING_POSTGRES).",
        HelpName = "CONNECTION",
    };

    public static readonly Option<string?> Url = new("--url")
    {
        Description = "A server to talk to instead of a data folder (LADING_URL); needs --key.",
        HelpName = "URL",
    };

    public static readonly Option<string?> Key = new("--key")
    {
        Description = "The API key for --url (LADING_KEY).",
        HelpName = "KEY",
    };

    public static readonly Option<string?> Tenant = new("--tenant")
    {
        Description = "The tenant's short name (LADING_TENANT; otherwise the only one).",
        HelpName = "SLUG",
    };

    public static readonly Option<bool> Json = new("--json") { Description = "Write JSON, for programs." };

    /// <summary>Where a command works.</summary>
    public static Symbol[] Place => [Data, Postgres, Url, Key, Tenant];
}
