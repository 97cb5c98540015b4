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
    public static async Task<OwnProcess> Serve(Company company)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["serve", company.Folder])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start)!;
        return new OwnProcess(process, (await process.StandardOutput.ReadLineAsync())!);
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
