namespace Lading.Platform.Access;

/// <summary>One part of a company: what one grant or key is narrowed to.</summary>
/// <param name="Ventures">Null: all.</param>
/// <param name="Sites">Null: all of the ventures; an order that names no site belongs to all of its venture.</param>
/// <param name="Customers">Null: all; else only records of these customers, and nothing that is no customer's.</param>
public sealed record Narrowing(
    IReadOnlySet<string>? Ventures,
    IReadOnlySet<string>? Sites,
    IReadOnlySet<string>? Customers
)
{
    /// <summary>The whole company.</summary>
    public static readonly Narrowing None = new(null, null, null);

    /// <summary>Whether it is the whole company.</summary>
    public bool IsWhole => Ventures is null && Sites is null && Customers is null;

    internal bool Has(string venture) => Ventures is null || Ventures.Contains(venture);

    /// <summary>Whether a record of a venture, perhaps of a customer and perhaps at sites, is in it. One that names no
    /// site belongs to all.</summary>
    internal bool HasRecord(string venture, string? customer, IReadOnlyList<string> sites) =>
        Has(venture)
        && (Customers is null || (customer is not null && Customers.Contains(customer)))
        && (Sites is null || sites.Count == 0 || Any(Sites, sites));

    private static bool Any(IReadOnlySet<string> set, IReadOnlyList<string> values)
    {
        for (var i = 0; i < values.Count; i++)
            if (set.Contains(values[i]))
                return true;
        return false;
    }

    internal bool HasSite(string venture, string site) => Has(venture) && (Sites is null || Sites.Contains(site));
}

/// <summary>What of the company's records a permission reaches: the sum of its parts. Unchanging.</summary>
public sealed class Reach
{
    private readonly Narrowing[] parts;

    /// <summary>The sum of these parts; none: nothing.</summary>
    public Reach(params Narrowing[] parts)
    {
        this.parts = parts.Any(p => p.IsWhole) ? [Narrowing.None] : parts;
        IsOfCustomers = this.parts.Length > 0 && this.parts.All(p => p.Customers is not null);
        Ventures = this.parts.Any(p => p.Ventures is null && p.Customers is null)
            ? null
            : this.parts.Where(p => p.Customers is null).SelectMany(p => p.Ventures!).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The whole company.</summary>
    public static readonly Reach Whole = new(Narrowing.None);

    /// <summary>Its parts.</summary>
    public IReadOnlyList<Narrowing> Parts => parts;

    /// <summary>Whether it is the whole company.</summary>
    public bool IsWhole => parts is [{ IsWhole: true }];

    /// <summary>The ventures of which anything is reached, or null for all.</summary>
    public IReadOnlySet<string>? Ventures { get; }

    /// <summary>Whether sites cut it: then a list must be cut by them too.</summary>
    public bool IsCutBySites => parts.Any(p => p.Sites is not null);

    /// <summary>Whether it is nothing but records of named customers.</summary>
    public bool IsOfCustomers { get; }

    /// <summary>Whether anything of a venture is reached.</summary>
    public bool Sees(string venture) => Ventures is null || Ventures.Contains(venture);

    /// <summary>Whether all of a venture is reached: figures over all its sites may be shown.</summary>
    public bool SeesAll(string venture)
    {
        foreach (var part in parts)
            if (part is { Sites: null, Customers: null } && part.Has(venture))
                return true;
        return false;
    }

    /// <summary>Whether a site of a venture is reached.</summary>
    public bool SeesSite(string venture, string site)
    {
        foreach (var part in parts)
            if (part.Customers is null && part.HasSite(venture, site))
                return true;
        return false;
    }

    /// <summary>Whether a record of a venture, perhaps of a customer and perhaps at sites, is reached. One that names
    /// no site belongs to all.</summary>
    public bool SeesRecord(string venture, string? customer, IReadOnlyList<string> sites)
    {
        foreach (var part in parts)
            if (part.HasRecord(venture, customer, sites))
                return true;
        return false;
    }

    /// <summary>Whether everything that another reaches is reached here too: nobody gives what they do not
    /// hold.</summary>
    public bool Covers(Narrowing other)
    {
        foreach (var part in parts)
            if (
                Within(other.Ventures, part.Ventures)
                && Within(other.Sites, part.Sites)
                && Within(other.Customers, part.Customers)
            )
                return true;
        return false;
    }

    private static bool Within(IReadOnlySet<string>? inner, IReadOnlySet<string>? outer) =>
        outer is null || (inner is not null && inner.IsSubsetOf(outer));
}
