using Lading.Kernel;
using Lading.Log;

namespace Lading.Floors.Tests.Log;

/// <summary>Logs in memory.</summary>
public sealed class LossyProvider : LogProvider
{
    private readonly Dictionary<TenantId, (Journal<LossyLog> Log, Journal<LossyTables> Read)> disks = [];

    private (Journal<LossyLog> Log, Journal<LossyTables> Read) Disk(TenantId tenant)
    {
        if (!disks.TryGetValue(tenant, out var disk))
            disks[tenant] = disk = (new Journal<LossyLog>(), new Journal<LossyTables>());
        return disk;
    }

    public override ILogStore OpenLog(TenantId tenant) => new LossyStore(Disk(tenant).Log);

    public override IFollowStore OpenFollowers(TenantId tenant) => new LossyFollowStore(Disk(tenant).Read, sync: true);

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>The conformance suite on the store the simulation uses: what it finds is then the engine's fault.</summary>
public sealed class LossyLogConformance : LogConformance
{
    protected override LogProvider NewProvider() => new LossyProvider();
}
