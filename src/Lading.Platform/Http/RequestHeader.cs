using Lading.Platform.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Lading.Platform.Http;

/// <summary>A header that a route takes, declared and read like a <see cref="QueryName"/>.</summary>
/// <param name="name">As it is sent.</param>
/// <param name="words">What it says.</param>
public sealed class RequestHeader(string name, string words)
{
    /// <summary>As it is sent.</summary>
    public string Name => name;

    /// <summary>What it says.</summary>
    public string Words => words;

    /// <summary>Whether the route does nothing without it.</summary>
    public bool IsNeeded { get; init; }

    /// <summary>Whether its value is a position of the log.</summary>
    public bool IsPosition { get; init; }
}

/// <summary>Why a route that changes something takes no Idempotency-Key.</summary>
public sealed record Unkeyed(string Why);

/// <summary>The route answers the version of the stream that it shows, to change it by.</summary>
public sealed record Versioned;

/// <summary>The headers beside the credential that say what a request means.</summary>
public static class RequestHeaders
{
    /// <summary>One for each command, the same when it is sent again.</summary>
    public static readonly RequestHeader IdempotencyKey = new(
        "Idempotency-Key",
        "1 to 200 characters, new for each new request and the same when one is sent again: it is done once."
    )
    {
        IsNeeded = true,
    };

    /// <summary>Of a route that needs none otherwise.</summary>
    public static readonly RequestHeader KeyOfAsking = new(
        "Idempotency-Key",
        "Needed together with Lading-Approval alone: the same request sent again is asked once."
    );

    /// <summary>The version that was read.</summary>
    public static readonly RequestHeader IfMatch = new(
        "If-Match",
        "The ETag of an earlier answer: what changed since is not changed again, and the answer is 412."
    );

    /// <summary>The version that is there already.</summary>
    public static readonly RequestHeader IfNoneMatch = new(
        "If-None-Match",
        "The ETag of an earlier answer: where it still stands the answer is 304 without a body."
    );

    /// <summary>What all facts of the command carry.</summary>
    public static readonly RequestHeader Correlation = new(
        "Lading-Correlation",
        "At most 100 characters, which name a business conversation; all facts of the command carry them."
    );

    /// <summary>A second person's word.</summary>
    public static readonly RequestHeader Approval = new(
        SecondPerson.Header,
        "Where a rule wants a second person: ask, to put the request before them; then the approval that was answered."
    );

    /// <summary>The position a read must have reached.</summary>
    public static readonly RequestHeader AtLeast = new(
        "Lading-At-Least",
        "The Lading-Position of an earlier answer: this one reflects it, or is 503 after 2 seconds."
    )
    {
        IsPosition = true,
    };

    /// <summary>Where a stream of events goes on.</summary>
    public static readonly RequestHeader LastEventId = new(
        "Last-Event-ID",
        "The id of the last event that was seen; it stands before after."
    )
    {
        IsPosition = true,
    };

    /// <summary>Says that the route takes a header.</summary>
    public static TBuilder Header<TBuilder>(this TBuilder route, RequestHeader header)
        where TBuilder : IEndpointConventionBuilder
    {
        route.Add(builder => builder.Metadata.Add(header));
        return route;
    }

    /// <summary>Answers from a read model, which waits for the position the caller names.</summary>
    public static TBuilder ReadsModel<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.Header(AtLeast);

    /// <summary>Answers with the version of its stream as ETag.</summary>
    public static TBuilder IsVersioned<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder
    {
        route.Add(builder => builder.Metadata.Add(new Versioned()));
        return route;
    }

    /// <summary>The headers of a command, which is remembered for who sent it: where anybody may call, none is. Self
    /// and the host's own permission are bound by no rule that wants a second person.</summary>
    internal static TBuilder IsCommand<TBuilder>(this TBuilder route, string permission)
        where TBuilder : IEndpointConventionBuilder
    {
        if (permission.Length == 0)
            return route.Unkeyed("Who calls is nobody yet, for whom a command could be remembered.");
        route.Header(IdempotencyKey).Header(IfMatch).Header(Correlation);
        return permission.Contains('.') && !permission.StartsWith("host.", StringComparison.Ordinal)
            ? route.Header(Approval)
            : route;
    }

    /// <summary>Takes a header of all commands away.</summary>
    public static TBuilder Without<TBuilder>(this TBuilder route, RequestHeader header)
        where TBuilder : IEndpointConventionBuilder
    {
        route.Add(builder => builder.Metadata.Remove(header));
        return route;
    }

    /// <summary>Is no command with a remembered outcome, for the reason given.</summary>
    public static TBuilder Unkeyed<TBuilder>(this TBuilder route, string why)
        where TBuilder : IEndpointConventionBuilder
    {
        route.Without(IdempotencyKey).Without(IfMatch).Without(Correlation);
        route.Add(builder =>
        {
            builder.Metadata.Add(new Unkeyed(why));
            if (builder.Metadata.Contains(Approval))
                builder.Metadata.Add(KeyOfAsking);
        });
        return route;
    }

    /// <summary>Whether the route declares a header.</summary>
    public static bool Takes(this HttpContext http, RequestHeader header) =>
        http.GetEndpoint()?.Metadata.GetOrderedMetadata<RequestHeader>().Contains(header) == true;

    /// <summary>What was sent in a header; empty when nothing was.</summary>
    /// <exception cref="InvalidOperationException">The route does not declare it.</exception>
    public static string Given(this HttpContext http, RequestHeader header)
    {
        if (!http.Takes(header))
            throw new InvalidOperationException($"The route does not declare {header.Name}.");
        return http.Request.Headers[header.Name].ToString();
    }
}
