using System.Runtime.InteropServices;
using Lading.Optimization.Routing;

namespace Lading.Algorithms.Tests.Routing;

/// <summary>Processor time of the thread that asks, from now on: for one search on the test's own thread.</summary>
internal sealed class ThreadTimeRule(TimeSpan budget) : StopRule
{
    private readonly TimeSpan started = Now();

    public override double Spent(long iterations) => (Now() - started) / budget;

    private static TimeSpan Now()
    {
        // CLOCK_THREAD_CPUTIME_ID of Linux and of macOS.
        int rc = Clock(OperatingSystem.IsMacOS() ? 16 : 3, out var spent);
        return rc == 0
            ? TimeSpan.FromSeconds(spent.Seconds) + TimeSpan.FromMicroseconds(spent.Nanoseconds / 1_000.0)
            : throw new InvalidOperationException($"clock_gettime answered {rc}");
    }

    [DllImport("libc", EntryPoint = "clock_gettime")]
    private static extern int Clock(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct TimeSpec(nint Seconds, nint Nanoseconds);
}
