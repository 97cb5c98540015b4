namespace Lading.Log;

/// <summary>
/// How a person is erased: a fact says so, and the engine destroys the subject's key before the command that appended
/// it is answered. When a
/// tenant opens, all erased subjects are gone through again, so a crash between the fact and the key's end is mended.
/// </summary>
/// <param name="Fact">The fact's record.</param>
/// <param name="Subject">Whose key it ends.</param>
/// <param name="Erased">All subjects erased so far, from an inline read model.</param>
public sealed record Erasure(
    Type Fact,
    Func<object, string> Subject,
    Func<IReads, CancellationToken, ValueTask<List<string>>> Erased
);
