using System.Threading.Tasks.Sources;
using Lading.Kernel;

namespace Lading.Log;

/// <summary>One item the committer works on, and how its sender hears of it.</summary>
internal sealed class Work : IValueTaskSource<Answer>
{
    private ManualResetValueTaskSourceCore<Answer> done = new() { RunContinuationsAsynchronously = true };

    public Work(Command? command) => Command = command;

    /// <summary>What to decide; null for a recall or a bare mark.</summary>
    public Command? Command { get; }

    /// <summary>A recall: look the id up, decide nothing.</summary>
    public (CommandId Id, long Fingerprint)? Recall { get; init; }

    /// <summary>A reaction's place in its policy: runs only when the mark stands between <c>After</c> and
    /// <c>Position</c>.</summary>
    public (string Policy, long After, long Position)? Mark { get; init; }

    /// <summary>The due command this runs.</summary>
    public DueCommand? Due { get; init; }

    /// <summary>A step of building an inline projection.</summary>
    public BuildStep? Build { get; init; }

    /// <summary>A projection whose build is to start, and the generation it got.</summary>
    public Projection? StartBuild { get; init; }

    /// <summary>The generation that <see cref="StartBuild"/> was given.</summary>
    public int Generation { get; set; }

    /// <summary>Whether the build took over.</summary>
    public bool Promoted { get; set; }

    /// <summary>Lets go of all states in memory.</summary>
    public bool ForgetStates { get; init; }

    /// <summary>Whether it needs a transaction of its own. A page that takes over does: facts are added to its rows
    /// while it is written, so it cannot run twice.</summary>
    public bool IsAlone => Build is { Promote: true } || StartBuild is not null || ForgetStates;

    public ValueTask<Answer> Task => new(this, done.Version);

    /// <summary>Set while the batch runs; told to the sender after the commit.</summary>
    public Answer? Answer { get; set; }

    /// <summary>Set when the rule threw.</summary>
    public Exception? Fault { get; set; }

    /// <summary>When it came into its lane, in the clock's timestamps.</summary>
    public long Arrived { get; set; }

    /// <summary>Whether the sender has heard; it hears once, from the committer or from who watches it.</summary>
    public bool Told => Volatile.Read(ref told) == 1;

    private int told;

    private bool MayTell() => Interlocked.Exchange(ref told, 1) == 0;

    public void Tell()
    {
        if (!MayTell())
            return;
        if (Fault is not null)
            done.SetException(Fault);
        else
            done.SetResult(Answer!);
    }

    public void Fail(Exception fault)
    {
        if (MayTell())
            done.SetException(fault);
    }

    /// <summary>Answers before it is decided; what is left of it does nothing.</summary>
    public void Refuse(Answer answer)
    {
        if (MayTell())
            done.SetResult(answer);
    }

    Answer IValueTaskSource<Answer>.GetResult(short token) => done.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<Answer>.GetStatus(short token) => done.GetStatus(token);

    void IValueTaskSource<Answer>.OnCompleted(
        Action<object?> continuation,
        object? state,
        short token,
        ValueTaskSourceOnCompletedFlags flags
    ) => done.OnCompleted(continuation, state, token, flags);
}
