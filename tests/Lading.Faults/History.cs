using System.Text.Json;

namespace Lading.Faults;

/// <summary>
/// The last events of a run, of many as many as are worth keeping: in memory while all goes well, and on disk, JSON,
/// one event a line, once something is amiss.
/// </summary>
internal sealed class History(string file) : IDisposable
{
    private const int Most = 200_000;
    private const long MostBytes = 64 << 20;
    private static readonly JsonSerializerOptions Json = new() { IncludeFields = true };
    private readonly Queue<(object What, int Bytes)> last = new();
    private readonly Lock gate = new();
    private StreamWriter? written;
    private long bytes;

    /// <param name="size">About how many bytes it takes.</param>
    public void Add(object what, int size)
    {
        lock (gate)
        {
            if (written is not null)
            {
                written.WriteLine(JsonSerializer.Serialize(what, Json));
                return;
            }

            last.Enqueue((what, size));
            bytes += size;
            while (last.Count > Most || bytes > MostBytes)
                bytes -= last.Dequeue().Bytes;
        }
    }

    /// <summary>From here on every event goes to the file, after those that were kept.</summary>
    public void WriteOut()
    {
        lock (gate)
        {
            if (written is not null)
                return;
            written = new StreamWriter(file);
            while (last.TryDequeue(out var kept))
                written.WriteLine(JsonSerializer.Serialize(kept.What, Json));
        }
    }

    public void Dispose() => written?.Dispose();
}
