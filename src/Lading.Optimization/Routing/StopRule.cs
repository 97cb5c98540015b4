namespace Lading.Optimization.Routing;

/// <summary>When a search ends. A rule is asked now and then with the steps made so far and answers how much of the
/// budget is spent, 1 or more meaning stop; the cooling schedule follows the same number. Rules hold state: one per
/// solve.</summary>
public abstract class StopRule
{
    /// <summary>Share of the budget spent after this many steps of the slowest thread.</summary>
    public abstract double Spent(long iterations);

    /// <summary>A number of ruin-and-recreate steps per thread: the reproducible rule.</summary>
    public static StopRule Iterations(long most) => new IterationRule(most);

    /// <summary>Elapsed time on the given clock, from the first question on.</summary>
    public static StopRule After(TimeSpan budget, TimeProvider clock) => new ElapsedRule(budget, clock);

    /// <summary>Processor time of the whole process from now on: fair on a shared machine with one search thread.
    /// </summary>
    public static StopRule AfterProcessorTime(TimeSpan budget) => new ProcessorRule(budget);

    private sealed class IterationRule(long most) : StopRule
    {
        public override double Spent(long iterations) => most <= 0 ? 1 : (double)iterations / most;
    }

    private sealed class ElapsedRule(TimeSpan budget, TimeProvider clock) : StopRule
    {
        private readonly long started = clock.GetTimestamp();

        public override double Spent(long iterations) =>
            budget <= TimeSpan.Zero ? 1 : clock.GetElapsedTime(started) / budget;
    }

    private sealed class ProcessorRule(TimeSpan budget) : StopRule
    {
        private readonly TimeSpan started = Environment.CpuUsage.TotalTime;

        public override double Spent(long iterations) =>
            budget <= TimeSpan.Zero ? 1 : (Environment.CpuUsage.TotalTime - started) / budget;
    }
}
