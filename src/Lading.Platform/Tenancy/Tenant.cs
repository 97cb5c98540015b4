using System.Text.RegularExpressions;
using Lading.Kernel;
using Lading.Log;

namespace Lading.Platform.Tenancy;

/// <summary>A customer company.</summary>
/// <param name="Slug">Its short name, never changed: lower case letters, digits and hyphens, at most 40.</param>
/// <param name="Demo">Whether this is the demo company, marked as such on every page.</param>
public sealed partial record Tenant(TenantId Id, string Slug, string Name, DateTime Created, bool Demo)
{
    /// <summary>Whether a text may be a slug.</summary>
    public static bool IsSlug(string text) => SlugShape().IsMatch(text);

    [GeneratedRegex("^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$", RegexOptions.NonBacktracking)]
    private static partial Regex SlugShape();
}

/// <summary>What is kept of an API key: never the secret.</summary>
/// <param name="Prefix">8 characters that find it; also how logs and audits name it.</param>
/// <param name="Hash">SHA-256 of the whole key: it has 256 random bits, so a fast hash is right.</param>
/// <param name="Ventures">The ventures it may see, or null for all.</param>
/// <param name="Replaces">The key it was made to replace, which stays in force for a while.</param>
/// <param name="Used">When it was last used, to the minute.</param>
/// <param name="Sites">The sites it may see, or null for all of those ventures.</param>
public sealed record ApiKey(
    string Prefix,
    TenantId Tenant,
    string Name,
    IReadOnlyList<string> Scopes,
    IReadOnlyList<string>? Ventures,
    byte[] Hash,
    DateTime Created,
    DateTime? Expires,
    DateTime? Revoked,
    string? Replaces = null,
    DateTime? Used = null,
    IReadOnlyList<string>? Sites = null
)
{
    /// <summary>Who calls with it.</summary>
    public Http.Identity Identity { get; } = new(Prefix, $"key:{Prefix}");
}

/// <summary>
/// SQL over what all tenants share, written once: <c>$1</c>, <c>$2</c> … parameters, tables named with their schema
/// <c>lading_system</c>. One statement is one transaction, so a step that must happen once is one statement whose
/// count of rows says who did it.
/// </summary>
public interface ISystemSql
{
    /// <summary>All rows of a query, or of a change with <c>returning</c>.</summary>
    List<T> Query<T>(string sql, Func<IRow, T> map, params ReadOnlySpan<Cell> values);

    /// <summary>Changes rows; answers how many.</summary>
    int Run(string sql, params ReadOnlySpan<Cell> values);
}

/// <summary>What both stores say alike of keys.</summary>
internal static class KeySql
{
    /// <summary>Ends a key, unless it is being replaced: prefix, end, now.</summary>
    public const string Replace =
        "update lading_system.api_key set expires = $2 where prefix = $1 and revoked = 0 "
        + "and (expires = 0 or expires > $3) and not exists (select 1 from lading_system.api_key o "
        + "where (o.replaces = $1 or o.prefix = (select replaces from lading_system.api_key where prefix = $1)) "
        + "and o.revoked = 0 and (o.expires = 0 or o.expires > $3))";
}

/// <summary>What is not derived from any tenant's log: which tenants there are, and their keys. In SQLite or in
/// PostgreSQL.</summary>
public interface ISystemStore : ISystemSql, IDisposable
{
    /// <summary>All tenants.</summary>
    IReadOnlyList<Tenant> Tenants();

    /// <summary>Adds a tenant; false when the slug is taken.</summary>
    bool Add(Tenant tenant);

    /// <summary>Removes a tenant from the list; its log is removed by whoever owns its files.</summary>
    void Remove(TenantId tenant);

    /// <summary>All keys of all tenants, revoked ones included; or the one of a prefix.</summary>
    IReadOnlyList<ApiKey> Keys(string? prefix = null);

    /// <summary>Adds a key.</summary>
    void Add(ApiKey key);

    /// <summary>What was deleted leaves the files too, the write-ahead log among them; where a reader is in the way,
    /// with the next write.</summary>
    void Scrub();

    /// <summary>Revokes a key; false when there is none of this prefix in the tenant.</summary>
    bool Revoke(TenantId tenant, string prefix, DateTime at);

    /// <summary>Adds a key's successor and ends the key at <paramref name="ends"/>, both or neither. False when at
    /// <paramref name="now"/> the key is not in force, has a successor in force or is one whose predecessor
    /// is.</summary>
    bool Replace(ApiKey next, DateTime ends, DateTime now);
}
