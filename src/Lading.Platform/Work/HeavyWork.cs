using System.Collections.Concurrent;
using Lading.Kernel;

namespace Lading.Platform.Work;

/// <summary>
/// Who may work when: of one tenant one job works, one is being read, and few wait; of all tenants
/// together no more work than there are cores. A job that nobody waits for is ended.
/// </summary>
public sealed class HeavyWork
{
    /// <summary>Jobs of one tenant at a time, with the one that works.</summary>
    public const int MostPerTenant = 4;

    private readonly ConcurrentDictionary<TenantId, Lane> lanes = new();
    private readonly SemaphoreSlim cores = new(Environment.ProcessorCount);

    /// <summary>The one of this process.</summary>
    public static HeavyWork OfProcess { get; } = new();

    /// <summary>A place among the tenant's jobs until it is disposed; null when all are taken.</summary>
    internal Place? Enter(TenantId tenant)
    {
        var lane = lanes.GetOrAdd(tenant, _ => new Lane());
        if (Interlocked.Increment(ref lane.Jobs) <= MostPerTenant)
            return new Place(lane, cores);
        Interlocked.Decrement(ref lane.Jobs);
        return null;
    }

    internal sealed class Lane
    {
        public readonly SemaphoreSlim Reading = new(1);
        public readonly SemaphoreSlim Working = new(1);
        public int Jobs;
    }

    /// <summary>One job's place: it gives back what it holds.</summary>
    internal sealed class Place(Lane lane, SemaphoreSlim cores) : IDisposable
    {
        private bool reads;
        private bool works;
        private bool hasCore;

        public async Task Read(CancellationToken stop)
        {
            await lane.Reading.WaitAsync(stop);
            reads = true;
        }

        public void HasRead()
        {
            lane.Reading.Release();
            reads = false;
        }

        /// <summary>Whether the turn has come within <paramref name="patience"/>.</summary>
        public async Task<bool> Work(TimeSpan patience, CancellationToken stop)
        {
            works = works || await lane.Working.WaitAsync(patience, stop);
            hasCore = works && await cores.WaitAsync(patience, stop);
            return hasCore;
        }

        public void Dispose()
        {
            if (hasCore)
                cores.Release();
            if (works)
                lane.Working.Release();
            if (reads)
                lane.Reading.Release();
            Interlocked.Decrement(ref lane.Jobs);
        }
    }
}
