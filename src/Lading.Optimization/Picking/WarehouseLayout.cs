namespace Lading.Optimization.Picking;

/// <summary>
/// Where a picker stops: the aisle (0-based, left to right) and the metres walked in from the front end.
/// </summary>
public readonly record struct PickPosition(int Aisle, double Y) : IComparable<PickPosition>
{
    public int CompareTo(PickPosition other) =>
        Aisle != other.Aisle ? Aisle.CompareTo(other.Aisle) : Y.CompareTo(other.Y);
}

/// <summary>
/// A rectangular picking area: parallel aisles joined by cross aisles. All lengths are metres along the walking line
/// (centre of the aisle, centre of the cross aisle). Two cross aisles make one block, three make two blocks.
/// Both racks of an aisle are reached from its centre line, so a position has no side.
/// Model of Ratliff and Rosenthal (1983) and Roodbergen and de Koster (2001).
/// </summary>
public sealed class WarehouseLayout
{
    /// <summary>Most aisles accepted.</summary>
    public const int MaxAisles = 1_000;

    /// <summary>Most cross aisles accepted.</summary>
    public const int MaxCrossAisles = 64;

    private readonly double[] _aisleX;
    private readonly double[] _crossAisleY;

    /// <param name="aisleX">Centre line of each aisle, strictly increasing.</param>
    /// <param name="crossAisleY">Centre line of each cross aisle, strictly increasing, front first.</param>
    /// <param name="depotX">Where the tour starts and ends on its cross aisle; it may lie between two aisles.</param>
    /// <param name="depotCrossAisle">The cross aisle that the depot opens on; 0 is the front.</param>
    /// <param name="depotOffset">Metres between the depot and that cross aisle, walked twice by each tour.</param>
    /// <exception cref="OptimizationInputException">A length is not finite, unsorted or out of bounds.</exception>
    public WarehouseLayout(
        IReadOnlyList<double> aisleX,
        IReadOnlyList<double> crossAisleY,
        double depotX,
        int depotCrossAisle = 0,
        double depotOffset = 0
    )
    {
        _aisleX = Increasing(aisleX, nameof(aisleX), 1, MaxAisles);
        _crossAisleY = Increasing(crossAisleY, nameof(crossAisleY), 2, MaxCrossAisles);
        if (!double.IsFinite(depotX))
            throw new OptimizationInputException(nameof(depotX), depotX, "give a finite distance in metres");
        if (depotCrossAisle < 0 || depotCrossAisle >= _crossAisleY.Length)
            throw new OptimizationInputException(
                nameof(depotCrossAisle),
                depotCrossAisle,
                $"name a cross aisle from 0 to {_crossAisleY.Length - 1}"
            );
        if (!double.IsFinite(depotOffset) || depotOffset < 0)
            throw new OptimizationInputException(nameof(depotOffset), depotOffset, "give metres of at least 0");
        DepotX = depotX;
        DepotCrossAisle = depotCrossAisle;
        DepotOffset = depotOffset;
    }

    /// <summary>Evenly spaced aisles and blocks of equal length with the depot before the first aisle.</summary>
    public static WarehouseLayout Regular(int aisles, double aisleSpacing, int blocks, double blockLength) =>
        new(
            [.. Enumerable.Range(0, Math.Max(0, aisles)).Select(i => i * aisleSpacing)],
            [.. Enumerable.Range(0, Math.Max(0, blocks) + 1).Select(i => i * blockLength)],
            depotX: 0
        );

    public ReadOnlySpan<double> AisleX => _aisleX;

    public ReadOnlySpan<double> CrossAisleY => _crossAisleY;

    public int AisleCount => _aisleX.Length;

    public int BlockCount => _crossAisleY.Length - 1;

    public double DepotX { get; }

    public int DepotCrossAisle { get; }

    public double DepotOffset { get; }

    /// <summary>The block a position lies in; a position on a cross aisle belongs to the block before it.</summary>
    public int BlockOf(double y)
    {
        var block = 0;
        while (block < BlockCount - 1 && y > _crossAisleY[block + 1])
            block++;
        return block;
    }

    /// <summary>Shortest walk in metres between two positions.</summary>
    public double Distance(PickPosition from, PickPosition to)
    {
        if (from.Aisle == to.Aisle)
            return Math.Abs(from.Y - to.Y);
        return Math.Abs(_aisleX[from.Aisle] - _aisleX[to.Aisle]) + Detour(from.Y, to.Y);
    }

    /// <summary>Shortest walk in metres between the depot and a position.</summary>
    public double DepotDistance(PickPosition position) =>
        DepotOffset + Math.Abs(DepotX - _aisleX[position.Aisle]) + Math.Abs(position.Y - _crossAisleY[DepotCrossAisle]);

    /// <summary>Refuses a position outside the layout; <paramref name="field"/> names it in the refusal.</summary>
    public void Require(PickPosition position, string field)
    {
        if (position.Aisle < 0 || position.Aisle >= AisleCount)
            throw new OptimizationInputException(
                $"{field}.aisle",
                position.Aisle,
                $"name an aisle from 0 to {AisleCount - 1}"
            );
        // Written so that NaN fails too.
        if (!(position.Y >= _crossAisleY[0] && position.Y <= _crossAisleY[^1]))
            throw new OptimizationInputException(
                $"{field}.y",
                position.Y,
                $"give metres from {_crossAisleY[0]} to {_crossAisleY[^1]}"
            );
    }

    private double Detour(double fromY, double toY)
    {
        var best = double.PositiveInfinity;
        foreach (var cross in _crossAisleY)
            best = Math.Min(best, Math.Abs(fromY - cross) + Math.Abs(toY - cross));
        return best;
    }

    private static double[] Increasing(IReadOnlyList<double> values, string field, int least, int most)
    {
        if (values.Count < least || values.Count > most)
            throw new OptimizationInputException($"{field}.count", values.Count, $"give {least} to {most} of them");
        for (var i = 0; i < values.Count; i++)
        {
            if (!double.IsFinite(values[i]))
                throw new OptimizationInputException($"{field}[{i}]", values[i], "give a finite distance in metres");
            if (i > 0 && values[i] <= values[i - 1])
                throw new OptimizationInputException(
                    $"{field}[{i}]",
                    values[i],
                    "list them strictly increasing, each once"
                );
        }
        return [.. values];
    }
}
