using System.Net.Sockets;
using Npgsql;

namespace Lading.Log.Postgres;

/// <summary>What the driver throws, as the log's own faults.</summary>
internal static class PostgresFault
{
    public static StoreFault Of(Exception fault) =>
        fault switch
        {
            StoreFault known => known,
            PostgresException { SqlState: "LD001" } building => new StoreFault(building.MessageText, building),
            PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable } held => new StoreBusy(
                "Another node holds this tenant's log and has not let go of it in time. Nothing was written.",
                held
            ),
            PostgresException refused when EndsSession(refused) => Unavailable(refused),
            PostgresException refused => new StoreFault(
                $"PostgreSQL refused ({refused.SqlState}): {refused.MessageText}",
                refused
            ),
            _ => Unavailable(fault),
        };

    /// <summary>
    /// Whether the fault came from the database or the way to it, and not from the caller's own code.
    /// </summary>
    public static bool IsDatabase(Exception fault) =>
        fault is NpgsqlException or SocketException or IOException or TimeoutException;

    /// <summary>
    /// The server shuts down, starts, ended this session, or has no room: not a word about the statement itself.
    /// </summary>
    public static bool EndsSession(PostgresException fault) =>
        fault.SqlState.StartsWith("57P", StringComparison.Ordinal)
        || fault.SqlState.StartsWith("08", StringComparison.Ordinal)
        || fault.SqlState.StartsWith("53", StringComparison.Ordinal)
        || fault.SqlState == "25P03";

    private static StoreUnavailable Unavailable(Exception fault) =>
        new(
            $"PostgreSQL cannot be reached: {fault.Message} Nothing was written; it goes on when it answers again.",
            fault
        );
}
