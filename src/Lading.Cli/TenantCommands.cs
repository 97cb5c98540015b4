using System.CommandLine;
using System.Text.Json;

namespace Lading.Cli;

/// <summary><c>lading tenant</c>: make and list tenants.</summary>
internal static class TenantCommands
{
    public static Command Build() =>
        new Verb("tenant", "Customer companies: each its own log, keys and files.", "lading tenant list").With(
            Create(),
            List()
        );

    private static Verb Create()
    {
        var slug = new Argument<string>("SLUG") { Description = "Short name, never changed: a-z, 0-9 and hyphens." };
        var name = new Option<string?>("--name") { Description = "The name people know it by.", HelpName = "NAME" };
        var zone = new Option<string?>("--time-zone")
        {
            Description = "Its time zone, and its first site's (IANA; Etc/UTC when left out).",
            HelpName = "ZONE",
        };
        var currency = new Option<string?>("--currency")
        {
            Description = "Its currency (ISO 4217; EUR when left out).",
            HelpName = "CODE",
        };
        var units = new Option<string?>("--units")
        {
            Description = "metric or imperial (metric when left out).",
            HelpName = "SYSTEM",
        };
        return new Verb(
            "create",
            "Make a tenant with its first venture and site, both named main.",
            "lading tenant create acme --name \"Acme Ltd\" --time-zone Europe/London --currency GBP"
        )
            .With(slug, name, zone, currency, units, Shared.Data, Shared.Postgres, Shared.Url, Shared.Key, Shared.Json)
            .Does(
                async (parsed, stop) =>
                {
                    await using var place = await Place.Open(parsed, make: true, tenantNeeded: false);
                    var body = new Dictionary<string, string?>
                    {
                        ["slug"] = parsed.GetValue(slug),
                        ["name"] = parsed.GetValue(name),
                        ["timeZone"] = parsed.GetValue(zone),
                        ["currency"] = parsed.GetValue(currency),
                        ["units"] = parsed.GetValue(units),
                    };
                    var made = await place.Api.Post("/api/v1/tenants", JsonText.Object(body), stop);
                    Out.Write(
                        parsed,
                        made,
                        $"Tenant {made.Text("slug")} is there. Next: lading key create --tenant "
                            + $"{made.Text("slug")}"
                    );
                    return ExitCode.Done;
                }
            );
    }

    private static Verb List() =>
        new Verb("list", "List the tenants.", "lading tenant list --json")
            .With(Shared.Data, Shared.Postgres, Shared.Url, Shared.Key, Shared.Json)
            .Does(
                async (parsed, stop) =>
                {
                    await using var place = await Place.Open(parsed, tenantNeeded: false);
                    var list = await place.Api.Get("/api/v1/tenants", stop);
                    Out.Table(
                        parsed,
                        list,
                        ("slug", "SLUG"),
                        ("name", "NAME"),
                        ("created", "CREATED"),
                        ("demo", "DEMO")
                    );
                    return ExitCode.Done;
                }
            );
}
