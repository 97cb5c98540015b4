using Lading.Optimization.Picking;

namespace Lading.Optimization.Slotting;

/// <summary>An article to be given a place: weight of one unit (kg) and the space its stock needs (litres).</summary>
public sealed record Sku(string Id, double WeightKg = 0, double Volume = 0);

/// <summary>A place for one SKU.</summary>
/// <param name="Id">Name of the place.</param>
/// <param name="Position">Where the picker stops for it.</param>
/// <param name="MaxWeightKg">Heaviest unit allowed here: keeps heavy goods off high shelves.</param>
/// <param name="Volume">Litres it holds.</param>
/// <param name="Effort">
/// Metres of walking that lifting one kilogram here is worth, per pick: 0 at waist height, more above and below.
/// </param>
public sealed record StorageLocation(
    string Id,
    PickPosition Position,
    double MaxWeightKg = double.PositiveInfinity,
    double Volume = double.PositiveInfinity,
    double Effort = 0
);

/// <summary>
/// SKUs, places and a stream of past rounds. The stream stands for the future: a slotting is judged by the mean exact
/// tour of its rounds. Checked once, immutable.
/// </summary>
public sealed class SlottingProblem
{
    /// <summary>Most SKUs, and most places.</summary>
    public const int MaxSkus = 50_000;

    /// <param name="layout">Where the places are; up to <see cref="ExactPickTour.MaxBlocks"/> blocks.</param>
    /// <param name="skus">What is placed.</param>
    /// <param name="locations">At least as many as SKUs.</param>
    /// <param name="rounds">Each a list of SKU indices picked on one walk.</param>
    /// <exception cref="OptimizationInputException">
    /// Something is missing, doubled, not finite or cannot fit.
    /// </exception>
    public SlottingProblem(
        WarehouseLayout layout,
        IReadOnlyList<Sku> skus,
        IReadOnlyList<StorageLocation> locations,
        IReadOnlyList<IReadOnlyList<int>> rounds
    )
    {
        Layout = layout;
        Skus = skus;
        Locations = locations;
        if (skus.Count is 0 or > MaxSkus)
            throw new OptimizationInputException("skus.count", skus.Count, $"give 1 to {MaxSkus} SKUs");
        if (locations.Count < skus.Count || locations.Count > MaxSkus)
            throw new OptimizationInputException(
                "locations.count",
                locations.Count,
                $"give {skus.Count} to {MaxSkus} places, one for each SKU"
            );
        RequireSkus();
        RequireLocations();
        Rounds = Distinct(rounds);
    }

    public WarehouseLayout Layout { get; }

    public IReadOnlyList<Sku> Skus { get; }

    public IReadOnlyList<StorageLocation> Locations { get; }

    /// <summary>Each round's SKUs, without repeats.</summary>
    public int[][] Rounds { get; }

    /// <summary>Whether a SKU may lie at a place, by weight and space.</summary>
    public bool Fits(int sku, int location) =>
        Skus[sku].WeightKg <= Locations[location].MaxWeightKg && Skus[sku].Volume <= Locations[location].Volume;

    /// <summary>Refuses an assignment that is not one feasible place of its own per SKU.</summary>
    public void Require(IReadOnlyList<int> assignment, string field)
    {
        if (assignment.Count != Skus.Count)
            throw new OptimizationInputException($"{field}.count", assignment.Count, $"give {Skus.Count} places");
        var used = new bool[Locations.Count];
        for (var sku = 0; sku < assignment.Count; sku++)
        {
            var location = assignment[sku];
            if (location < 0 || location >= used.Length)
                throw new OptimizationInputException(
                    $"{field}[{sku}]",
                    location,
                    $"name a place from 0 to {used.Length - 1}"
                );
            if (used[location])
                throw new OptimizationInputException($"{field}[{sku}]", location, "give each SKU a place of its own");
            if (!Fits(sku, location))
                throw new OptimizationInputException(
                    $"{field}[{sku}]",
                    location,
                    $"SKU {Skus[sku].Id} is too heavy or large for it"
                );
            used[location] = true;
        }
    }

    private void RequireSkus()
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < Skus.Count; i++)
        {
            if (!ids.Add(Skus[i].Id))
                throw new OptimizationInputException($"skus[{i}].id", Skus[i].Id, "give each SKU its own id");
            if (!double.IsFinite(Skus[i].WeightKg) || Skus[i].WeightKg < 0)
                throw new OptimizationInputException($"skus[{i}].weightKg", Skus[i].WeightKg, "give at least 0 kg");
            if (!double.IsFinite(Skus[i].Volume) || Skus[i].Volume < 0)
                throw new OptimizationInputException($"skus[{i}].volume", Skus[i].Volume, "give at least 0 litres");
        }
    }

    private void RequireLocations()
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < Locations.Count; i++)
        {
            var location = Locations[i];
            if (!ids.Add(location.Id))
                throw new OptimizationInputException($"locations[{i}].id", location.Id, "give each place its own id");
            Layout.Require(location.Position, $"locations[{i}]");
            if (double.IsNaN(location.MaxWeightKg) || double.IsNaN(location.Volume))
                throw new OptimizationInputException($"locations[{i}]", double.NaN, "give limits as numbers");
            if (!double.IsFinite(location.Effort) || location.Effort < 0)
                throw new OptimizationInputException(
                    $"locations[{i}].effort",
                    location.Effort,
                    "give metres of at least 0"
                );
        }
    }

    private int[][] Distinct(IReadOnlyList<IReadOnlyList<int>> rounds)
    {
        if (rounds.Count == 0)
            throw new OptimizationInputException("rounds.count", 0, "give past rounds to judge a slotting by");
        var distinct = new int[rounds.Count][];
        for (var r = 0; r < rounds.Count; r++)
        {
            foreach (var sku in rounds[r])
            {
                if (sku < 0 || sku >= Skus.Count)
                    throw new OptimizationInputException($"rounds[{r}]", sku, $"name SKUs from 0 to {Skus.Count - 1}");
            }
            distinct[r] = [.. rounds[r].Distinct()];
        }
        return distinct;
    }
}
