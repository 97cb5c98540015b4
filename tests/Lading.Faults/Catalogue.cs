namespace Lading.Faults;

/// <summary>Every experiment, by hand; <c>docs/reliability.md</c> tells the promises at length.</summary>
internal static class Catalogue
{
    public static readonly IReadOnlyList<Experiment> All = [.. KillLoop.Experiments, .. PowerLoss.Experiments];
}
