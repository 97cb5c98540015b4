using Lading.Kernel;

namespace Lading.Contracts.Platform;

/// <summary>A person became a member of the company; what they may do comes with roles. Stream
/// <c>member/{person}</c>.</summary>
/// <param name="Person">The account's id; name and address stand with the account.</param>
public sealed record MemberAdmitted(string Person);

/// <summary>A person is no member any more; every role was taken before.</summary>
public sealed record MemberRemoved(string Person, string Reason);

/// <summary>A member was given a role, for everything or for a part of the company.</summary>
/// <param name="Ventures">Null: all of them. With sites: the ventures those sites belong to.</param>
/// <param name="Sites">Null: all of those ventures.</param>
/// <param name="Customers">Null: all; else the role reaches only records of these customers.</param>
public sealed record RoleGiven(
    string Person,
    string Role,
    IReadOnlyList<string>? Ventures,
    IReadOnlyList<string>? Sites,
    IReadOnlyList<string>? Customers
);

/// <summary>A role was taken from a member, as it had been given.</summary>
public sealed record RoleTaken(
    string Person,
    string Role,
    IReadOnlyList<string>? Ventures,
    IReadOnlyList<string>? Sites,
    IReadOnlyList<string>? Customers
);

/// <summary>A member became an owner of the company. Stream <c>owners/company</c>: there is always one.</summary>
public sealed record OwnerNamed(string Person);

/// <summary>A member is an owner no more.</summary>
public sealed record OwnerReleased(string Person);

/// <summary>The company defined a role of its own, or changed it. Stream <c>role/{role}</c>.</summary>
public sealed record RoleDefined(string Role, string Name, IReadOnlyList<string> Permissions);

/// <summary>A role of the company's own is given up; who holds it may do nothing by it.</summary>
public sealed record RoleWithdrawn(string Role);

/// <summary>A rule binds a permission. Stream <c>access-rule/{rule}</c>.</summary>
/// <param name="Kind"><c>hours</c>, <c>amount</c>, <c>step-up</c> or <c>second-person</c>.</param>
/// <param name="Permission"><c>module.action</c>, <c>module.*</c> or <c>*</c>.</param>
/// <param name="Role">The role it binds; null: everybody.</param>
/// <param name="Days">hours: the days it is open, Monday is 1; empty: all.</param>
/// <param name="From">hours: from this minute of the day.</param>
/// <param name="Until">hours: until before this minute.</param>
/// <param name="TimeZone">hours: whose clock.</param>
/// <param name="Minutes">step-up: how old a second factor may be; second-person: how long a request
/// waits.</param>
/// <param name="Amount">amount: the most one order may be worth; second-person: what one may be worth and need none,
/// null: every change needs one.</param>
public sealed record AccessRuleSet(
    string Rule,
    string Kind,
    string Permission,
    string? Role = null,
    IReadOnlyList<int>? Days = null,
    int From = 0,
    int Until = 0,
    string? TimeZone = null,
    int Minutes = 0,
    Money? Amount = null
);

/// <summary>A rule binds no more.</summary>
public sealed record AccessRuleLifted(string Rule);

/// <summary>A person asked for a change that needs a second person. Stream <c>approval/{approval}</c>.</summary>
/// <param name="Approval">32 hexadecimal digits.</param>
/// <param name="Person">Who asked.</param>
/// <param name="Permission">What the change needs; who approves holds it too.</param>
/// <param name="Path">With its query.</param>
/// <param name="Hash">SHA-256 of method, path, If-Match and body, hexadecimal: what is approved is this and nothing
/// else.</param>
/// <param name="Until">Before this it is approved and used, or never.</param>
public sealed record ApprovalAsked(
    string Approval,
    string Person,
    string Permission,
    string Method,
    string Path,
    string Hash,
    DateTime Until
);

/// <summary>Another person said yes.</summary>
public sealed record ApprovalGiven(string Approval, string Person);

/// <summary>Another person said no, or who asked took it back.</summary>
public sealed record ApprovalRefused(string Approval, string Person, string Reason);

/// <summary>The change that was approved was let through: once.</summary>
public sealed record ApprovalUsed(string Approval);

/// <summary>How the company counts and reckons. Stream <c>settings/company</c>.</summary>
/// <param name="TimeZone">IANA id.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Units"><c>metric</c> or <c>imperial</c>: how weights and lengths are shown.</param>
public sealed record SettingsChanged(string TimeZone, string Currency, string Units);
