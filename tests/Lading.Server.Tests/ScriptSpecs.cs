using System.Diagnostics;

namespace Lading.Server.Tests;

/// <summary>What <c>./lading check</c> makes of the tools it runs: the script alone, in a folder with one test project
/// and tools that say what they are told.</summary>
public sealed class ScriptSpecs : IDisposable
{
    private const string Dotnet = """
        #!/usr/bin/env bash
        case "$1" in
        list) echo "$SAID"; exit "$ENDED" ;;
        test) for word; do
            [[ "$word" != trx* ]] || echo '<Counters total="1" executed="1" passed="1" />' >"${word#*=}"
          done ;;
        esac
        """;

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("Project `Lading.Cli` has the following vulnerable packages", 0, 1, "Directory.Packages.props")]
    [InlineData("Project `Lading.Cli` has the following vulnerable packages", 1, 1, "Directory.Packages.props")]
    [InlineData("error: Unable to load the service index", 1, 0, "The package index cannot be asked here.")]
    [InlineData("The given project `Lading.Cli` has no vulnerable packages", 0, 0, "1 passed, 0 failed")]
    public async Task A_check_fails_for_a_package_with_a_known_fault_and_not_for_want_of_the_index(
        string said,
        int ended,
        int code,
        string sentence
    )
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The script needs bash.");
        var script = folder.File("lading", await File.ReadAllTextAsync(Path.Combine(Repository.Root, "lading")));
        Directory.CreateDirectory(Path.Combine(folder.Path, "tests", "One.Tests"));
        folder.File("tests/One.Tests/One.Tests.csproj", "");
        Directory.CreateDirectory(Path.Combine(folder.Path, "tools"));
        Tool("tools/dotnet", Dotnet);
        foreach (var missing in (string[])["node", "npm", "apt-get"])
            Tool($"tools/{missing}", "#!/usr/bin/env bash\nexit 1\n");

        var start = new ProcessStartInfo("bash", [script, "check"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = $"{Path.Combine(folder.Path, "tools")}:{start.Environment["PATH"]}";
        start.Environment.Remove("CI");
        (start.Environment["SAID"], start.Environment["ENDED"]) = (said, $"{ended}");
        using var check = Process.Start(start)!;
        var error = check.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await check.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken) + await error;
        await check.WaitForExitAsync(TestContext.Current.CancellationToken);
        check.ExitCode.ShouldBe(code, output);
        output.ShouldContain(said);
        output.ShouldContain(sentence);
    }

    private void Tool(string name, string text) =>
        File.SetUnixFileMode(
            folder.File(name, text),
            UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite
        );
}
