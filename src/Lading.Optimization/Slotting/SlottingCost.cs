using Lading.Optimization.Picking;

namespace Lading.Optimization.Slotting;

/// <summary>
/// Cost of a slotting in metres: the exact tours of all rounds plus lifting effort. Changes are judged on the rounds
/// they touch; of very frequent SKUs only a sample is walked and scaled up. Tours are remembered until a move spoils
/// them.
/// </summary>
internal sealed class SlottingCost
{
    /// <summary>Rounds walked before a proposal that looks bad is dropped.</summary>
    private const int FirstLook = 16;

    private readonly SlottingProblem _problem;
    private readonly ExactPickTour _exact;
    private readonly int[][] _roundsOf;
    private readonly int[] _frequency;
    private readonly double[] _length;
    private readonly PickPosition[] _position;
    private readonly int[] _locationOf;
    private readonly int[] _skuAt;
    private readonly int _sample;
    private PickPosition[] _picks = new PickPosition[64];

    public SlottingCost(SlottingProblem problem, IReadOnlyList<int> assignment, int sample, Random random)
    {
        _problem = problem;
        _sample = sample;
        _exact = new ExactPickTour(problem.Layout);
        _frequency = Frequencies(problem);
        _roundsOf = [.. _frequency.Select(f => new int[f])];
        var filled = new int[_frequency.Length];
        // Rounds in random order, so that the first ones of a list are a fair sample.
        var shuffled = Enumerable.Range(0, problem.Rounds.Length).ToArray();
        random.Shuffle(shuffled);
        foreach (var round in shuffled)
        {
            foreach (var sku in problem.Rounds[round])
                _roundsOf[sku][filled[sku]++] = round;
        }
        _length = new double[problem.Rounds.Length];
        Array.Fill(_length, double.NaN);
        _locationOf = [.. assignment];
        _position = [.. assignment.Select(l => problem.Locations[l].Position)];
        _skuAt = new int[problem.Locations.Count];
        Array.Fill(_skuAt, -1);
        for (var sku = 0; sku < _locationOf.Length; sku++)
            _skuAt[_locationOf[sku]] = sku;
    }

    public IReadOnlyList<int> Assignment => _locationOf;

    public IReadOnlyList<int> Frequency => _frequency;

    public int LocationOf(int sku) => _locationOf[sku];

    /// <summary>The SKU at a place, or -1.</summary>
    public int SkuAt(int location) => _skuAt[location];

    public static int[] Frequencies(SlottingProblem problem)
    {
        var frequency = new int[problem.Skus.Count];
        foreach (var round in problem.Rounds)
        {
            foreach (var sku in round)
                frequency[sku]++;
        }
        return frequency;
    }

    /// <summary>Metres over all rounds, walking and lifting.</summary>
    public double Total()
    {
        var total = 0.0;
        for (var round = 0; round < _length.Length; round++)
        {
            total += Length(round);
            foreach (var sku in _problem.Rounds[round])
                total += _problem.Skus[sku].WeightKg * _problem.Locations[_locationOf[sku]].Effort;
        }
        return total;
    }

    /// <summary>Whether a SKU can go to a place, its occupant coming the other way.</summary>
    public bool CanExchange(int sku, int location)
    {
        var other = _skuAt[location];
        return other != sku && _problem.Fits(sku, location) && (other < 0 || _problem.Fits(other, _locationOf[sku]));
    }

    /// <summary>
    /// Change of cost in metres when a SKU goes to a place and its occupant, if any, comes the other way.
    /// </summary>
    public double Change(int sku, int location) => Judge(sku, location, certainty: 0, hasty: false).Change;

    /// <summary>
    /// Whether an exchange saves more than <paramref name="least"/> metres and does so beyond chance: the saving must
    /// exceed its standard error over the walked rounds <paramref name="certainty"/> times. Without that test a search
    /// fits the past rounds of rare SKUs and loses the gain on the next ones. Gives up early on what looks bad.
    /// </summary>
    public bool Pays(int sku, int location, double least, double certainty)
    {
        var (change, error) = Judge(sku, location, certainty, hasty: true);
        return change < -least - 1e-6 && change < -certainty * error;
    }

    private (double Change, double Error) Judge(int sku, int location, double certainty, bool hasty)
    {
        var home = _locationOf[sku];
        var other = _skuAt[location];
        var lift = _frequency[sku] * Lift(sku, home, location);
        if (other >= 0)
            lift += _frequency[other] * Lift(other, location, home);
        var first = hasty ? Math.Min(FirstLook, _sample) : _sample;
        var (change, square) = Walks(sku, other, home, location, first);
        if (hasty && first < _sample && change + lift > 0)
            return (change + lift, 0);
        if (first < _sample)
            (change, square) = Walks(sku, other, home, location, _sample);
        return (change + lift, certainty > 0 ? Math.Sqrt(square) : 0);
    }

    private (double Change, double Square) Walks(int sku, int other, int home, int location, int most)
    {
        var (change, square) = Walk(sku, other, location, home, most);
        if (other < 0)
            return (change, square);
        var (back, backSquare) = Walk(other, sku, home, location, most);
        return (change + back, square + backSquare);
    }

    public void Exchange(int sku, int location)
    {
        var home = _locationOf[sku];
        var other = _skuAt[location];
        Put(sku, location);
        _skuAt[home] = other;
        if (other >= 0)
            Put(other, home);
    }

    private double Lift(int sku, int from, int to) =>
        _problem.Skus[sku].WeightKg * (_problem.Locations[to].Effort - _problem.Locations[from].Effort);

    /// <summary>Change over the rounds of one SKU; rounds that hold both stay as long as they were.</summary>
    private (double Change, double Square) Walk(int sku, int other, int to, int from, int most)
    {
        var rounds = _roundsOf[sku];
        var walked = Math.Min(most, rounds.Length);
        if (walked == 0)
            return (0, 0);
        var change = 0.0;
        var square = 0.0;
        for (var i = 0; i < walked; i++)
        {
            var round = rounds[i];
            if (other >= 0 && Array.IndexOf(_problem.Rounds[round], other) >= 0)
                continue;
            var before = Length(round);
            _position[sku] = _problem.Locations[to].Position;
            var difference = Walked(round) - before;
            _position[sku] = _problem.Locations[from].Position;
            change += difference;
            square += difference * difference;
        }
        var scale = rounds.Length / (double)walked;
        return (change * scale, square * scale * scale);
    }

    private void Put(int sku, int location)
    {
        _locationOf[sku] = location;
        _skuAt[location] = sku;
        _position[sku] = _problem.Locations[location].Position;
        foreach (var round in _roundsOf[sku])
            _length[round] = double.NaN;
    }

    private double Length(int round)
    {
        if (double.IsNaN(_length[round]))
            _length[round] = Walked(round);
        return _length[round];
    }

    private double Walked(int round)
    {
        var skus = _problem.Rounds[round];
        if (_picks.Length < skus.Length)
            _picks = new PickPosition[2 * skus.Length];
        for (var i = 0; i < skus.Length; i++)
            _picks[i] = _position[skus[i]];
        return _exact.Length(_picks.AsSpan(0, skus.Length));
    }
}
