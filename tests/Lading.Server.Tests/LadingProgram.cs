using System.Diagnostics;
using System.Text;
using Lading.Cli.Import;

namespace Lading.Server.Tests;

/// <summary>What a command left behind.</summary>
public sealed record Ended(int Code, string Output, string Error)
{
    /// <summary>The last line of the output.</summary>
    public string Last => Output.TrimEnd('\n').Split('\n')[^1];
}

/// <summary>The built program as a child process, as a shell runs it.</summary>
public static class LadingProgram
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>Runs a command to its end.</summary>
    public static Task<Ended> Run(params string[] arguments) => End(Start(arguments));

    /// <summary>Runs a command as somebody who owns nothing here; only root can.</summary>
    public static Task<Ended> RunAsNobody(params string[] arguments) =>
        End(Start(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "dotnet"], arguments, []));

    private static async Task<Ended> End(Process started)
    {
        using var process = started;
        using var late = new CancellationTokenSource(Patience);
        var error = process.StandardError.ReadToEndAsync(late.Token);
        var output = await process.StandardOutput.ReadToEndAsync(late.Token);
        await process.WaitForExitAsync(late.Token);
        return new Ended(process.ExitCode, output, await error);
    }

    /// <summary>Starts a command.</summary>
    public static Process Start(params string[] arguments) => Start(arguments, []);

    /// <summary>Starts a command with settings in its environment.</summary>
    public static Process Start(string[] arguments, Dictionary<string, string> environment) =>
        Start(["dotnet"], arguments, environment);

    private static Process Start(string[] runner, string[] arguments, Dictionary<string, string> environment)
    {
        var program = typeof(CsvTable).Assembly.Location;
        var start = new ProcessStartInfo(runner[0], [.. runner[1..], program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (
            var name in start.Environment.Keys.Where(k => k.StartsWith("LADING_", StringComparison.Ordinal)).ToList()
        )
            start.Environment.Remove(name);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }
}

/// <summary>A running <c>lading up</c>.</summary>
public sealed class Running : IAsyncDisposable
{
    private readonly Process process;

    private Running(Process process, string address, string link, string said) =>
        (this.process, Address, Link, Said) = (process, address, link, said);

    public string Address { get; }

    public int Id => process.Id;

    public string Link { get; }

    /// <summary>All it printed up to the link.</summary>
    public string Said { get; }

    public static Task<Running> Up(params string[] arguments) => Up([], arguments);

    /// <summary>Starts it with settings in its environment.</summary>
    public static async Task<Running> Up(Dictionary<string, string> environment, params string[] arguments)
    {
        var process = LadingProgram.Start(["up", .. arguments], environment);
        var said = new StringBuilder();
        using var late = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        string? address = null;
        while (await process.StandardOutput.ReadLineAsync(late.Token) is { } line)
        {
            said.AppendLine(line);
            if (line.StartsWith("Lading runs at ", StringComparison.Ordinal))
                address = line["Lading runs at ".Length..];
            if (
                line.IndexOf("http", StringComparison.Ordinal) is var at
                && line.Contains("/enter/", StringComparison.Ordinal)
            )
                return new Running(process, address!, line[at..], said.ToString());
        }

        throw new InvalidOperationException(
            $"It ended: {said}{await process.StandardError.ReadToEndAsync(late.Token)}"
        );
    }

    /// <summary>Asks it to stop, as a service manager does, and answers its exit code.</summary>
    public async Task<int> Stop()
    {
        using (var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]))
            await kill.WaitForExitAsync();
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await process.WaitForExitAsync(late.Token);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
