namespace Lading.Optimization.Slotting;

/// <summary>Puts SKUs, first things first, into the first place that is free and fits.</summary>
internal static class SlotFilling
{
    /// <summary>Place per SKU.</summary>
    /// <exception cref="OptimizationInputException">Weights and volumes leave a SKU without a place.</exception>
    public static int[] Fill(SlottingProblem problem, IEnumerable<int> skus, int[] locations)
    {
        var locationOf = new int[problem.Skus.Count];
        var skuAt = new int[problem.Locations.Count];
        Array.Fill(locationOf, -1);
        Array.Fill(skuAt, -1);
        var first = 0;
        foreach (var sku in skus)
        {
            while (first < locations.Length && skuAt[locations[first]] >= 0)
                first++;
            var place = first;
            while (place < locations.Length && (skuAt[locations[place]] >= 0 || !problem.Fits(sku, locations[place])))
                place++;
            if (place < locations.Length)
                Put(sku, locations[place], locationOf, skuAt);
            else
                MakeRoom(problem, sku, locations, locationOf, skuAt);
        }
        return locationOf;
    }

    private static void Put(int sku, int location, int[] locationOf, int[] skuAt)
    {
        locationOf[sku] = location;
        skuAt[location] = sku;
    }

    /// <summary>
    /// Shortest chain of moves that frees a fitting place (augmenting path in the graph of SKUs and places): when there
    /// is none, no slotting can hold all SKUs.
    /// </summary>
    private static void MakeRoom(SlottingProblem problem, int sku, int[] locations, int[] locationOf, int[] skuAt)
    {
        var movedBy = new int[skuAt.Length];
        Array.Fill(movedBy, -1);
        var waiting = new Queue<int>([sku]);
        while (waiting.TryDequeue(out var mover))
        {
            foreach (var location in locations)
            {
                if (movedBy[location] >= 0 || !problem.Fits(mover, location))
                    continue;
                movedBy[location] = mover;
                if (skuAt[location] >= 0)
                {
                    waiting.Enqueue(skuAt[location]);
                    continue;
                }
                for (var free = location; ; )
                {
                    var chain = movedBy[free];
                    var left = locationOf[chain];
                    Put(chain, free, locationOf, skuAt);
                    if (chain == sku)
                        return;
                    free = left;
                }
            }
        }
        throw new OptimizationInputException(
            $"skus[{sku}]",
            problem.Skus[sku].Id,
            "add a place that takes its weight and volume"
        );
    }
}
