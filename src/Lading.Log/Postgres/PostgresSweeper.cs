namespace Lading.Log.Postgres;

/// <summary>
/// Deletes the rows of replaced generations in the background, outside the tenant's lock: nobody reads or writes them
/// any more. What a sweep leaves behind when it fails is found by the next one.
/// </summary>
internal sealed class PostgresSweeper(PostgresSession session) : IDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly List<Task> running = [];

    public void Sweep(Projection projection, int serving)
    {
        running.RemoveAll(t => t.IsCompleted);
        running.Add(
            Task.Run(() =>
            {
                try
                {
                    PostgresProjections.Sweep(session, projection, serving, stop.Token);
                }
                catch (StoreFault)
                {
                    // The rows are out of sight; the next promotion sweeps again.
                }
            })
        );
    }

    public void Dispose()
    {
        stop.Cancel();
        Task.WaitAll(running);
        stop.Dispose();
    }
}
