namespace Lading.Log;

/// <summary>One projection's share of a page: its rows, which generation they go to, how far it now is.</summary>
public sealed record FollowStep(Projection Projection, int Generation, Rows Rows, long From, long To, bool Promote);

/// <summary>
/// Where followers keep their tables and checkpoints: rows and checkpoint are one transaction, so each fact takes
/// effect exactly once. All
/// members but <see cref="Reads"/> are called by one thread.
/// </summary>
public interface IFollowStore : IDisposable
{
    /// <summary>Where the followers stand.</summary>
    IReadOnlyDictionary<string, ProjectionState> States { get; }

    /// <summary>Reads the states anew, which another node may have moved.</summary>
    void Refresh();

    /// <summary>Makes followers known; one that is new to an empty log serves at once, others are built
    /// first.</summary>
    void Declare(IReadOnlyList<Projection> followers, long head);

    /// <summary>Starts a new generation from position 0.</summary>
    int StartBuild(Projection projection);

    /// <summary>
    /// Makes one secondary index that a build left for its end, where sorting once costs less than keeping it in order;
    /// false when all are there.
    /// </summary>
    bool MakeIndex(Projection projection, int generation);

    /// <summary>
    /// Writes the steps and their checkpoints; false when another node is following or has moved a checkpoint: then
    /// states were read anew.
    /// </summary>
    bool Apply(IReadOnlyList<FollowStep> steps);

    /// <summary>Clears away a bit of what an earlier generation left; false when nothing is left of it.</summary>
    bool ClearSome();

    /// <summary>Notes that a follower stopped, or (null) that it goes on. Not when the store has it elsewhere than at
    /// <paramref name="standing"/>: another node let it go on meanwhile.</summary>
    void SetFailure(string name, string? reason, long standing);

    /// <summary>Moves a stopped follower past one position.</summary>
    void Skip(string name, long position);

    /// <summary>The followers' read models.</summary>
    IReads Reads { get; }
}
