using Lading.Platform.Access;

namespace Lading.Platform.Http;

/// <summary>
/// The names of permissions as a request gives them. One that no route needs is a mistake, never a right to come:
/// misspelt, it would make a key or a role that opens nothing.
/// </summary>
public static class PermissionNames
{
    private const int Longest = 80;

    /// <summary>Notes a name that is neither a permission nor <c>module.*</c> or <c>*</c> with something under it; the
    /// nearest name there is helps to mend it.</summary>
    public static bool Check(Checks checks, FieldPath field, string named, IReadOnlyCollection<string> there)
    {
        if (there.Any(permission => Rights.Matches(named, permission)))
            return true;
        var nearest = Nearest(named, there) is { } name ? $"Did you mean {name}? " : "";
        return checks.That(
            false,
            field,
            named,
            "There is no such permission.",
            nearest + "See GET /api/v1/permissions; module.* and * are those of a module and all."
        );
    }

    /// <summary>The name that the fewest changed, added or lost letters make of another; null when it takes as many as
    /// would make anything of it.</summary>
    internal static string? Nearest(string named, IEnumerable<string> there)
    {
        if (named.Length is 0 or > Longest)
            return null;
        var (best, least) = ((string?)null, named.Length / 3 + 2);
        foreach (var name in there)
            if (Distance(named, name) is var distance && distance < least)
                (best, least) = (name, distance);
        return best;
    }

    private static int Distance(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var changed = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(changed, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[to.Length];
    }
}
