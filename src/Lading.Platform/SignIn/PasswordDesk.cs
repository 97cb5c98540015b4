namespace Lading.Platform.SignIn;

/// <summary>
/// The one place where passwords are hashed, one at a time: hashing is made to be expensive, and without a bound a few
/// dozen sign-ins would take every core from everybody else. Who would wait longer than the patience gets no turn.
/// </summary>
public sealed class PasswordDesk(TimeSpan patience) : IDisposable
{
    private const int Most = 64;
    private readonly SemaphoreSlim turn = new(1);
    private int waiting;

    /// <summary>Two seconds.</summary>
    public static readonly TimeSpan UsualPatience = TimeSpan.FromSeconds(2);

    /// <summary>Runs work that hashes, or answers false when no turn came in time.</summary>
    public async Task<(bool Served, T? Result)> Run<T>(Func<Task<T>> work, CancellationToken stop)
    {
        if (Interlocked.Increment(ref waiting) > Most)
        {
            Interlocked.Decrement(ref waiting);
            return (false, default);
        }

        try
        {
            if (!await turn.WaitAsync(patience, stop))
                return (false, default);
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }

        try
        {
            return (true, await Task.Run(work, CancellationToken.None));
        }
        finally
        {
            turn.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => turn.Dispose();
}
