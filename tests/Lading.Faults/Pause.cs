namespace Lading.Faults;

/// <summary>How long something is held, cut off or left alone: the dice of an experiment, never a wait for a
/// result.</summary>
internal static class Pause
{
    public static async Task For(int milliseconds)
    {
        if (milliseconds <= 0)
            return;
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(milliseconds));
        await timer.WaitForNextTickAsync();
    }
}
