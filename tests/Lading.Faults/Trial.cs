using System.Diagnostics;

namespace Lading.Faults;

/// <summary>One run of an experiment or of a control: its seed, its budget, its folder, what it saw.</summary>
internal sealed class Trial : IDisposable
{
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly SortedDictionary<string, long> counts = new(StringComparer.Ordinal);
    private readonly List<string> violations = [];
    private readonly List<string> unclear = [];
    private readonly List<string> remarks = [];
    private readonly Lock gate = new();
    private readonly TimeSpan time;
    private readonly long amount;
    private readonly History history;
    private readonly long born = Stopwatch.GetTimestamp();
    private long stirred = Stopwatch.GetTimestamp();

    /// <param name="time">How long it may take.</param>
    /// <param name="amount">How much of its unit it shall do at most, as kills or images.</param>
    public Trial(int seed, TimeSpan time, long amount, Servers servers)
    {
        (Seed, this.time, this.amount, Servers) = (seed, time, amount, servers);
        Random = new Random(seed);
        Folder = Directory.CreateTempSubdirectory("lading-faults-").FullName;
        history = new History(HistoryFile);
    }

    public int Seed { get; }

    /// <summary>Its own randomness, from the seed; not for several threads.</summary>
    public Random Random { get; }

    /// <summary>An empty folder: kept, with the history, when the verdict is not ok.</summary>
    public string Folder { get; }

    public Servers Servers { get; }

    public string HistoryFile => Path.Combine(Folder, "history.jsonl");

    public TimeSpan Elapsed => clock.Elapsed;

    public IReadOnlyDictionary<string, long> Counts => counts;

    /// <summary>What else is printed of a run, whatever came out.</summary>
    public IReadOnlyList<string> Remarks => remarks;

    public IReadOnlyList<string> Problems => [.. violations, .. unclear];

    public Verdict Verdict =>
        violations.Count > 0 ? Verdict.Violated
        : unclear.Count > 0 ? Verdict.Unknown
        : Verdict.Ok;

    /// <summary>The time begins now: what had to be made ready is not counted.</summary>
    public void Begin() => clock.Restart();

    /// <summary>Whether there is time, amount and innocence left.</summary>
    public bool GoesOn(long done = 0) => Verdict == Verdict.Ok && done < amount && clock.Elapsed < time;

    /// <summary>Whether nothing was counted or noted for so long, or it goes on long after its time.</summary>
    public bool Hangs(TimeSpan patience) =>
        Stopwatch.GetElapsedTime(Volatile.Read(ref stirred)) > patience
        || (time < TimeSpan.MaxValue && clock.Elapsed > (2 * time) + patience);

    /// <summary>It goes on, and has nothing to count: a log is read for minutes.</summary>
    public void Stir() => Volatile.Write(ref stirred, Stopwatch.GetTimestamp());

    /// <summary>A folder below this trial's.</summary>
    public string NewFolder(string name) => Directory.CreateDirectory(Path.Combine(Folder, name)).FullName;

    /// <summary>Adds to what is printed: kills, acknowledged, images.</summary>
    public void Count(string what, long by = 1)
    {
        Stir();
        lock (gate)
            counts[what] = counts.GetValueOrDefault(what) + by;
    }

    /// <summary>What was counted so far.</summary>
    public long CountOf(string what)
    {
        lock (gate)
            return counts.GetValueOrDefault(what);
    }

    /// <summary>Adds a line to what is printed.</summary>
    public void Remark(string what)
    {
        lock (gate)
            remarks.Add(what);
    }

    /// <summary>A line of the history: what is said of one event, and is not changed any more; beside it the time,
    /// in milliseconds since the trial was made.</summary>
    /// <param name="bytes">About how large it is.</param>
    public void Note(object what, int bytes = 150)
    {
        Stir();
        history.Add(new { ms = (long)Stopwatch.GetElapsedTime(born).TotalMilliseconds, what }, bytes);
    }

    /// <summary>The promise is broken; where and how.</summary>
    public void Violated(string how)
    {
        lock (gate)
            violations.Add(how);
        history.WriteOut();
        Note(new { violated = how });
    }

    /// <summary>It cannot be said whether it holds.</summary>
    public void Unclear(string why)
    {
        lock (gate)
            unclear.Add(why);
        history.WriteOut();
        Note(new { unclear = why });
    }

    /// <summary>Ends the history; the folder goes when all was well, or when a control did what it should.</summary>
    public void Close(bool keep)
    {
        if (keep)
            history.WriteOut();
        Dispose();
        if (!keep)
            Directory.Delete(Folder, recursive: true);
    }

    public void Dispose() => history.Dispose();
}
