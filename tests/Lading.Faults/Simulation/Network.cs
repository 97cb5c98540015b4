namespace Lading.Faults.Simulation;

/// <summary>What lies between clients and committers: messages wait, overtake each other, get lost or arrive
/// twice.</summary>
internal sealed class Network(Random random)
{
    private readonly List<Action> underWay = [];

    public bool Faulty { get; set; } = true;

    public long Dropped { get; private set; }

    public long Repeated { get; private set; }

    public long Overtaken { get; private set; }

    public void Post(Action deliver) => underWay.Add(deliver);

    /// <summary>Delivers any one of the messages; false when there is none.</summary>
    public bool Step()
    {
        if (underWay.Count == 0)
            return false;
        var at = random.Next(underWay.Count);
        var deliver = underWay[at];
        Overtaken += at > 0 ? 1 : 0;
        var dice = Faulty ? random.Next(100) : 100;
        if (dice < 6)
            Repeated++; // stays under way, and arrives now too
        else
            underWay.RemoveAt(at);
        if (dice is >= 6 and < 13)
            Dropped++;
        else
            deliver();
        return true;
    }
}
