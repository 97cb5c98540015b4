namespace Lading.Optimization.Picking;

/// <summary>
/// Neighbouring aisles that one picker works; goods are handed over at <paramref name="HandoverX"/> in front.
/// </summary>
public sealed record PickZone(string Id, int FirstAisle, int LastAisle, double HandoverX);

/// <summary>One zone's work: its own batching problem, and which order each of its orders is a part of.</summary>
public sealed record ZoneWork(PickZone Zone, BatchingProblem Problem, IReadOnlyList<int> PartOf);

/// <summary>
/// Zone picking: each order is split by zone, the parts are batched and walked within the zone and brought together
/// afterwards (pick-and-sort). The balance of lines between zones is the caller's to choose through the zones.
/// </summary>
public static class ZonePicking
{
    /// <summary>Splits a problem; zones without a line get no work.</summary>
    /// <exception cref="OptimizationInputException">
    /// Zones overlap, leave out an aisle with a line, or are empty.
    /// </exception>
    public static IReadOnlyList<ZoneWork> Split(BatchingProblem problem, IReadOnlyList<PickZone> zones)
    {
        var zoneOf = ZoneOfAisle(problem.Layout, zones);
        var parts = zones.Select(_ => new List<(int Order, PickOrder Part)>()).ToArray();
        for (var o = 0; o < problem.Orders.Count; o++)
        {
            var order = problem.Orders[o];
            for (var l = 0; l < order.Lines.Count; l++)
            {
                if (zoneOf[order.Lines[l].Position.Aisle] < 0)
                    throw new OptimizationInputException(
                        $"orders[{o}].lines[{l}].aisle",
                        order.Lines[l].Position.Aisle,
                        "let a zone cover this aisle"
                    );
            }
            foreach (var group in order.Lines.GroupBy(l => zoneOf[l.Position.Aisle]))
            {
                var first = zones[group.Key].FirstAisle;
                OrderLine[] lines =
                [
                    .. group.Select(l => l with { Position = l.Position with { Aisle = l.Position.Aisle - first } }),
                ];
                parts[group.Key].Add((o, order with { Lines = lines }));
            }
        }
        return
        [
            .. zones
                .Zip(parts)
                .Where(z => z.Second.Count > 0)
                .Select(z => new ZoneWork(
                    z.First,
                    new BatchingProblem(
                        LayoutOf(problem.Layout, z.First),
                        [.. z.Second.Select(p => p.Part)],
                        problem.Cart,
                        problem.Waves
                    ),
                    [.. z.Second.Select(p => p.Order)]
                )),
        ];
    }

    private static WarehouseLayout LayoutOf(WarehouseLayout layout, PickZone zone) =>
        new(
            layout.AisleX[zone.FirstAisle..(zone.LastAisle + 1)].ToArray(),
            layout.CrossAisleY.ToArray(),
            zone.HandoverX,
            layout.DepotCrossAisle,
            layout.DepotOffset
        );

    private static int[] ZoneOfAisle(WarehouseLayout layout, IReadOnlyList<PickZone> zones)
    {
        var zoneOf = new int[layout.AisleCount];
        Array.Fill(zoneOf, -1);
        for (var z = 0; z < zones.Count; z++)
        {
            var zone = zones[z];
            if (zone.FirstAisle < 0 || zone.LastAisle >= layout.AisleCount || zone.LastAisle < zone.FirstAisle)
                throw new OptimizationInputException(
                    $"zones[{z}]",
                    $"{zone.FirstAisle} to {zone.LastAisle}",
                    $"name aisles from 0 to {layout.AisleCount - 1}"
                );
            for (var aisle = zone.FirstAisle; aisle <= zone.LastAisle; aisle++)
            {
                if (zoneOf[aisle] >= 0)
                    throw new OptimizationInputException(
                        $"zones[{z}]",
                        zone.Id,
                        $"give aisle {aisle} to one zone only, not also to {zones[zoneOf[aisle]].Id}"
                    );
                zoneOf[aisle] = z;
            }
        }
        return zoneOf;
    }
}
