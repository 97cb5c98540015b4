using System.Diagnostics;

namespace Lading.Bench;

/// <summary>The server over a company's folder in a process of its own, so that what is measured of it is its
/// own.</summary>
internal sealed class OwnProcess : IAsyncDisposable
{
    private readonly Process process;

    private OwnProcess(Process process, string address) => (this.process, Address) = (process, address);

    public string Address { get; }

    public double ResidentMegabytes
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64 / 1e6;
        }
    }

    /// <summary>Starts it; the folder must be closed here.</summary>
    public static async Task<OwnProcess> Serve(Company company, params string[] more)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["serve", company.Folder, .. more])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start)!;
        return new OwnProcess(process, (await process.StandardOutput.ReadLineAsync())!);
    }

    /// <summary>What the process did while something else was done to it.</summary>
    public async Task<ProfileResult> Profiled(Func<Task> work)
    {
        await process.StandardInput.WriteLineAsync("begin");
        await work();
        await process.StandardInput.WriteLineAsync("end");
        return ProfileResult.Read((await process.StandardOutput.ReadLineAsync())!);
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
