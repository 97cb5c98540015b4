using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Lading.Platform.Work;

/// <summary>The child's end of heavy work: it takes a job, says what it finds, and ends when nobody waits for
/// it.</summary>
public sealed class WorkDesk(Stream input, Stream output)
{
    private const int MostFile = 1 << 28;
    private readonly ManualResetEventSlim go = new();

    /// <summary>Gives way to the server and still gets on while the machine is busy: on Linux a niceness of 10. Called
    /// first, because threads made later inherit it.</summary>
    public static void GiveWay()
    {
        try
        {
            using var me = Process.GetCurrentProcess();
            me.PriorityClass = ProcessPriorityClass.BelowNormal;
        }
        catch (Exception refused) when (refused is System.ComponentModel.Win32Exception or NotSupportedException)
        {
            // The work is done all the same, at the priority that is allowed.
        }
    }

    /// <summary>Takes the options and the file that came with them.</summary>
    public (T Options, byte[] File) Take<T>(JsonTypeInfo<T> json)
    {
        var options = JsonSerializer.Deserialize(Line(), json)!;
        var length = int.Parse(Line(), NumberStyles.None, CultureInfo.InvariantCulture);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, MostFile);
        var file = new byte[length];
        input.ReadExactly(file);
        new Thread(WatchInput) { IsBackground = true, Name = "who waits" }.Start();
        return (options, file);
    }

    /// <summary>Says one thing, as one line.</summary>
    public void Say<T>(string name, T value, JsonTypeInfo<T> json)
    {
        var line = new MemoryStream();
        line.Write(Encoding.ASCII.GetBytes(name + " "));
        JsonSerializer.Serialize(line, value, json);
        line.WriteByte((byte)'\n');
        output.Write(line.GetBuffer().AsSpan(0, (int)line.Length));
        output.Flush();
    }

    /// <summary>Waits for the turn.</summary>
    public void WaitForGo() => go.Wait(CancellationToken.None);

    private string Line()
    {
        var line = new List<byte>();
        for (var b = input.ReadByte(); b != '\n'; b = input.ReadByte())
            line.Add(b < 0 ? throw new EndOfStreamException("The job ended early.") : (byte)b);
        return Encoding.UTF8.GetString([.. line]);
    }

    /// <summary>The input says go, and its end says that nobody waits any more.</summary>
    private void WatchInput()
    {
        while (input.ReadByte() >= 0)
            go.Set();
        Environment.Exit(0);
    }
}
