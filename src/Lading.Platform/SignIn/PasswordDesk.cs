namespace Lading.Platform.SignIn;

/// <summary>
/// The one place where passwords are hashed, one at a time: hashing is made to be expensive, and without a bound a few
/// dozen sign-ins would take every core from everybody else. A place in the queue is taken before anything else is done
/// for a caller, and only when those before would be done within the patience: who would wait longer is told so at
/// once, however many they are and however busy the machine.
/// </summary>
public sealed class PasswordDesk(TimeSpan patience, TimeProvider clock) : IDisposable
{
    private readonly TimeProvider clock = clock;
    private const int Most = 64;
    private readonly SemaphoreSlim turn = new(1);
    private long usual = TimeSpan.FromMilliseconds(100).Ticks;
    private int inside;

    /// <summary>Two seconds.</summary>
    public static readonly TimeSpan UsualPatience = TimeSpan.FromSeconds(2);

    /// <summary>A place in the queue, or null when it is too long. Does no waiting and no work.</summary>
    public Place? Enter()
    {
        var before = Interlocked.Increment(ref inside) - 1;
        if (before < Most && before * Volatile.Read(ref usual) <= patience.Ticks)
            return new Place(this, clock.GetTimestamp());
        Interlocked.Decrement(ref inside);
        return null;
    }

    /// <summary>A place in the queue, held until it is disposed.</summary>
    public sealed class Place : IDisposable
    {
        private readonly PasswordDesk desk;
        private readonly long entered;
        private bool left;

        internal Place(PasswordDesk desk, long entered) => (this.desk, this.entered) = (desk, entered);

        /// <summary>Runs work that hashes, or answers false when no turn came in time.</summary>
        public async Task<(bool Served, T? Result)> Run<T>(Func<Task<T>> work, CancellationToken stop)
        {
            if (!await desk.Turn(entered, stop))
                return (false, default);
            var began = desk.clock.GetTimestamp();
            try
            {
                return (true, await Task.Run(work, CancellationToken.None));
            }
            finally
            {
                desk.Took(desk.clock.GetElapsedTime(began));
                desk.turn.Release();
            }
        }

        /// <inheritdoc />
        public void Dispose()
        {
            if (left)
                return;
            left = true;
            Interlocked.Decrement(ref desk.inside);
        }
    }

    private async Task<bool> Turn(long entered, CancellationToken stop)
    {
        var rest = patience - clock.GetElapsedTime(entered);
        if (rest <= TimeSpan.Zero)
            return false;
        using var late = new CancellationTokenSource(rest, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, late.Token);
        try
        {
            await turn.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return false;
        }

        // On a machine that has time for nothing the timer is late too.
        if (clock.GetElapsedTime(entered) <= patience)
            return true;
        turn.Release();
        return false;
    }

    /// <summary>A moving average, kept by whoever has the turn.</summary>
    private void Took(TimeSpan time) => Volatile.Write(ref usual, ((usual * 7) + Math.Max(time.Ticks, 1)) / 8);

    /// <inheritdoc />
    public void Dispose() => turn.Dispose();
}
