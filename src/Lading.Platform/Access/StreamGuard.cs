using Lading.Log;
using Lading.Platform.Http;

namespace Lading.Platform.Access;

/// <summary>
/// Which streams of a kind a caller who sees a part of the company may see in the raw log. A kind without a guard is
/// shown only to who sees everything.
/// </summary>
/// <param name="Visible">Of these keys those that may be seen.</param>
public sealed record StreamGuard(
    string Kind,
    Func<Caller, IReadOnlyList<string>, CancellationToken, ValueTask<IEnumerable<string>>> Visible
)
{
    /// <summary>A guard that needs nothing but the key.</summary>
    public static StreamGuard Of(string kind, Func<Caller, string, bool> sees) =>
        new(kind, (caller, keys, _) => ValueTask.FromResult(keys.Where(k => sees(caller, k))));

    /// <summary>Of a page of facts those that the caller may see.</summary>
    public static async ValueTask<IReadOnlyList<Recorded>> Seen(
        IReadOnlyList<StreamGuard> guards,
        Caller caller,
        IReadOnlyList<Recorded> facts,
        CancellationToken stop
    )
    {
        if (caller.Reach.IsWhole || facts.Count == 0)
            return facts;
        var seen = new HashSet<(string Kind, string Key)>();
        foreach (var kind in facts.GroupBy(f => f.Stream.Kind))
        {
            if (guards.FirstOrDefault(g => g.Kind == kind.Key) is not { } guard)
                continue;
            var keys = kind.Select(f => f.Stream.Key).Distinct(StringComparer.Ordinal).ToList();
            foreach (var key in await guard.Visible(caller, keys, stop))
                seen.Add((kind.Key, key));
        }

        return [.. facts.Where(f => seen.Contains((f.Stream.Kind, f.Stream.Key)))];
    }
}
