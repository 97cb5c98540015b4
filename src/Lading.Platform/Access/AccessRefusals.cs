using Lading.Kernel;

namespace Lading.Platform.Access;

/// <summary>Refusals about members, roles and rules, in the order in which they are checked.</summary>
public static class AccessRefusals
{
    public static Refusal Missing(string permission) =>
        new(
            "access.missing-permission",
            RefusalKind.Forbidden,
            $"This needs the permission {permission}.",
            Remedy: "Ask an owner for a role that has it, or for a key with that scope."
        );

    public static Refusal OutsideHours(string permission) =>
        new(
            "access.outside-hours",
            RefusalKind.Forbidden,
            $"The permission {permission} is not given at this hour.",
            Remedy: "Come back within the hours of the rule: GET /api/v1/access/rules."
        );

    public static Refusal StepUpNeeded(string permission) =>
        new(
            "access.step-up-needed",
            RefusalKind.Forbidden,
            $"The permission {permission} needs a second factor, given a short while ago.",
            Remedy: "Give your second factor again, or set one up under your account, then repeat the request."
        );

    public static Refusal Narrowed(string permission) =>
        new(
            "access.narrowed",
            RefusalKind.Forbidden,
            $"This concerns the whole company, and {permission} is given to you for a part of it.",
            Remedy: "Ask someone who holds it for everything."
        );

    public static Refusal NotOwnRecords(string permission) =>
        new(
            "access.not-own-records",
            RefusalKind.Forbidden,
            $"{permission} is given to you for records of named customers, and this is about other things.",
            Remedy: "Ask someone who holds it for a venture or a site."
        );

    public static Refusal OverLimit(Money amount, Money most) =>
        new(
            "access.over-limit",
            RefusalKind.Forbidden,
            $"This is worth {amount}; a rule lets you go up to {most}.",
            Remedy: "Ask someone with a higher limit."
        );

    public static Refusal WorthUnknown(Money most) =>
        new(
            "access.worth-unknown",
            RefusalKind.Forbidden,
            $"A rule lets you go up to {most}, and what this is worth cannot be told.",
            "lines",
            Remedy: "Give every line a unit price, or ask someone whom no rule binds."
        );

    public static Refusal UnknownMember(string person) =>
        new(
            "access.unknown-member",
            RefusalKind.NotFound,
            "There is no such member.",
            "person",
            Short(person),
            "See GET /api/v1/members."
        );

    public static Refusal LastOwner(string person) =>
        new(
            "access.last-owner",
            RefusalKind.Conflict,
            "A company has at least one owner, and this is the last.",
            "person",
            Short(person),
            "Name another owner first."
        );

    public static Refusal UnknownRole(string role) =>
        new(
            "access.unknown-role",
            RefusalKind.NotFound,
            "The company has no such role of its own.",
            "role",
            Short(role),
            "See GET /api/v1/roles; the shipped ones cannot be changed."
        );

    public static Refusal RoleExists(string role) =>
        new(
            "access.role-exists",
            RefusalKind.Conflict,
            $"There is a role {Short(role)} already.",
            "role",
            Short(role),
            "Choose another code, or change that role."
        );

    public static Refusal UnknownRule(string rule) =>
        new(
            "access.unknown-rule",
            RefusalKind.NotFound,
            "There is no such rule.",
            "rule",
            Short(rule),
            "See GET /api/v1/access/rules."
        );

    private static string Short(string text) => text.Length > 64 ? text[..64] : text;
}
