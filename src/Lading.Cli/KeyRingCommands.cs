using System.CommandLine;
using Lading.Server;

namespace Lading.Cli;

/// <summary><c>lading key-ring</c>: the key that wraps all keys.</summary>
internal static class KeyRingCommands
{
    public static Command Build() =>
        new Verb(
            "key-ring",
            "The master key, which wraps the keys of everything sealed.",
            "lading key-ring rotate"
        ).With(Rotate());

    private static Verb Rotate() =>
        new Verb(
            "rotate",
            "Put a new master key in the place of the old one, with every server stopped. Broken off, it is finished "
                + "by doing it again. Back the keys up afterwards: older copies of them need the old key.",
            "lading key-ring rotate --data data"
        )
            .With(Shared.Data, Shared.Postgres, Shared.Json)
            .Does(
                (parsed, _) =>
                {
                    var settings = new Settings(parsed);
                    var keys = settings.Text(Shared.Postgres) is { } connection
                        ? MasterKeyChange.InDatabase(connection, settings.Data)
                        : MasterKeyChange.InFolder(settings.Data);
                    Out.Write(
                        parsed,
                        $"{keys} keys are wrapped with the new master key; the old one opens none of them. Back them "
                            + "up now: lading backup --keys.",
                        ("done", "rotated"),
                        ("keys", keys)
                    );
                    return Task.FromResult(ExitCode.Done);
                }
            );
}
