using Lading.Faults.Copies;
using Lading.Faults.Fuzz;
using Lading.Faults.Isolation;
using Lading.Faults.Positions;
using Lading.Faults.Simulation;
using Lading.Faults.Stocks;

namespace Lading.Faults;

/// <summary>Every experiment, by hand; <c>docs/reliability.md</c> tells the promises at length.</summary>
internal static class Catalogue
{
    public static readonly IReadOnlyList<Experiment> All =
    [
        .. KillLoop.Experiments,
        .. ServerKillLoop.Experiments,
        .. PowerLoss.Experiments,
        .. FailingDisk.Experiments,
        .. Tampering.Experiments,
        .. BackupRestore.Experiments,
        .. OrderRun.Experiments,
        StockRun.Experiment,
        StockOverHttp.Experiment,
        CopyRun.Experiment,
        SqlIsolation.Experiment,
        HttpIsolation.Experiment,
        .. TwinRun.Experiments,
        HttpFuzz.Experiment,
        ImportFuzz.Experiment,
        FileFuzz.Experiment,
        SimulationRun.Experiment,
    ];
}
