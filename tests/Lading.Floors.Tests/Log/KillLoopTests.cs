using System.Diagnostics;

namespace Lading.Floors.Tests.Log;

/// <summary>
/// A writing process is killed with SIGKILL again and again; whatever it acknowledged is there, whole and once, and
/// the chain verifies. Ten seconds at home, sixty in CI, on each provider; <c>tests/Lading.Faults</c> runs it for as
/// long as one likes.
/// </summary>
public class KillLoopTests
{
    [Fact]
    public async Task Nothing_acknowledged_is_lost_by_kill_9_on_SQLite() => await Run();

    [Fact]
    public async Task Nothing_acknowledged_is_lost_by_kill_9_on_PostgreSQL() =>
        await Run(await (await PostgresServer.Require()).NewDatabase());

    private static async Task Run(params string[] connection)
    {
        var seconds = Environment.GetEnvironmentVariable("CI") == "true" ? "60" : "10";
        var seed = Random.Shared.Next().ToString();
        var start = new ProcessStartInfo(Program(), ["kill9", seconds, seed, .. connection])
        {
            RedirectStandardOutput = true,
        };
        using var loop = Process.Start(start)!;
        var said = await loop.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await loop.WaitForExitAsync(TestContext.Current.CancellationToken);
        loop.ExitCode.ShouldBe(0, said);
        said.ShouldContain(" 0 wrong");
        int.Parse(said.Split(' ')[0]).ShouldBeGreaterThan(2, said);
    }

    private static string Program()
    {
        var output = AppContext.BaseDirectory.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "global.json")))
            folder = Path.GetDirectoryName(folder)!;
        return Path.Combine(folder, "tests", "Lading.Faults", "bin", output[^2], output[^1], "Lading.Faults");
    }
}
