namespace Lading.Optimization.Picking;

/// <summary>
/// Numbers the distinct places of a set of positions so that a set of picks is a bit set and the union of two pick
/// lists is an OR. Each aisle starts at a new 64-bit word; places rise with the distance from the front.
/// </summary>
internal sealed class LocationIndex
{
    private readonly int[] _aisleOfWord;
    private readonly double[] _y;
    private readonly byte[] _block;
    private readonly Dictionary<PickPosition, int> _placeOf = [];

    public LocationIndex(WarehouseLayout layout, IEnumerable<PickPosition> positions)
    {
        var words = new List<int>();
        var ys = new List<double>();
        foreach (var aisle in positions.Distinct().GroupBy(p => p.Aisle).OrderBy(g => g.Key))
        {
            foreach (var position in aisle.Order())
            {
                if (ys.Count == words.Count * 64)
                    words.Add(aisle.Key);
                _placeOf.Add(position, ys.Count);
                ys.Add(position.Y);
            }
            while (ys.Count < words.Count * 64)
                ys.Add(double.NaN);
        }
        _aisleOfWord = [.. words];
        _y = [.. ys];
        _block = [.. ys.Select(y => (byte)(double.IsNaN(y) ? 0 : layout.BlockOf(y)))];
    }

    /// <summary>Length of a bit set in 64-bit words.</summary>
    public int Words => _aisleOfWord.Length;

    public int AisleOfWord(int word) => _aisleOfWord[word];

    public int BlockOf(int place) => _block[place];

    public double Y(int place) => _y[place];

    public int PlaceOf(PickPosition position) => _placeOf[position];
}
