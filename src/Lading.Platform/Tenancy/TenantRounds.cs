using System.Collections.Concurrent;
using Lading.Kernel;

namespace Lading.Platform.Tenancy;

/// <summary>
/// Sees to the work that nobody asks for, of tenants whose logs are closed: opens every tenant once after the start,
/// and a closed one again when its next command falls due, when it was closed with something unfinished, every minute
/// while it is red, and, where other nodes may leave work behind, every round. A few at a time, in the places of those
/// that are idle.
/// </summary>
/// <param name="every">How often tenants are counted anew, and looked at where the store is shared.</param>
/// <param name="shared">Whether other nodes write the same logs.</param>
/// <param name="atOnce">How many are opened for their work at a time.</param>
public sealed class TenantRounds(TenantHouse house, TimeProvider clock, TimeSpan every, bool shared, int atOnce)
    : IAsyncDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(100);

    /// <summary>So long a tenant is kept open for its work; one that has more to do gets another turn after the
    /// others.</summary>
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<TenantId, Task> working = [];
    private readonly SemaphoreSlim places = new(atOnce);
    private readonly CancellationTokenSource stop = new();
    private Task running = Task.CompletedTask;
    private DateTime countAt = DateTime.MinValue;
    private volatile bool looked;

    /// <summary>Whether every tenant there was at the start was opened since, or could not be: before that nobody knows
    /// what stands still.</summary>
    public bool Looked => looked;

    /// <summary>Starts the rounds.</summary>
    public void Start() => running = Task.Run(Run);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running;
        await Task.WhenAll(working.Values);
    }

    private async Task Run()
    {
        while (!stop.IsCancellationRequested)
            try
            {
                await Round();
                await Task.Delay(LookEvery, clock, stop.Token);
            }
            catch (Exception) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                await Console.Error.WriteLineAsync($"Companies cannot be looked at: {fault.Message}");
                await Task.Delay(LookEvery, clock, stop.Token).ContinueWith(_ => { }, TaskScheduler.Default);
            }
    }

    private async Task Round()
    {
        var now = clock.GetUtcNow().UtcDateTime;
        foreach (var id in Unknown(now).Concat(Waking(now)))
            await Begin(id);
        await house.CloseSurplus();
        if (looked)
            return;
        await Task.WhenAll(working.Values);
        looked = true;
    }

    /// <summary>Those that this process never opened.</summary>
    private List<TenantId> Unknown(DateTime now)
    {
        if (now < countAt)
            return [];
        var tenants = house.Tenants.Select(t => t.Id).ToHashSet();
        countAt = now + every;
        var resting = house.Resting;
        foreach (var gone in resting.Keys.Where(id => !tenants.Contains(id)))
            house.Forget(gone);
        return [.. tenants.Where(id => !resting.ContainsKey(id) && !house.IsOpen(id))];
    }

    private IEnumerable<TenantId> Waking(DateTime now) =>
        house.Resting.Where(r => Wakes(r.Value) <= now).OrderBy(r => Wakes(r.Value)).Select(r => r.Key);

    private DateTime Wakes(Rest rest)
    {
        var look =
            rest.State.IsRed ? rest.Since + RetryEvery
            : shared ? rest.Since + every
            : DateTime.MaxValue;
        return rest.Next is { } next && next < look ? next : look;
    }

    private async Task Begin(TenantId id)
    {
        if (working.ContainsKey(id))
            return;
        await places.WaitAsync(stop.Token);
        working[id] = Task.CompletedTask; // so that what ends at once is taken away after it was put there
        var work = Work(id);
        working.TryUpdate(id, work, Task.CompletedTask);
    }

    /// <summary>Opens it and stays until its policies and followers are level and nothing is due.</summary>
    private async Task Work(TenantId id)
    {
        try
        {
            using var held = await house.Hold(id, asked: false);
            var begun = clock.GetTimestamp();
            while (
                held.Log.Stopped is null
                && await held.Log.NextWork(stop.Token) <= clock.GetUtcNow().UtcDateTime
                && clock.GetElapsedTime(begun) < Turn
            )
                await Task.Delay(AskEvery, clock, stop.Token);
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            // The process stops.
        }
        catch (KeyNotFoundException)
        {
            house.Forget(id); // removed meanwhile
        }
        catch (Exception fault)
        {
            house.Failed(id, fault.Message);
        }
        finally
        {
            working.TryRemove(id, out _);
            places.Release();
        }
    }
}
