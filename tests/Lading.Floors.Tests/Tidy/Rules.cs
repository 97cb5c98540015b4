using System.Text.RegularExpressions;

namespace Lading.Floors.Tests.Tidy;

/// <summary>Where a rule is broken, and by what.</summary>
internal sealed record Violation(int Line, string What);

/// <summary>The rules of the house that a machine can check, by the name under which an exception is listed.</summary>
internal static partial class Rules
{
    public const int MaxColumns = 120;
    public const int MaxFileLines = 400;
    public const int MaxMethodLines = 60;

    public static readonly IReadOnlyDictionary<string, Func<SourceFile, IEnumerable<Violation>>> All = new Dictionary<
        string,
        Func<SourceFile, IEnumerable<Violation>>
    >
    {
        ["columns"] = Columns,
        ["file-length"] = FileLength,
        ["method-length"] = MethodLength,
        ["name"] = Names,
        ["wall-clock"] = file => Matches(file.Code, WallClock()),
        ["blocking"] = file => Matches(file.Code, Blocking()),
        ["sleep"] = file => Matches(file.Code, Sleep()),
        ["delay-in-test"] = file => file.Path.StartsWith("tests/") ? Matches(file.Code, Delay()) : [],
        ["random-id"] = file => IsPure(file.Path) ? Matches(file.Code, RandomId()) : [],
        ["query-name"] = file => ReadsQuery(file.Path) ? [] : Matches(file.Code, Query()),
        ["region"] = file => Matches(file.Code, Region()),
        ["unfinished"] = file => Matches(file.Comments, Unfinished()),
        ["machine-path"] = file => Matches(file.Lines, MachinePath()),
    };

    private static IEnumerable<Violation> Columns(SourceFile file) =>
        Where(file.Lines, line => line.Length > MaxColumns, line => $"{line.Length} columns, at most {MaxColumns}");

    private static IEnumerable<Violation> FileLength(SourceFile file) =>
        file.Lines.Length > MaxFileLines
            ? [new Violation(MaxFileLines + 1, $"{file.Lines.Length} lines, at most {MaxFileLines}")]
            : [];

    private static IEnumerable<Violation> MethodLength(SourceFile file) =>
        from member in Member.In(file)
        where member.IsMethod && member.Length > MaxMethodLines
        select new Violation(member.FirstLine, $"a member of {member.Length} lines, at most {MaxMethodLines}");

    private static IEnumerable<Violation> Names(SourceFile file)
    {
        if (BannedName().IsMatch(file.Name))
            yield return new Violation(1, $"the file name {file.Name} says nothing");
        for (var i = 0; i < file.Code.Length; i++)
        {
            foreach (Match type in TypeName().Matches(file.Code[i]))
            {
                if (BannedName().IsMatch(type.Groups[1].Value))
                    yield return new Violation(i + 1, $"the type name {type.Groups[1].Value} says nothing");
            }
        }
    }

    /// <summary>Where nothing but the caller makes ids: floors that decide, and every module.</summary>
    private static bool IsPure(string path) =>
        path.StartsWith("src/Lading.Kernel/")
        || path.StartsWith("src/Lading.Contracts/")
        || path.StartsWith("src/Lading.Log/")
        || path.StartsWith("src/modules/");

    /// <summary>The one file that reads a query, by what the route declares.</summary>
    private static bool ReadsQuery(string path) =>
        path == "src/Lading.Platform/Http/QueryName.cs" || !path.StartsWith("src/");

    private static IEnumerable<Violation> Matches(string[] lines, Regex banned) =>
        Where(lines, banned.IsMatch, line => banned.Match(line).Value.Trim());

    private static IEnumerable<Violation> Where(string[] lines, Func<string, bool> breaks, Func<string, string> what)
    {
        for (var i = 0; i < lines.Length; i++)
        {
            if (breaks(lines[i]))
                yield return new Violation(i + 1, what(lines[i]));
        }
    }

    [GeneratedRegex("(Utils?|Helpers?|Managers?|Common|Base|Misc)$")]
    private static partial Regex BannedName();

    [GeneratedRegex(@"\b(?:class|struct|interface|enum|record)\s+((?!class\b|struct\b)\w+)")]
    private static partial Regex TypeName();

    [GeneratedRegex(@"\bDateTime(Offset)?\s*\.\s*(Now|UtcNow|Today)\b")]
    private static partial Regex WallClock();

    [GeneratedRegex(@"\)\s*\.Result\s*[;),.\]]|\.Wait\(\)")]
    private static partial Regex Blocking();

    [GeneratedRegex(@"\bThread\.Sleep\b")]
    private static partial Regex Sleep();

    [GeneratedRegex(@"\bTask\.Delay\s*\(")]
    private static partial Regex Delay();

    [GeneratedRegex(@"\bGuid\.NewGuid\b")]
    private static partial Regex RandomId();

    [GeneratedRegex(@"\bRequest\s*\.\s*Query\b")]
    private static partial Regex Query();

    [GeneratedRegex(@"^\s*#\s*(end)?region\b")]
    private static partial Regex Region();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK)\b")]
    private static partial Regex Unfinished();

    [GeneratedRegex(@"(?<![\w.>}-])/(work|root|tmp)/")]
    private static partial Regex MachinePath();
}
