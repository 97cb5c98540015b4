using System.Diagnostics;
using System.Net;

namespace Lading.Server.Tests;

/// <summary>The README's first command works from a fresh clone.</summary>
public sealed class ReadmeSpecs : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(10);
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Up_from_a_fresh_clone_serves_the_page()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The script needs bash.");
        var clone = Path.Combine(folder.Path, "lading");
        Assert.SkipUnless(
            await Runs("git", "clone", "--quiet", Places.Root, clone),
            "git is not here, or the tree is " + "no clone."
        );
        Assert.SkipUnless(
            await Runs("dotnet", "restore", Path.Combine(clone, "src/Lading.Cli")),
            "Packages cannot be " + "restored here."
        );

        var start = new ProcessStartInfo(
            Path.Combine(clone, "lading"),
            ["up", "--data", Path.Combine(folder.Path, "data"), "--urls", "http://127.0.0.1:0"]
        )
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
            using var browser = new HttpClient(new HttpClientHandler { UseCookies = true });
            var page = await browser.GetAsync(last[last.IndexOf("http", StringComparison.Ordinal)..], late.Token);
            page.StatusCode.ShouldBe(HttpStatusCode.OK, "the link leads to the page");
        }
        finally
        {
            up.Kill(entireProcessTree: true);
            await up.WaitForExitAsync(late.Token);
        }
    }

    private static async Task<bool> Runs(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true }
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
