namespace Lading.Platform.SignIn;

/// <summary>Who someone is.</summary>
public sealed record PersonView(string Id, string Name, string Email);

/// <summary>A company one may work in.</summary>
public sealed record CompanyView(string Slug, string Name);

/// <summary>A session as its own person sees it; answer of <c>GET /session</c>.</summary>
/// <param name="Person">Null for the local owner without an account.</param>
/// <param name="Local">Whether it came by the one-time link.</param>
/// <param name="SecondFactor">Whether the account has one.</param>
/// <param name="SecondFactorAt">When one was last shown in this session.</param>
public sealed record SessionView(
    string Id,
    PersonView? Person,
    CompanyView? Tenant,
    IReadOnlyList<CompanyView> Tenants,
    bool Local,
    IReadOnlyList<string> Methods,
    bool SecondFactor,
    DateTime AuthenticatedAt,
    DateTime? SecondFactorAt,
    DateTime Expires
);
