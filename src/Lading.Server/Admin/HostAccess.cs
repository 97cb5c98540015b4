using Lading.Kernel;
using Lading.Platform.Tenancy;

namespace Lading.Server.Admin;

/// <summary>
/// What only the owner of the data folder may do: make tenants, and work in any of them by naming it in
/// <c>Lading-Tenant</c>. The credential
/// lives in this process's memory and, while it runs, in a file that only the owner can read.
/// </summary>
public static class HostAccess
{
    /// <summary>The permission; <c>*</c> does not cover it.</summary>
    public const string Permission = "host.manage";

    /// <summary>The header that names another tenant than the credential's.</summary>
    public const string TenantHeader = "Lading-Tenant";

    /// <summary>Makes the local administrator's key, dead when the process ends.</summary>
    public static (ApiKey Key, string Secret) Issue(LadingHost host, TenantId tenant) =>
        host.Keys.IssueForProcess(tenant, "local administrator", ["*", Permission], "local");

    /// <summary>Whether a scope speaks of the host and not of a tenant.</summary>
    public static bool IsHostScope(string scope) => scope.StartsWith("host.", StringComparison.Ordinal);

    /// <summary>Whether this is the key of who owns the data folder.</summary>
    public static bool IsHost(ApiKey? key) => key is not null && key.Scopes.Contains(Permission);
}
