using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Lading.Log;
using Lading.Platform.Tenancy;
using Lading.Server;
using Command = System.CommandLine.Command;

namespace Lading.Cli;

/// <summary><c>lading audit verify</c>: is every fact there, in order, as it was written?</summary>
internal static class AuditCommands
{
    public static Command Build() =>
        new Verb("audit", "The log as an audit trail.", "lading audit verify").With(Verify());

    private static Verb Verify()
    {
        var head = new Option<string?>("--head")
        {
            Description =
                "A head noted earlier (POSITION:HASH): shows also a tail that was cut off, or a log written " + "anew.",
            HelpName = "HEAD",
        };
        return new Verb(
            "verify",
            "Recompute the hash chain from the stored bytes; names the first bad position. Exit code 1 when "
                + "there is one.",
            "lading audit verify --tenant acme"
        )
            .With([head, .. Shared.Place, Shared.Json])
            .Does(
                async (parsed, stop) =>
                {
                    var settings = new Settings(parsed);
                    var known = parsed.GetValue(head);
                    var elsewhere = settings.Text(Shared.Url) ?? settings.Text(Shared.Postgres);
                    var found =
                        elsewhere is not null || DataFolder.IsHeld(settings.Data)
                            ? await Ask(parsed, known, stop)
                            : Here(settings, known);
                    return Say(parsed, found);
                }
            );
    }

    /// <summary>A running server verifies its own log.</summary>
    private static async Task<JsonElement> Ask(ParseResult parsed, string? known, CancellationToken stop)
    {
        await using var place = await Place.Open(parsed);
        using var bar = new Progress("Verifying");
        var query = known is null ? "" : $"?head={Uri.EscapeDataString(known)}";
        return await place.Api.Get("/api/v1/audit/chain" + query, stop);
    }

    /// <summary>Nobody runs on the folder: the file is read as it is, whatever state its log is in.</summary>
    private static JsonElement Here(Settings settings, string? known)
    {
        if (!File.Exists(Path.Combine(settings.Data, "system.db")))
            throw new DataFolderFault(
                $"There is no Lading in {Path.GetFullPath(settings.Data)}. Name its folder with " + $"--data."
            );
        using var folder = DataFolder.Take(settings.Data);
        using var system = new SqliteSystemStore(folder.SystemDb);
        var slug = Place.Choose([.. system.Tenants().Select(t => t.Slug)], settings.Text(Shared.Tenant), needed: true);
        var tenant = system.Tenants().First(t => t.Slug == slug);
        using var bar = new Progress("Verifying");
        using var facts = LadingHost.RawFacts(folder, tenant);
        var report = AuditVerifier.Verify(
            tenant.Id,
            facts,
            AuditRoutes.ReadHead(known, out _),
            count => bar.Report(count, count + 1)
        );
        return JsonSerializer.SerializeToElement(AuditRoutes.View(report), AuditJson.Default.AuditView);
    }

    private static int Say(ParseResult parsed, JsonElement found)
    {
        var facts = found.Number("facts").ToString("N0", CultureInfo.InvariantCulture);
        var bad = found.Text("problem");
        Out.Write(
            parsed,
            found,
            bad is null
                ? $"{facts} facts, each as it was written.\nHead {found.Text("head")}"
                : $"Position {found.Text("badPosition")} is bad: {bad}\n{facts} facts were read."
        );
        return bad is null ? ExitCode.Done : ExitCode.Bad;
    }
}
