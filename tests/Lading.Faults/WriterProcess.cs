using System.Collections.Concurrent;
using System.Diagnostics;

namespace Lading.Faults;

/// <summary>A writer as a process of its own, and what it said so far.</summary>
internal sealed class WriterProcess : IDisposable
{
    private readonly Process process;
    private readonly Task reading;
    private readonly ConcurrentDictionary<int, long> acknowledged;
    private readonly ConcurrentQueue<string> answers = [];
    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource checkpoint = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="acknowledged">Takes what it acknowledges; a second position of a payment is a
    /// contradiction.</param>
    /// <param name="prepare">Changes how the process is started.</param>
    public WriterProcess(
        WriterOptions options,
        ConcurrentDictionary<int, long> acknowledged,
        Action<ProcessStartInfo>? prepare = null
    )
    {
        this.acknowledged = acknowledged;
        var start = new ProcessStartInfo(Environment.ProcessPath!, options.Arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
            RedirectStandardError = true,
        };
        prepare?.Invoke(start);
        process = Process.Start(start)!;
        Error = process.StandardError.ReadToEndAsync();
        reading = Read();
    }

    /// <summary>Whether it has opened the log.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Whether it is between "checkpoint" and "checkpointed".</summary>
    public bool InCheckpoint { get; private set; }

    /// <summary>What contradicts what was said before.</summary>
    public ConcurrentQueue<string> Contradictions { get; } = [];

    public Task<string> Error { get; }

    /// <summary>Its process runs and waits to be let go.</summary>
    public Task Ready => ready.Task;

    /// <summary>It has acknowledged something.</summary>
    public Task Answered => answered.Task;

    /// <summary>The next checkpoint has begun.</summary>
    public Task Checkpoint => checkpoint.Task;

    public bool HasEnded => process.HasExited;

    /// <summary>Its acknowledgements since this was last asked, each "number position", for the history.</summary>
    public List<string> Answers()
    {
        List<string> since = [];
        while (answers.TryDequeue(out var one))
            since.Add(one);
        return since;
    }

    /// <summary>Lets it open the log.</summary>
    public void Go() => process.StandardInput.WriteLine();

    /// <summary>Kills it without warning and reads what it still said; false when it had ended by itself.</summary>
    public async Task<bool> Kill()
    {
        process.Kill();
        await Ended();
        return process.ExitCode == 128 + 9;
    }

    /// <summary>Waits for its end; answers its exit code.</summary>
    public async Task<int> Ended()
    {
        await process.WaitForExitAsync();
        await reading;
        return process.ExitCode;
    }

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill();
        process.Dispose();
    }

    private async Task Read()
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
            Hear(line);
        ready.TrySetResult();
        answered.TrySetResult();
        checkpoint.TrySetResult();
    }

    private void Hear(string line)
    {
        switch (line)
        {
            case "ready":
                ready.TrySetResult();
                break;
            case "open":
                IsOpen = true;
                break;
            case "checkpoint":
                InCheckpoint = true;
                checkpoint.TrySetResult();
                break;
            case "checkpointed":
                InCheckpoint = false;
                checkpoint = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                break;
            default:
                if (Acknowledgement(line) is not { } said)
                    break;
                if (!acknowledged.TryAdd(said.Number, said.Position) && acknowledged[said.Number] != said.Position)
                    Contradictions.Enqueue(
                        $"payment {said.Number}, acknowledged at {acknowledged[said.Number]}, is at {said.Position} now"
                    );
                answers.Enqueue(line);
                answered.TrySetResult();
                break;
        }
    }

    /// <summary>Reads "number position"; null for another line, or one that was cut by the end.</summary>
    public static (int Number, long Position)? Acknowledgement(string line) =>
        line.Split(' ') is [var number, var position]
        && int.TryParse(number, out var n)
        && long.TryParse(position, out var at)
            ? (n, at)
            : null;
}
