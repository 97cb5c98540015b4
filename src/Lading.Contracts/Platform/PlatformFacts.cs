namespace Lading.Contracts.Platform;

/// <summary>A business line of the tenant was opened. Stream <c>venture/{code}</c>.</summary>
public sealed record VentureOpened(string Venture, string Name);

/// <summary>A venture was renamed.</summary>
public sealed record VentureRenamed(string Venture, string Name);

/// <summary>A yard, warehouse or plant was opened under a venture. Stream <c>site/{code}</c>.</summary>
/// <param name="TimeZone">IANA id; local business days are computed from it.</param>
public sealed record SiteOpened(string Site, string Venture, string Name, string TimeZone);

/// <summary>A site's name or time zone changed.</summary>
public sealed record SiteChanged(string Site, string Name, string TimeZone);

/// <summary>
/// A stopped read model or policy was let past one fact, which it lacks from then on. Stream <c>projection/{name}</c>.
/// </summary>
public sealed record ProjectionSkipped(string Name, long Position, string Reason);

/// <summary>What a read model or policy lacked was made good.</summary>
public sealed record ProjectionMended(string Name, IReadOnlyList<long> Positions, string Reason);

/// <summary>A person's data was erased: the key of this subject is destroyed. Stream <c>person/{subject}</c>.</summary>
public sealed record PersonErased(string Subject, string Reason);

/// <summary>A person's data was handed out as an export.</summary>
public sealed record PersonExported(string Subject, string Reason);

/// <summary>
/// An API key was issued; the secret itself is never stored, only its hash, outside the log. Stream
/// <c>api-key/{prefix}</c>.
/// </summary>
public sealed record ApiKeyIssued(
    string Prefix,
    string Name,
    IReadOnlyList<string> Scopes,
    DateTime? ExpiresAt,
    IReadOnlyList<string>? Ventures = null,
    IReadOnlyList<string>? Sites = null
);

/// <summary>An API key got a successor; both are in force until <paramref name="Ends"/>.</summary>
public sealed record ApiKeyReplaced(string Prefix, string By, DateTime Ends);

/// <summary>An API key was revoked.</summary>
public sealed record ApiKeyRevoked(string Prefix, string Reason);
