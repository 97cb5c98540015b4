using System.Collections.Frozen;
using Lading.Contracts.Platform;
using Lading.Kernel;

namespace Lading.Platform.Access;

/// <summary>A role someone holds, and for which part of the company.</summary>
public sealed record HeldRole(string Role, IReadOnlyList<string> Permissions, Narrowing For);

/// <summary>
/// What one person or key may do: by permission, the part of the company it reaches and the rules that bind it. Built
/// once per change and then only read; finding a permission allocates nothing.
/// </summary>
public sealed class Rights
{
    private readonly FrozenDictionary<string, Allowed> exact;
    private readonly KeyValuePair<string, Allowed>[] modules;
    private readonly Allowed? all;
    private readonly IReadOnlyList<HeldRole> held;

    private Rights(
        Dictionary<string, Allowed> exact,
        Dictionary<string, Allowed> modules,
        Allowed? all,
        IReadOnlyList<HeldRole> held,
        IReadOnlyList<AccessRuleSet> rules
    )
    {
        Rules = rules;
        this.held = held;
        this.exact = exact.ToFrozenDictionary(StringComparer.Ordinal);
        this.modules = [.. modules]; // a handful: walked, because a look-up by span allocates
        this.all = all;
    }

    /// <summary>The rules they were built under.</summary>
    public IReadOnlyList<AccessRuleSet> Rules { get; }

    /// <summary>The permission that covers all others.</summary>
    public const string Every = "*";

    /// <summary>Nothing.</summary>
    public static readonly Rights Nothing = Of([], []);

    /// <summary>Everything that is the tenant's, bound by no rule.</summary>
    public static readonly Rights Everything = Of([new HeldRole(RuleKinds.KeyRole, [Every], Narrowing.None)], []);

    /// <summary>Builds them from what is held and the rules in force. <c>module.*</c> is every permission of a module,
    /// <c>*</c> every one that is not the host's.</summary>
    public static Rights Of(IReadOnlyList<HeldRole> held, IReadOnlyList<AccessRuleSet> rules)
    {
        var names = held.SelectMany(h => h.Permissions).Distinct(StringComparer.Ordinal).ToList();
        var exact = new Dictionary<string, Allowed>(StringComparer.Ordinal);
        var modules = new Dictionary<string, Allowed>(StringComparer.Ordinal);

        // A rule may bind one permission of many that a role names together: it gets an entry of its own.
        foreach (var name in names.Concat(rules.Select(r => r.Permission)).Distinct(StringComparer.Ordinal))
        {
            if (name == Every)
                continue;
            var allowed = Allowed.Of(name, held.Where(h => h.Permissions.Any(p => Matches(p, name))), rules);
            if (allowed is null)
                continue;
            if (name.EndsWith(".*", StringComparison.Ordinal))
                modules[name[..^2]] = allowed;
            else
                exact[name] = allowed;
        }

        var everything = Allowed.Of(Every, held.Where(h => h.Permissions.Contains(Every)), rules);
        exact[Http.Permissions.Self] = Allowed.Of(Http.Permissions.Self, held, []) ?? Allowed.Nowhere;
        return new Rights(exact, modules, everything, held, rules);
    }

    /// <summary>What is allowed by a permission, or null: default deny.</summary>
    public Allowed? Find(string permission)
    {
        if (exact.TryGetValue(permission, out var found))
            return found;
        if (permission.StartsWith("host.", StringComparison.Ordinal))
            return null;
        var dot = permission.IndexOf('.', StringComparison.Ordinal);
        if (dot > 0)
            foreach (var (module, allowed) in modules)
                if (permission.AsSpan(0, dot).SequenceEqual(module))
                    return allowed;
        return all;
    }

    /// <summary>The first rule for a role of the holder's that binds some of a scope, second factors aside: a key has
    /// no role, and would be free of it.</summary>
    public AccessRuleSet? RuleForRole(string scope) =>
        Rules.FirstOrDefault(r =>
            r.Role is not null
            && r.Kind != RuleKinds.StepUp
            && Overlap(r.Permission, scope)
            && held.Where(h => h.Role == r.Role)
                .SelectMany(h => h.Permissions)
                .Any(p => Overlap(p, r.Permission) && Overlap(p, scope))
        );

    /// <summary>Whether a named permission, perhaps <c>module.*</c> or <c>*</c>, covers another.</summary>
    public static bool Matches(string held, string permission) =>
        held == permission
        || (held == Every && !permission.StartsWith("host.", StringComparison.Ordinal))
        || (
            held.EndsWith(".*", StringComparison.Ordinal)
            && permission.AsSpan().StartsWith(held.AsSpan(0, held.Length - 1))
        );

    /// <summary>Whether there is a permission that both cover.</summary>
    public static bool Overlap(string one, string other) => Matches(one, other) || Matches(other, one);
}

/// <summary>Why a permission that is held does not serve now.</summary>
public enum Bound
{
    /// <summary>It serves.</summary>
    Free,

    /// <summary>Outside the hours it is given for.</summary>
    Hours,

    /// <summary>A second factor is needed, or is too long ago.</summary>
    StepUp,
}

/// <summary>One permission as held: for which parts, under which rules.</summary>
public sealed class Allowed
{
    private readonly Part[] parts;
    private readonly AccessRuleSet[] eyes;
    private readonly Reach whole;
    private readonly bool free;

    private sealed record Part(
        Narrowing For,
        AccessRuleSet[] Hours,
        int StepUp,
        Money[] Limits,
        AccessRuleSet[] SecondPerson
    );

    private Allowed(Part[] parts)
    {
        this.parts = parts;
        whole = new Reach([.. parts.Select(p => p.For)]);
        free = parts.All(p => p.Hours.Length == 0 && p.StepUp == 0);
        eyes = [.. parts.SelectMany(p => p.SecondPerson).Distinct()];
        SecondPerson = SecondPersonFor(null);
        IsLimited = parts.Any(p => p.Limits.Length > 0);
    }

    /// <summary>Allowed, and reaching no record.</summary>
    internal static readonly Allowed Nowhere = new([]);

    /// <summary>The part of the company it reaches, hours and second factors aside.</summary>
    public Reach Reach => whole;

    /// <summary>Whether any of the roles it comes from has a limit; else <see cref="LimitPassed"/> is never
    /// passed.</summary>
    public bool IsLimited { get; }

    /// <summary>How many minutes a change of unknown worth waits for a second person; 0: it needs none. Who holds the
    /// permission by several roles is bound as soon as one of them is: another role is no way round.</summary>
    public int SecondPerson { get; }

    /// <summary>What a change may be worth, to the credit of either side, and need no second person; null: none
    /// may.</summary>
    public Money? Alone =>
        eyes.Select(r => r.Amount?.Currency).Distinct().ToArray() is [{ }]
            ? eyes.MinBy(r => r.Amount!.Value.Minor)!.Amount
            : null;

    /// <summary>How many minutes a change waits that is worth so much; what cannot be told, or compared, is
    /// bound.</summary>
    public int SecondPersonFor(Money? worth)
    {
        var bound = eyes.Where(r =>
            r.Amount is not { } alone || worth?.Currency != alone.Currency || Math.Abs(worth.Value.Minor) > alone.Minor
        );
        return bound.Select(r => r.Minutes).DefaultIfEmpty(0).Min();
    }

    internal static Allowed? Of(string permission, IEnumerable<HeldRole> held, IReadOnlyList<AccessRuleSet> rules)
    {
        var bind = rules.Where(r => Rights.Matches(r.Permission, permission)).ToList();
        var parts = held.Select(h => PartOf(h, [.. bind.Where(r => r.Role is null || r.Role == h.Role)])).ToArray();
        return parts.Length == 0 ? null : new Allowed(parts);
    }

    private static Part PartOf(HeldRole held, AccessRuleSet[] rules) =>
        new(
            held.For,
            [.. rules.Where(r => r.Kind == RuleKinds.Hours)],
            // A machine has no second factor: what its key may do was decided by whoever made it.
            held.Role == RuleKinds.KeyRole
                ? 0
                : rules.Where(r => r.Kind == RuleKinds.StepUp).Select(r => r.Minutes).DefaultIfEmpty(0).Min(),
            [
                .. rules
                    .Where(r => r.Kind == RuleKinds.Amount)
                    .GroupBy(r => r.Amount!.Value.Currency, (_, same) => same.MinBy(r => r.Amount!.Value.Minor))
                    .Select(r => r!.Amount!.Value),
            ],
            [.. rules.Where(r => r.Kind == RuleKinds.SecondPerson)]
        );

    /// <summary>What it reaches for this caller at this moment; null with the reason when nothing. The usual case
    /// allocates nothing.</summary>
    public Reach? At(DateTime now, DateTime? secondFactor, out Bound why)
    {
        why = Bound.Free;
        if (free)
            return whole;
        var open = 0;
        foreach (var part in parts)
            if (Check(part, now, secondFactor) is var bound && bound == Bound.Free)
                open++;
            else if (why != Bound.StepUp)
                why = bound; // what the caller can mend is said first
        if (open == 0)
            return null;
        why = Bound.Free;
        return open == parts.Length ? whole : OfTheOpen(now, secondFactor);
    }

    /// <summary>Apart, so that the closure is made only here.</summary>
    private Reach OfTheOpen(DateTime now, DateTime? secondFactor) =>
        new([.. parts.Where(p => Check(p, now, secondFactor) == Bound.Free).Select(p => p.For)]);

    /// <summary>The limit that what is done to a record passes by its worth, or null when it is within. Of the roles
    /// that reach the record and serve at this moment the widest counts. A worth counts to the credit of either side;
    /// one that cannot be told, or is in a currency without a limit, passes every limit.</summary>
    public Money? LimitPassed(
        Money? worth,
        DateTime now,
        DateTime? secondFactor,
        string venture,
        string? customer,
        IReadOnlyList<string> sites
    )
    {
        Money? passed = null;
        foreach (var part in parts)
        {
            if (!part.For.HasRecord(venture, customer, sites) || Check(part, now, secondFactor) != Bound.Free)
                continue;
            if (part.Limits.Length == 0)
                return null;
            foreach (var limit in part.Limits)
            {
                if (worth?.Currency == limit.Currency && Math.Abs(worth.Value.Minor) <= limit.Minor)
                    return null;
                passed = passed is { } widest && widest.Minor >= limit.Minor ? widest : limit;
            }
        }

        return passed;
    }

    private static Bound Check(Part part, DateTime now, DateTime? secondFactor)
    {
        foreach (var hours in part.Hours)
            if (!IsOpen(hours, now))
                return Bound.Hours;
        return part.StepUp > 0 && (secondFactor is not { } at || now - at > TimeSpan.FromMinutes(part.StepUp))
            ? Bound.StepUp
            : Bound.Free;
    }

    private static bool IsOpen(AccessRuleSet hours, DateTime now)
    {
        var local = TimeZoneInfo.ConvertTimeFromUtc(
            now,
            TimeZoneInfo.FindSystemTimeZoneById(hours.TimeZone ?? "Etc/UTC")
        );
        var minute = (int)local.TimeOfDay.TotalMinutes;
        var (from, until) = (hours.From, hours.Until);
        var day = local.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)local.DayOfWeek;

        // A night shift belongs to the day on which it began.
        if (from > until && minute < until)
            day = day == 1 ? 7 : day - 1;
        var within = from < until ? minute >= from && minute < until : minute >= from || minute < until;
        return within && (hours.Days is not { Count: > 0 } days || days.Contains(day));
    }
}

/// <summary>The kinds of rules, and the role that stands for a key.</summary>
public static class RuleKinds
{
    /// <summary>Only at these hours.</summary>
    public const string Hours = "hours";

    /// <summary>Only up to this amount.</summary>
    public const string Amount = "amount";

    /// <summary>Only with a fresh second factor.</summary>
    public const string StepUp = "step-up";

    /// <summary>Only with another person's word.</summary>
    public const string SecondPerson = "second-person";

    /// <summary>What a key's scopes are held as.</summary>
    public const string KeyRole = "(key)";
}
