using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Lading.Kernel;
using Lading.Log;
using Lading.Platform.Tenancy;
using Lading.Server;
using Command = System.CommandLine.Command;

namespace Lading.Cli;

/// <summary><c>lading audit verify</c>: is every fact there, in order, as it was written?</summary>
internal static class AuditCommands
{
    public static Command Build() =>
        new Verb("audit", "The log as an audit trail.", "lading audit verify").With(Verify(), Head(), Key());

    private static Verb Key()
    {
        var file = new Argument<string>("FILE") { Description = "The private key's file; the public one is FILE.pub." };
        return new Verb(
            "key",
            "Make a pair of keys to sign heads with. Keep the private one off the server whose log it vouches for.",
            "lading audit key heads.key"
        )
            .With(file)
            .Does(
                async (parsed, stop) =>
                {
                    var path = parsed.GetValue(file)!;
                    if (File.Exists(path) || File.Exists(path + ".pub"))
                        throw CommandFailed.Usage($"{path} is there already: a key is never overwritten.");
                    var (secret, open) = SignedHeads.NewKey();
                    DataFolder.WriteSecret(path, secret);
                    await File.WriteAllTextAsync(path + ".pub", open + "\n", stop);
                    Console.WriteLine($"{path} signs, {path}.pub verifies.");
                    return ExitCode.Done;
                }
            );
    }

    private static Verb Head()
    {
        var sign = new Option<string?>("--sign")
        {
            Description = "Sign it with this private key.",
            HelpName = "KEYFILE",
        };
        var to = new Option<string?>("--to")
        {
            Description = "Append the signed head to this file, which the server cannot write.",
            HelpName = "FILE",
        };
        return new Verb(
            "head",
            "Where the log ends now. Signed and kept elsewhere, by schedule, it shows later that nothing was cut off "
                + "or written anew.",
            "lading audit head --tenant acme --sign heads.key --to heads.txt"
        )
            .With([sign, to, .. Shared.Place, Shared.Json])
            .Does(
                async (parsed, stop) =>
                {
                    var (key, file) = (parsed.GetValue(sign), parsed.GetValue(to));
                    if (key is null != file is null)
                        throw CommandFailed.Usage("--sign and --to go together.");
                    await using var place = await Place.Open(parsed);
                    var found = await place.Api.Get("/api/v1/audit/head", stop);
                    if (key is not null)
                    {
                        var head = AuditRoutes.ReadHead(found.Text("head"), out _)!.Value;
                        var tenant = new TenantId(Guid.Parse(found.Text("tenant")!));
                        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
                        SignedHeads.Append(file!, await File.ReadAllTextAsync(key, stop), tenant, head, now);
                    }

                    Out.Write(parsed, found, $"Head {found.Text("head")}{(key is null ? "" : $", signed in {file}")}");
                    return ExitCode.Done;
                }
            );
    }

    private static Verb Verify()
    {
        var head = new Option<string?>("--head")
        {
            Description =
                "A head noted earlier (POSITION:HASH): shows also a tail that was cut off, or a log written anew.",
            HelpName = "HEAD",
        };
        var heads = new Option<string?>("--heads")
        {
            Description = "A file of signed heads: all of them must still be part of the log.",
            HelpName = "FILE",
        };
        var open = new Option<string?>("--public") { Description = "The key that verifies them.", HelpName = "FILE" };
        return new Verb(
            "verify",
            "Recompute the hash chain from the stored bytes; names the first bad position. Exit code 1 when "
                + "there is one.",
            "lading audit verify --tenant acme"
        )
            .With([head, heads, open, .. Shared.Place, Shared.Json])
            .Does(
                async (parsed, stop) =>
                {
                    var settings = new Settings(parsed);
                    var known = Known(parsed.GetValue(head), parsed.GetValue(heads), parsed.GetValue(open));
                    var elsewhere = settings.Text(Shared.Url) ?? settings.Text(Shared.Postgres);
                    var found =
                        elsewhere is not null || DataFolder.IsHeld(settings.Data)
                            ? await Ask(parsed, known, stop)
                            : Here(settings, known);
                    return Say(parsed, found);
                }
            );
    }

    /// <summary>The heads that must be part of a tenant's log; signatures are checked here, never by the server that
    /// is under suspicion.</summary>
    private static Func<TenantId, IReadOnlyList<LogHead>> Known(string? head, string? heads, string? open)
    {
        if (heads is null != open is null || (head is not null && heads is not null))
            throw CommandFailed.Usage("Give one --head, or --heads with --public.");
        if (heads is null)
        {
            var one = AuditRoutes.ReadHead(head, out var good);
            return good
                ? _ => one is { } h ? [h] : []
                : throw CommandFailed.Usage($"'{head}' is not a head: POSITION:HASH.");
        }

        return tenant =>
        {
            var signed = SignedHeads.Read(heads, File.ReadAllText(open!), tenant, Console.Error.WriteLine);
            return signed.Count > 0
                ? [.. signed.Select(h => h.Head)]
                : throw new HeadsFault($"{heads} holds no head of this tenant.");
        };
    }

    /// <summary>A running server verifies its own log.</summary>
    private static async Task<JsonElement> Ask(
        ParseResult parsed,
        Func<TenantId, IReadOnlyList<LogHead>> known,
        CancellationToken stop
    )
    {
        await using var place = await Place.Open(parsed);
        var whose = await place.Api.Get("/api/v1/audit/head", stop);
        var heads = known(new TenantId(Guid.Parse(whose.Text("tenant")!)));
        // Thinned when there are many, the last kept: a change behind any of them shows in all that follow.
        var step = ((heads.Count - 1) / (AuditRoutes.MostHeads - 1)) + 1;
        var texts = heads.Where((_, i) => i % step == 0 || i == heads.Count - 1).Select(AuditRoutes.Text);
        using var bar = new Progress("Verifying");
        return await place.Api.Post("/api/v1/audit", JsonSerializer.Serialize(new { heads = texts }), stop);
    }

    /// <summary>Nobody runs on the folder: the file is read as it is, whatever state its log is in.</summary>
    private static JsonElement Here(Settings settings, Func<TenantId, IReadOnlyList<LogHead>> known)
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
        var report = AuditVerifier.VerifyAgainst(
            tenant.Id,
            facts,
            known(tenant.Id),
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
