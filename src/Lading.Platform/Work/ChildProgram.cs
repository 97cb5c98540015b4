using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Lading.Platform.Work;

/// <summary>
/// Heavy work as a child process: this same program with the hidden verb <c>work</c>. It gets a line of options, the
/// length and bytes of a file, later a go; it answers lines. Its input stays open as long as somebody waits: when that
/// ends, with the caller or with the server, the child ends too. Errors it prints go to the server's own.
/// </summary>
internal sealed class ChildProgram : IAsyncDisposable
{
    /// <summary>A child that needs more memory ends, and the server does not: 2 GiB.</summary>
    private const string MostMemory = "0x80000000";

    private readonly Process process;

    private ChildProgram(Process process) => this.process = process;

    /// <summary>Starts the child; null where the program that holds the verb is not installed.</summary>
    public static ChildProgram? Start(string kind)
    {
        if (Command() is not { } start)
            return null;
        start.ArgumentList.Add("work");
        start.ArgumentList.Add(kind);
        start.RedirectStandardInput = start.RedirectStandardOutput = true;
        start.StandardOutputEncoding = Encoding.UTF8;
        start.WorkingDirectory = Path.GetTempPath();
        foreach (
            var own in start.Environment.Keys.Where(k => k.StartsWith("LADING_", StringComparison.Ordinal)).ToList()
        )
            start.Environment.Remove(own);
        start.Environment["DOTNET_GCHeapHardLimit"] = MostMemory;
        return new ChildProgram(Process.Start(start)!);
    }

    /// <summary>Hands over the options and the file.</summary>
    public async Task Send(string options, ReadOnlyMemory<byte> file, CancellationToken stop)
    {
        var to = process.StandardInput.BaseStream;
        var head = string.Create(CultureInfo.InvariantCulture, $"{options}\n{file.Length}\n");
        try
        {
            await to.WriteAsync(Encoding.UTF8.GetBytes(head), stop);
            await to.WriteAsync(file, stop);
            await to.FlushAsync(stop);
        }
        catch (IOException)
        {
            // The child is gone: its output ends too, and that is where it is noticed.
        }
    }

    /// <summary>Lets it begin the heavy part.</summary>
    public Task Go(CancellationToken stop) => Send("go", default, stop);

    /// <summary>Its next line; null when it has ended.</summary>
    public ValueTask<string?> Read(CancellationToken stop) => process.StandardOutput.ReadLineAsync(stop);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync(CancellationToken.None);
        process.Dispose();
    }

    /// <summary>The running program when it is <c>lading</c>, else the one that lies beside what runs.</summary>
    private static ProcessStartInfo? Command()
    {
        var running = Environment.ProcessPath ?? "";
        if (Path.GetFileNameWithoutExtension(running) == "lading")
            return new ProcessStartInfo(running);
        var beside = Path.Combine(AppContext.BaseDirectory, "lading.dll");
        if (!File.Exists(beside))
            return null;
        var host = Path.GetFileNameWithoutExtension(running) == "dotnet" ? running : "dotnet";
        return new ProcessStartInfo(host, [beside]);
    }
}
