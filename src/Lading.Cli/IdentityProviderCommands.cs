using System.CommandLine;

namespace Lading.Cli;

/// <summary><c>lading identity-provider</c>: where else people may sign in, by OpenID Connect.</summary>
internal static class IdentityProviderCommands
{
    private const string Path = "/api/v1/identity-providers/";

    public static Command Build() =>
        new Verb(
            "identity-provider",
            "Where else people may sign in: OpenID Connect providers that this installation trusts.",
            "lading identity-provider list"
        ).With(Set(), List(), Remove());

    private static Argument<string> Id() =>
        new("ID") { Description = "Short name: a-z, 0-9 and hyphens. It stands in the redirect address." };

    private static Verb Set()
    {
        var id = Id();
        var name = new Option<string>("--name") { Description = "What the button says.", Required = true };
        var issuer = new Option<string>("--issuer") { Description = "Its address, over https.", Required = true };
        var client = new Option<string>("--client") { Description = "The client id it gave.", Required = true };
        var secret = new Option<string?>("--secret-file")
        {
            Description = "A file with the client secret, - for standard input; otherwise a public client.",
            HelpName = "FILE",
        };
        return new Verb(
            "set",
            "Trust a provider, or change what is known of it. The secret is never on the command line.",
            "lading identity-provider set works --name \"Acme works\" --issuer https://id.acme.example --client lading "
                + "--secret-file -"
        )
            .With([id, name, issuer, client, secret, Shared.Data, Shared.Postgres, Shared.Url, Shared.Key])
            .Does(
                async (parsed, stop) =>
                {
                    var body = new Dictionary<string, string?>
                    {
                        ["name"] = parsed.GetValue(name),
                        ["issuer"] = parsed.GetValue(issuer),
                        ["client"] = parsed.GetValue(client),
                        ["secret"] = await Secret(parsed.GetValue(secret), stop),
                    };
                    await using var place = await Place.Open(parsed, tenantNeeded: false);
                    var path = Path + Uri.EscapeDataString(parsed.GetValue(id)!);
                    var key = Guid.NewGuid().ToString();
                    Api.Need(await place.Api.Call(HttpMethod.Put, path, JsonText.Object(body), key, stop));
                    Console.WriteLine(
                        $"People may sign in by {parsed.GetValue(name)}. Register there as redirect address: "
                            + $"https://YOUR-ADDRESS/api/v1/session/external/{parsed.GetValue(id)}/callback"
                    );
                    return ExitCode.Done;
                }
            );
    }

    private static Verb List() =>
        new Verb("list", "List the providers; never their secrets.", "lading identity-provider list")
            .With(Shared.Data, Shared.Postgres, Shared.Url, Shared.Key, Shared.Json)
            .Does(
                async (parsed, stop) =>
                {
                    await using var place = await Place.Open(parsed, tenantNeeded: false);
                    var list = await place.Api.Get("/api/v1/session/external", stop);
                    Out.Table(parsed, list, ("id", "ID"), ("name", "NAME"), ("issuer", "ISSUER"));
                    return ExitCode.Done;
                }
            );

    private static Verb Remove()
    {
        var id = Id();
        return new Verb("remove", "Trust a provider no more.", "lading identity-provider remove works")
            .With(id, Shared.Data, Shared.Postgres, Shared.Url, Shared.Key)
            .Does(
                async (parsed, stop) =>
                {
                    await using var place = await Place.Open(parsed, tenantNeeded: false);
                    var path = Path + Uri.EscapeDataString(parsed.GetValue(id)!);
                    Api.Need(await place.Api.Call(HttpMethod.Delete, path, null, Guid.NewGuid().ToString(), stop));
                    Console.WriteLine($"Nobody signs in by {parsed.GetValue(id)} any more.");
                    return ExitCode.Done;
                }
            );
    }

    private static async Task<string?> Secret(string? file, CancellationToken stop)
    {
        if (file is null)
            return null;
        try
        {
            var text = file == "-" ? await Console.In.ReadToEndAsync(stop) : await File.ReadAllTextAsync(file, stop);
            return text.Trim();
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            throw CommandFailed.Usage($"The secret cannot be read from {file}: {gone.Message}");
        }
    }
}
