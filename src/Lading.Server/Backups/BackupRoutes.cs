using Lading.Platform.Http;
using Lading.Platform.Tenancy;
using Lading.Server.Admin;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Lading.Server.Backups;

/// <summary>Body of <c>POST /backups</c>: folders on the server's machine.</summary>
/// <param name="To">A new folder for the data.</param>
/// <param name="Keys">A new folder elsewhere for the keys that open personal values; left out: they are not
/// copied.</param>
public sealed record BackupRequest(string To, string? Keys = null);

/// <summary>Answer of <c>POST /backups</c>.</summary>
public sealed record BackupMade(string To, string? Keys, long Bytes, IReadOnlyList<BackupTenant> Tenants);

/// <summary><c>POST /backups</c>: for the local administrator alone, one at a time.</summary>
public static class BackupRoutes
{
    private static readonly SemaphoreSlim One = new(1);

    /// <summary>Serves <c>/backups</c>.</summary>
    public static void Map(IEndpointRouteBuilder api, LadingHost host) =>
        api.Post("/backups", HostAccess.Permission, http => Make(http, host))
            .Unkeyed("A backup is made once into its new folder: sent again, it is there.")
            .Accepts<BackupRequest>("application/json")
            .Produces<BackupMade>()
            .WithTags("Operations")
            .WithSummary("Copy everything that cannot be derived into a folder of this machine, while all goes on.");

    private static async Task<IResult> Make(HttpContext http, LadingHost host)
    {
        var (raw, tooLarge) = await CommandCall.ReadBody(http, CommandCall.MaxBody);
        if (tooLarge)
            return Problems.Of(HttpRefusals.TooLarge(CommandCall.MaxBody));
        var (body, malformed) = StrictJson.Read(raw.Span, BackupJson.Default.BackupRequest);
        if (malformed is not null)
            return Problems.Of(malformed);
        var checks = new Checks();
        Check(checks, "to", body!.To, host);
        if (body.Keys is not null)
            Check(checks, "keys", body.Keys, host);
        if (checks.Pass && body.Keys is not null)
            checks.That(
                !IsInside(body.Keys, body.To) && !IsInside(body.To, body.Keys),
                "keys",
                body.Keys,
                "The keys go into a folder apart from the data.",
                "Who has both reads what was erased since; keep them in two places."
            );
        if (!checks.Pass)
            return Problems.Of(checks);
        await One.WaitAsync(http.RequestAborted);
        try
        {
            var made = await Task.Run(
                () => Backup.Make(host, body.To, body.Keys, http.RequestAborted),
                http.RequestAborted
            );
            var answer = new BackupMade(body.To, body.Keys, made.Files.Sum(f => f.Bytes), made.Tenants);
            return Results.Json(answer, BackupJson.Default.BackupMade);
        }
        catch (Exception fault) when (fault is DataFolderFault or IOException or UnauthorizedAccessException)
        {
            return Problems.Of(BackupRefusals.NoPlace(body.To, fault.Message));
        }
        finally
        {
            One.Release();
        }
    }

    private static void Check(Checks checks, string field, string path, LadingHost host)
    {
        checks.That(
            path.Length is > 0 and <= 1_000 && Path.IsPathFullyQualified(path) && !path.Contains('\0'),
            field,
            path,
            "A backup goes into a folder named with its full path.",
            "Send a path that begins at the root."
        );
        if (checks.Pass && host.Data is { } data)
            checks.That(
                !IsInside(path, data),
                field,
                path,
                "A backup goes outside the data folder.",
                "Choose a folder on another disk."
            );
    }

    private static bool IsInside(string path, string folder) =>
        Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)) is var inner
        && Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) is var outer
        && (inner == outer || inner.StartsWith(outer + Path.DirectorySeparatorChar, StringComparison.Ordinal));
}

/// <summary>Refusals about backups.</summary>
public static class BackupRefusals
{
    public static Kernel.Refusal NoPlace(string to, string why) =>
        new("backups.no-place", Kernel.RefusalKind.Conflict, why, "to", to, "Name a new folder that can be written.");
}
