namespace Lading.Floors.Tests.Tidy;

/// <summary>
/// The house style, as far as a machine can see it, on every source file. Exceptions stand in <c>allowed.txt</c>, one a
/// line: rule, path, reason. The list may only shrink: what is no longer needed fails, and so does a longer list.
/// </summary>
public sealed class TidyTests
{
    /// <summary>How many exceptions there are. Lower it with the list; never raise it.</summary>
    private const int Exceptions = 1;

    private static readonly SourceFile[] Files = ReadFiles();
    private static readonly (string Rule, string Path, string Reason)[] Allowed = ReadAllowed();

    public static TheoryData<string> RuleNames => [.. Rules.All.Keys];

    [Theory]
    [MemberData(nameof(RuleNames))]
    public void Every_source_file_keeps_the_rule(string rule)
    {
        var broken =
            from file in Files
            where !Allowed.Any(a => a.Rule == rule && a.Path == file.Path)
            from violation in Rules.All[rule](file)
            select $"{file.Path}:{violation.Line}: {violation.What}";
        var list = broken.ToArray();
        list.ShouldBeEmpty($"rule {rule}:\n{string.Join('\n', list)}\n");
    }

    [Fact]
    public void Every_exception_is_still_needed_and_has_a_reason()
    {
        foreach (var (rule, path, reason) in Allowed)
        {
            Rules.All.ContainsKey(rule).ShouldBeTrue($"allowed.txt names the rule '{rule}', which does not exist.");
            var file = Files.SingleOrDefault(f => f.Path == path).ShouldNotBeNull($"allowed.txt names {path}: gone.");
            Rules.All[rule](file).ShouldNotBeEmpty($"{path} keeps the rule {rule} now: take it out of allowed.txt.");
            reason.ShouldNotBeEmpty($"allowed.txt gives no reason for {rule} {path}.");
        }
    }

    [Fact]
    public void The_list_of_exceptions_only_shrinks() => Allowed.Length.ShouldBe(Exceptions);

    [Fact]
    public void The_files_of_the_repository_were_found() =>
        Files.Select(f => f.Path).ShouldContain("src/Lading.Kernel/Refusal.cs");

    private static SourceFile[] ReadFiles() =>
        new[] { "src", "tests", "bench", "sim" }
            .Select(folder => Repository.At(folder))
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories))
            .Select(file => (File: file, Path: Path.GetRelativePath(Repository.Root, file).Replace('\\', '/')))
            .Where(f => !f.Path.Split('/').Any(part => part is "bin" or "obj"))
            .OrderBy(f => f.Path, StringComparer.Ordinal)
            .Select(f => SourceFile.Parse(f.Path, File.ReadAllText(f.File)))
            .ToArray();

    private static (string, string, string)[] ReadAllowed() =>
        File.ReadAllLines(Repository.At("tests/Lading.Floors.Tests/Tidy/allowed.txt"))
            .Where(line => line.Length > 0 && !line.StartsWith('#'))
            .Select(line => line.Split(' ', 3))
            .Select(parts => (parts[0], parts.ElementAtOrDefault(1) ?? "", parts.ElementAtOrDefault(2) ?? ""))
            .ToArray();
}
