using System.CommandLine;

namespace Lading.Cli;

/// <summary><c>lading link</c>: a new one-time link into the browser.</summary>
internal static class LinkCommand
{
    public static Command Build() =>
        new Verb(
            "link",
            "Print a new one-time link that lets a browser in. A server must be running.",
            "lading link --data /srv/lading"
        )
            .With(Shared.Data, Shared.Tenant, Shared.Json)
            .Does(
                async (parsed, stop) =>
                {
                    await using var place = await Place.Open(parsed);
                    if (place.IsOwn)
                        throw new CommandFailed(
                            ExitCode.Usage,
                            "No server runs on this data folder. Start it: lading up."
                        );
                    var made = await place.Api.Post("/api/v1/links", null, stop);
                    Out.Write(parsed, made, new Uri(place.Api.Address, made.Text("path")).ToString());
                    return ExitCode.Done;
                }
            );
}
