using Lading.Contracts.Platform;
using Lading.Kernel;
using Lading.Log;

namespace Lading.Platform.Privacy;

/// <summary>What was done with a person's data. Stream <c>person/{subject}</c>.</summary>
public sealed record Person(bool Erased)
{
    /// <summary>How its stream folds.</summary>
    public static readonly StreamKind<Person> Kind = new("person", _ => new Person(false), Evolve);

    private static Person Evolve(Person state, object fact) =>
        fact switch
        {
            PersonErased => new Person(true),
            PersonExported => state,
            _ => throw new InvalidOperationException($"A person's record does not know {fact.GetType().Name}."),
        };

    /// <summary>Erases; saying it twice is saying it once.</summary>
    public static Decision Erase(Person state, string subject, string reason) =>
        state.Erased ? Decision.Accept() : Decision.Accept(new PersonErased(subject, reason));
}

/// <summary>Whose keys must be gone: read when a tenant opens, so that a crash between the fact and the key's end is
/// mended.</summary>
public static class ErasedPeople
{
    private static readonly Column Subject = Column.Text("subject");
    private static readonly Column At = Column.Integer("at");
    private static readonly Table Rows = new("erased_person", [Subject], [At]);

    /// <summary>The erased subjects, inline.</summary>
    public static readonly Projection Projection = Projection.Of(
        "erased-people",
        1,
        ProjectionMode.Inline,
        [Rows],
        [typeof(PersonErased)],
        (recorded, rows) => rows.Row(Rows, ((PersonErased)recorded.Fact).Subject).Set(At, recorded.RecordedAt)
    );

    /// <summary>What the log engine does with the fact.</summary>
    public static readonly Erasure Erasure = new(
        typeof(PersonErased),
        fact => ((PersonErased)fact).Subject,
        (reads, stop) => reads.Query("select subject from erased_person", r => r.Text(0)!, stop)
    );
}

/// <summary>The facts about one API key. Stream <c>api-key/{prefix}</c>.</summary>
/// <param name="Replaced">By which key it was last replaced, and when it ends for that.</param>
public sealed record KeyRecord(bool Revoked, ApiKeyReplaced? Replaced)
{
    /// <summary>How its stream folds.</summary>
    public static readonly StreamKind<KeyRecord> Kind = new("api-key", _ => new KeyRecord(false, null), Evolve);

    private static KeyRecord Evolve(KeyRecord state, object fact) =>
        fact switch
        {
            ApiKeyIssued => state,
            ApiKeyReplaced e => state with { Replaced = e },
            ApiKeyRevoked => state with { Revoked = true },
            _ => throw new InvalidOperationException($"An API key does not know {fact.GetType().Name}."),
        };
}
