using Lading.Platform.Tenancy;
using Lading.Server;
using Lading.Server.Demo;

namespace Lading.Cli;

/// <summary>The demo company's clock beside a running server; nothing where there is no demo company or its clock is to
/// stand.</summary>
internal sealed class DemoDay : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private Held? held;
    private Task running = Task.CompletedTask;

    public static async Task<DemoDay> Start(LadingHost host, ServerOptions options)
    {
        var day = new DemoDay();
        if (!options.NoDemoClock && host.Tenants.Tenants.FirstOrDefault(t => t.Demo) is { } tenant)
        {
            day.held = await host.Tenants.Hold(tenant.Id);
            day.running = Task.Run(() => new DemoClock(day.held.Log, host.Clock, Random.Shared).Run(day.stop.Token));
        }

        return day;
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running;
        held?.Dispose();
        stop.Dispose();
    }
}
