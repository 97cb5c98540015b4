using System.Text.Json;
using Lading.Kernel;

namespace Lading.Log;

/// <summary>
/// What the committer knows between batches (states, the chain's head, remembered outcomes) and how one batch decides
/// and writes.
/// All decisions run in memory before any SQL is sent; each sees the facts and outcomes of those before it.
/// </summary>
internal sealed class Batch
{
    private readonly LogModel model;
    private readonly ILogStore store;
    private readonly TimeProvider clock;
    private readonly CommitterOptions options;
    private readonly Tail tail;
    private readonly Directories directories;
    private readonly Streams streams;
    private readonly Memory memory;
    private readonly FactWriter writer;
    private readonly IPersonalCipher cipher;
    private readonly BatchWrite write = new();
    private readonly List<Recorded> recorded = [];
    private readonly Dictionary<string, long> marks = new(StringComparer.Ordinal);
    private LogHead head;
    private LogHead told;
    private long seen;
    private DateTime latest;

    public Batch(TenantLogParts parts, Tail tail, Directories directories)
    {
        (model, store, clock, options) = (parts.Model, parts.Store, parts.Clock, parts.Options);
        cipher = parts.Cipher;
        (this.tail, this.directories) = (tail, directories);
        writer = new FactWriter(parts.Tenant, model.Events, cipher);
        streams = new Streams(model, store, writer, options.CachedStreams);
        memory = new Memory(store, options);
    }

    /// <summary>The facts of the last batch that ran, with those of other nodes it folded in, in position
    /// order.</summary>
    public IReadOnlyList<Recorded> Recorded => recorded;

    public LogHead Open()
    {
        head = told = store.Begin();
        seen = head.Batch;
        try
        {
            memory.Load(clock.GetUtcNow().UtcDateTime);
            foreach (var fact in store.ReadAfter(head.Position - 1, 1))
                latest = fact.RecordedAt;
        }
        finally
        {
            store.Abandon();
        }

        return head;
    }

    /// <summary>
    /// Decides works from <paramref name="from"/> on until the batch is full, and commits; answers where it stopped.
    /// Throws when nothing of
    /// it may be believed.
    /// </summary>
    public int Run(IReadOnlyList<Work> works, int from, int until)
    {
        Reset();
        if (until > from && works[from].StartBuild is { } projection)
        {
            works[from].Generation = store.StartBuild(projection);
            works[from].Answer = NoAnswer;
            return until;
        }

        if (until > from && works[from].ForgetStates)
        {
            streams.Forget();
            works[from].Answer = NoAnswer;
            return until;
        }

        memory.LetGo(Now());
        var end = store.Begin();
        var begun = true;
        var next = from;
        try
        {
            FoldIn(end);
            memory.CatchUp(store.LastOutcomes);
            directories.Load(head.Position);
            store.Expect(Uncached(works, from, until));
            var now = Now();
            while (next < until && write.Facts.Count < options.BatchFacts)
                Step(works[next++], now);
            memory.Stage(write, now);
            streams.StageSnapshots(write);
            write.Head = head.Position;
            if (write.IsEmpty)
            {
                store.Abandon();
                begun = false;
            }
            else
            {
                cipher.MakeDurable();
                begun = false;
                store.Commit(write);
                seen = end.Batch == 0 ? 0 : end.Batch + 1; // a store that counts batches counted this one
            }

            memory.Committed();
            told = head;
            return next;
        }
        finally
        {
            if (begun)
                store.Abandon();
        }
    }

    /// <summary>After a failure: what is in memory may be wrong; read it again.</summary>
    public void Forget()
    {
        Reset();
        streams.Forget();
        memory.Forget();
        marks.Clear();
        head = told;
        seen = -1;
    }

    private void Reset()
    {
        write.Reset();
        recorded.Clear();
        memory.Reset();
    }

    /// <summary>Never before a time that stands in the log.</summary>
    private DateTime Now()
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return latest = now < latest ? latest : now;
    }

    /// <summary>Takes in what other nodes appended since this one last looked.</summary>
    private void FoldIn(LogHead end)
    {
        if (end.Position == head.Position && end.Batch == seen)
            return;
        (seen, FoldedTo) = (end.Batch, end.Position);
        marks.Clear();
        memory.FoldIn();
        while (head.Position < end.Position)
            foreach (var fact in store.ReadAfter(head.Position, 5_000))
            {
                var read = writer.Read(fact);
                FoldInErasure(read);
                streams.FoldIn(read, fact.StreamId);
                recorded.Add(read);
                head = new LogHead(fact.Position, fact.Hash);
                latest = latest < fact.RecordedAt ? fact.RecordedAt : latest;
            }
    }

    /// <summary>
    /// Another node erased a person. The key ends before anything is decided here, so that nothing is sealed under it
    /// any more and what is sealed from now on has a key of its own; no state holds what it opened.
    /// </summary>
    private void FoldInErasure(Recorded read)
    {
        if (model.Erasure is not { } erasure || read.FactType != erasure.Fact)
            return;
        (cipher as KeyRing)?.Erase(erasure.Subject(read.Fact));
        streams.Forget();
    }

    /// <summary>After a failure: the store has told of what others appended, and it was not taken in.</summary>
    public bool HasForgotten => seen < 0;

    /// <summary>The last position that another node appended and this one took in.</summary>
    public long FoldedTo { get; private set; }

    /// <summary>Lets go of all states; they are read again when they are needed.</summary>
    public void ForgetStates() => streams.Forget();

    private IEnumerable<string> Uncached(IReadOnlyList<Work> works, int from, int until)
    {
        for (var i = from; i < until; i++)
            if (works[i].Command is { } command)
                foreach (var stream in command.Streams)
                    if (!streams.Holds(stream))
                        yield return stream.ToString();
    }

    private void Step(Work work, DateTime now)
    {
        if (work.Told)
            work.Answer = NoAnswer;
        else if (work.Recall is { } recall)
            work.Answer = memory.Find(recall.Id, recall.Fingerprint)?.Replay() ?? NoAnswer;
        else if (work.Mark is { } mark)
            StepMarked(work, mark, now);
        else if (work.Build is { } build)
            StepBuild(work, build);
        else if (work.Due is { } due)
            StepDue(work, due, now);
        else
            StepClient(work, now);
    }

    internal static readonly Answer NoAnswer = new(null, default, -1, -1, false);

    private void StepClient(Work work, DateTime now)
    {
        var command = work.Command!;
        if (memory.Find(command.Id, command.Fingerprint) is { } known)
        {
            work.Answer = known.Replay();
            return;
        }

        if (!Decide(work, now))
            return;
        var answer = work.Answer!;
        if (answer.Refusal?.Kind == RefusalKind.Unavailable)
            return; // "not now" is no outcome: the same command may come again
        memory.Remember(
            new Outcome(
                command.Id,
                command.Fingerprint,
                answer.Stream.ToString(),
                answer.Version,
                answer.Position,
                answer.Refusal
            )
        );
    }

    private void StepMarked(Work work, (string Policy, long After, long Position) mark, DateTime now)
    {
        if (!marks.TryGetValue(mark.Policy, out var stands))
            marks[mark.Policy] = stands = store.ReadMark(mark.Policy);
        work.Answer = NoAnswer;
        if (stands >= mark.Position)
            return;
        if (stands < mark.After)
        {
            work.Fault = new InvalidOperationException(
                $"{mark.Policy} reacts to {mark.Position} but stands at {stands}, before {mark.After}."
            );
            return;
        }

        if (work.Command is not null && !Decide(work, now))
            return;
        if (work.Answer?.Refusal is { } refusal)
        {
            work.Fault = new InvalidOperationException(
                $"{mark.Policy} must not refuse, but said {refusal.Code}: {refusal.Message}"
            );
            return;
        }

        write.Marks[mark.Policy] = marks[mark.Policy] = mark.Position;
    }

    private void StepDue(Work work, DueCommand due, DateTime now)
    {
        work.Answer = NoAnswer;
        if (write.DuesDone.Contains(due) || !store.HasDue(due) || (work.Command is not null && !Decide(work, now)))
            return;
        if (work.Answer?.Refusal is { } refusal)
        {
            work.Fault = new InvalidOperationException(
                $"{due.Kind} must not refuse, but said {refusal.Code}: {refusal.Message}"
            );
            return;
        }

        write.DuesDone.Add(due);
    }

    /// <summary>Writes a built page; when the facts after it are all in memory, applies them too and lets the
    /// generation take over.</summary>
    private void StepBuild(Work work, BuildStep build)
    {
        work.Answer = NoAnswer;
        if (store.Inline.GetValueOrDefault(build.Projection.Name)?.Building != build.Generation)
        {
            work.Promoted = true; // another node began a newer build: this one has nothing left to do
            return;
        }

        var missing = build.Promote ? tail.After(build.Position, int.MaxValue) : null;
        if (missing is null || build.Position + missing.Length < head.Position)
        {
            write.Builds.Add(build with { Promote = false });
            return;
        }

        foreach (var fact in missing)
            if (build.Projection.Types.Contains(fact.FactType))
                build.Projection.Apply(fact, build.Rows);
        write.Builds.Add(build with { Position = head.Position });
        work.Promoted = true;
    }

    /// <summary>Runs the rule and stages its facts; false when it threw.</summary>
    private bool Decide(Work work, DateTime now)
    {
        var command = work.Command!;
        Deciding deciding;
        Refusal? refusal;
        try
        {
            if (command.Streams.Count is 0 or > Command.MaxStreams)
                throw new InvalidOperationException(
                    $"A command names 1 to {Command.MaxStreams} streams, not {command.Streams.Count}."
                );
            var primary = streams.Get(command.Streams[0]);
            deciding = new Deciding(streams.Get, command.Streams, directories, now);
            refusal =
                command.IfMatch is { } expected && expected != primary.Version
                    ? LogRefusals.VersionMismatch(expected, primary.Version)
                    : command.Decide(deciding);
            if (deciding.Facts.Count > Command.MaxEvents)
                throw new InvalidOperationException(
                    $"A command appends at most {Command.MaxEvents} facts, not {deciding.Facts.Count}."
                );
            if (refusal is not null && deciding.Facts.Count > 0)
                throw new InvalidOperationException(
                    $"The rule refused with {refusal.Code} after it had appended facts."
                );
        }
        catch (Exception fault) when (fault is not StoreFault)
        {
            work.Fault = fault;
            return false;
        }

        if (refusal is null)
            Stage(command, deciding, now);
        var head = streams.Get(command.Streams[0]);
        work.Answer = new Answer(refusal, command.Streams[0], head.Version, this.head.Position, Replayed: false);
        return true;
    }

    private void Stage(Command command, Deciding deciding, DateTime now)
    {
        foreach (var pending in deciding.Facts)
        {
            var stream = streams.Get(pending.Stream);
            if (stream.Id == 0)
            {
                stream.Id = streams.NextId();
                write.Streams.Add((stream.Id, stream.Name.ToString()));
            }

            var fact = writer.Write(head, stream, command, pending, now);
            stream.State = stream.Kind.Evolve(stream.State, pending.Fact);
            stream.Version = fact.Version;
            head = new LogHead(fact.Position, fact.Hash);
            write.Facts.Add(fact);
            var read = writer.Read(fact, pending.Stream, pending.Fact);
            recorded.Add(read);
            Project(read, pending.Fact.GetType());
        }

        foreach (var due in deciding.Dues)
            write.Dues.Add(new DueCommand(due.Stream, due.Kind, due.At, due.Payload));
    }

    private void Project(Recorded read, Type type)
    {
        foreach (var projection in model.Projections)
            if (projection.Mode == ProjectionMode.Inline && projection.Types.Contains(type) && Serves(projection))
                projection.Apply(read, write.Rows);
    }

    /// <summary>An inline projection that is still being built gets no rows from here: its builder reads these facts
    /// too.</summary>
    private bool Serves(Projection projection) =>
        store.Inline.TryGetValue(projection.Name, out var state) && state.Version == projection.Version;
}
