namespace Lading.Kernel;

/// <summary>What kind of no this is; one switch at the HTTP edge maps it to a status.</summary>
public enum RefusalKind
{
    /// <summary>The request is malformed or means nothing: 400.</summary>
    Invalid,

    /// <summary>No valid credential came: 401.</summary>
    Unauthenticated,

    /// <summary>The caller may not do this: 403.</summary>
    Forbidden,

    /// <summary>The thing named does not exist, or not for this caller: 404.</summary>
    NotFound,

    /// <summary>The thing exists but is not in a state that allows it: 409.</summary>
    Conflict,

    /// <summary>The caller's <c>If-Match</c> names an older version: 412.</summary>
    PreconditionFailed,

    /// <summary>The same command id came with another body: 422.</summary>
    Unprocessable,

    /// <summary>Over a rate limit: 429.</summary>
    TooMany,

    /// <summary>Not now: a queue is full or a read model is not there yet: 503.</summary>
    Unavailable,

    /// <summary>The request holds more bytes than its route takes: 413.</summary>
    TooLarge,
}

/// <summary>An expected no, as a value: a stable code, what is wrong, where, and what would help.</summary>
/// <param name="Code">Stable, dotted, kebab-case: <c>inventory.insufficient-stock</c>.</param>
/// <param name="Message">One sentence for a person, with the numbers that decided it.</param>
/// <param name="Field">The path of the offending field in the request, where there is one.</param>
/// <param name="Value">The value as it came, shortened to 100 characters.</param>
/// <param name="Remedy">What the caller can do about it.</param>
public sealed record Refusal(
    string Code,
    RefusalKind Kind,
    string Message,
    string? Field = null,
    string? Value = null,
    string? Remedy = null
);
