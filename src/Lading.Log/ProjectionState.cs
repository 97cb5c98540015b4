namespace Lading.Log;

/// <summary>Where a projection stands in a store.</summary>
/// <param name="Version">The version of the generation that serves, or 0 when none does.</param>
/// <param name="Generation">The generation that serves; 0: none.</param>
/// <param name="Position">The last position whose facts its rows reflect.</param>
/// <param name="Building">The generation being built beside it, or 0.</param>
/// <param name="BuiltTo">How far the build has come.</param>
/// <param name="Failure">Why it stopped, or null.</param>
public sealed record ProjectionState(
    string Name,
    int Version,
    int Generation,
    long Position,
    int Building,
    long BuiltTo,
    string? Failure
)
{
    /// <summary>A projection the store has never seen.</summary>
    public static ProjectionState Unknown(string name) => new(name, 0, 0, 0, 0, 0, null);

    /// <summary>The table of a generation.</summary>
    public static string Physical(Table table, int version, int generation) => $"{table.Name}__v{version}_{generation}";
}

/// <summary>One step of building a generation of an inline projection: rows up to a position, and whether it now takes
/// over.</summary>
public sealed record BuildStep(Projection Projection, int Generation, Rows Rows, long Position, bool Promote);
