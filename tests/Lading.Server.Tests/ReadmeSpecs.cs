using System.Diagnostics;
using System.Net;

namespace Lading.Server.Tests;

/// <summary>What the README says to type works from a fresh clone. (Its second command is what runs this.)</summary>
public sealed class ReadmeSpecs : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(10);
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Its_commands_work_from_a_fresh_clone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The script needs bash.");
        var clone = Path.Combine(folder.Path, "lading");
        Needed(
            await Runs("git", ["clone", "--quiet", Repository.Root, clone]),
            "git is not here, or the tree is no clone."
        );
        Needed(
            await Runs("dotnet", ["restore", Path.Combine(clone, "src/Lading.Cli")]),
            "Packages cannot be restored here."
        );

        string[] demo = ["up", "--data", Path.Combine(folder.Path, "data"), "--urls", "http://127.0.0.1:0"];
        await WhileUp(
            clone,
            demo,
            async last =>
            {
                using var browser = new HttpClient(new HttpClientHandler { UseCookies = true });
                var page = await browser.GetAsync(last[last.IndexOf("http", StringComparison.Ordinal)..]);
                page.StatusCode.ShouldBe(HttpStatusCode.OK, "the link leads to the page");
            }
        );

        var own = OwnFile(await File.ReadAllLinesAsync(Path.Combine(clone, "README.md")));
        own.Count.ShouldBeGreaterThan(4);
        await WhileUp(
            clone,
            [.. own[0], "--urls", "http://127.0.0.1:0"],
            async _ =>
            {
                foreach (var line in own.Skip(1))
                    (await Runs(Path.Combine(clone, "lading"), line, clone)).ShouldBeTrue(string.Join(' ', line));
            }
        );
    }

    /// <summary>Skips by name at home; nothing may be missing in CI.</summary>
    private static void Needed(bool there, string otherwise)
    {
        if (Environment.GetEnvironmentVariable("CI") == "true")
            there.ShouldBeTrue(otherwise);
        Assert.SkipUnless(there, otherwise);
    }

    /// <summary>The lines below "Your own file", on a folder of this test's.</summary>
    private List<string[]> OwnFile(string[] readme) =>
        [
            .. readme
                .SkipWhile(l => l != "## Your own file")
                .SkipWhile(l => !l.StartsWith("./lading ", StringComparison.Ordinal))
                .TakeWhile(l => l.StartsWith("./lading ", StringComparison.Ordinal))
                .Select(l => l.Split(' ')[1..].Select(w => w == "mine" ? Path.Combine(folder.Path, "mine") : w))
                .Select(words => words.ToArray()),
        ];

    /// <summary>Runs <c>lading up</c>, does something when it has printed its link, and ends it.</summary>
    private static async Task WhileUp(string clone, string[] arguments, Func<string, Task> then)
    {
        var start = new ProcessStartInfo(Path.Combine(clone, "lading"), arguments)
        {
            RedirectStandardOutput = true,
            WorkingDirectory = clone,
        };
        using var up = Process.Start(start)!;
        using var late = new CancellationTokenSource(Bound);
        try
        {
            string? last = null;
            while (last?.Contains("/enter/", StringComparison.Ordinal) != true)
                last =
                    await up.StandardOutput.ReadLineAsync(late.Token)
                    ?? throw new InvalidOperationException($"It ended after: {last}");
            await then(last);
        }
        finally
        {
            up.Kill(entireProcessTree: true);
            await up.WaitForExitAsync(late.Token);
        }
    }

    private static async Task<bool> Runs(string program, string[] arguments, string folder = "")
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(program, arguments)
                {
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                    WorkingDirectory = folder,
                }
            )!;
            using var late = new CancellationTokenSource(Bound);
            var error = process.StandardError.ReadToEndAsync(late.Token);
            await process.StandardOutput.ReadToEndAsync(late.Token);
            await error;
            await process.WaitForExitAsync(late.Token);
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
