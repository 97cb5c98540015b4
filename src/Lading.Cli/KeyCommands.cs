using System.CommandLine;
using System.Globalization;

namespace Lading.Cli;

/// <summary><c>lading key</c>: issue, list and revoke API keys.</summary>
internal static class KeyCommands
{
    public static Command Build() =>
        new Verb("key", "API keys: each with its scopes, shown once.", "lading key create --name erp").With(
            Create(),
            List(),
            Revoke()
        );

    private static Verb Create()
    {
        var name = new Option<string?>("--name") { Description = "What it is for.", HelpName = "NAME" };
        var scopes = new Option<string?>("--scopes")
        {
            Description = "Permissions, separated by commas: orders.read,orders.write; otherwise * (all).",
            HelpName = "SCOPES",
        };
        var ventures = new Option<string?>("--ventures")
        {
            Description = "The ventures it may see; otherwise all.",
            HelpName = "CODES",
        };
        var expires = new Option<string?>("--expires")
        {
            Description = "How long it lives: 12h, 90d; otherwise until revoked.",
            HelpName = "TIME",
        };
        return new Verb(
            "create",
            "Issue a key. The key stands alone on the last line and is never shown again.",
            "lading key create --name erp --scopes orders.write,inventory.read --expires 90d"
        )
            .With([name, scopes, ventures, expires, .. Shared.Place, Shared.Json])
            .Does(
                async (parsed, stop) =>
                {
                    var body = new Dictionary<string, object?>
                    {
                        ["name"] = parsed.GetValue(name) ?? "command line",
                        ["scopes"] = Parts(parsed.GetValue(scopes) ?? "*"),
                        ["ventures"] = parsed.GetValue(ventures) is { } list ? Parts(list) : null,
                        ["expires"] = parsed.GetValue(expires) is { } life
                            ? Until(life, TimeProvider.System.GetUtcNow())
                            : null,
                    };
                    await using var place = await Place.Open(parsed);
                    var made = await place.Api.Post("/api/v1/keys", JsonText.Object(body), stop);
                    Out.Write(parsed, made, $"Key {made.Text("prefix")}, shown this once:\n{made.Text("key")}");
                    return ExitCode.Done;
                }
            );
    }

    private static Verb List() =>
        new Verb("list", "List the keys of a tenant; never their secrets.", "lading key list --tenant acme")
            .With([.. Shared.Place, Shared.Json])
            .Does(
                async (parsed, stop) =>
                {
                    await using var place = await Place.Open(parsed);
                    var list = await place.Api.Get("/api/v1/keys", stop);
                    Out.Table(
                        parsed,
                        list,
                        ("prefix", "PREFIX"),
                        ("name", "NAME"),
                        ("scopes", "SCOPES"),
                        ("ventures", "VENTURES"),
                        ("created", "CREATED"),
                        ("expires", "EXPIRES"),
                        ("revoked", "REVOKED")
                    );
                    return ExitCode.Done;
                }
            );

    private static Verb Revoke()
    {
        var prefix = new Argument<string>("PREFIX")
        {
            Description = "The key's prefix, as `lading key list` shows it.",
        };
        return new Verb("revoke", "End a key at once.", "lading key revoke ab12cd34")
            .With([prefix, .. Shared.Place, Shared.Json])
            .Does(
                async (parsed, stop) =>
                {
                    await using var place = await Place.Open(parsed);
                    var one = parsed.GetValue(prefix)!;
                    var path = $"/api/v1/keys/{Uri.EscapeDataString(one)}";
                    Api.Need(await place.Api.Call(HttpMethod.Delete, path, null, Guid.NewGuid().ToString(), stop));
                    Out.Write(parsed, $"Key {one} is revoked.", ("prefix", one), ("done", "revoked"));
                    return ExitCode.Done;
                }
            );
    }

    /// <summary>A life such as <c>90d</c> or <c>12h</c> as the moment it ends.</summary>
    internal static string Until(string life, DateTimeOffset now)
    {
        var good = int.TryParse(
            life.AsSpan(0, Math.Max(0, life.Length - 1)),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var count
        );
        if (!good || count is < 1 or > 36_500 || life[^1] is not ('d' or 'h'))
            throw CommandFailed.Usage($"'{life}' is not a time such as 12h or 90d.");
        return now.Add(life[^1] == 'd' ? TimeSpan.FromDays(count) : TimeSpan.FromHours(count))
            .ToString("o", CultureInfo.InvariantCulture);
    }

    private static string[] Parts(string list) =>
        list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
