using System.Diagnostics;
using System.Text.Json.Serialization;
using Lading.Kernel;
using Lading.Log;
using Microsoft.AspNetCore.Http;

namespace Lading.Platform.Http;

/// <summary>RFC 9457 problem details as all of Lading answers them.</summary>
public sealed record Problem(
    string Type,
    string Title,
    int Status,
    string Detail,
    string Code,
    string? Field,
    string? Value,
    string? Remedy,
    IReadOnlyList<FieldProblem>? Errors,
    string? TraceId,
    int? Line = null
);

/// <summary>Turns refusals and failed checks into responses.</summary>
public static class Problems
{
    /// <summary>The one switch from kinds of refusal to HTTP.</summary>
    public static int StatusOf(RefusalKind kind) =>
        kind switch
        {
            RefusalKind.Invalid => StatusCodes.Status400BadRequest,
            RefusalKind.Unauthenticated => StatusCodes.Status401Unauthorized,
            RefusalKind.Forbidden => StatusCodes.Status403Forbidden,
            RefusalKind.NotFound => StatusCodes.Status404NotFound,
            RefusalKind.Conflict => StatusCodes.Status409Conflict,
            RefusalKind.PreconditionFailed => StatusCodes.Status412PreconditionFailed,
            RefusalKind.TooLarge => StatusCodes.Status413PayloadTooLarge,
            RefusalKind.Unprocessable => StatusCodes.Status422UnprocessableEntity,
            RefusalKind.TooMany => StatusCodes.Status429TooManyRequests,
            RefusalKind.Unavailable => StatusCodes.Status503ServiceUnavailable,
            _ => throw new UnreachableException(),
        };

    /// <summary>A refusal as a problem.</summary>
    public static Problem Describe(Refusal refusal) =>
        new(
            "about:blank#" + refusal.Code,
            TitleOf(refusal.Kind),
            StatusOf(refusal.Kind),
            refusal.Message,
            refusal.Code,
            refusal.Field,
            refusal.Value,
            refusal.Remedy,
            null,
            Activity.Current?.TraceId.ToString()
        );

    /// <summary>Everything that is wrong with a request as one problem.</summary>
    public static Problem Describe(Checks checks)
    {
        var first = checks.Problems[0];
        return Describe(
            new Refusal("request.invalid", RefusalKind.Invalid, first.Message, first.Field, first.Value, first.Remedy)
        ) with
        {
            Errors = checks.Problems,
        };
    }

    /// <summary>A refusal as a response.</summary>
    public static IResult Of(Refusal refusal) => new ProblemResult(Describe(refusal));

    /// <summary>A refusal of what stands in a line of a file as a response.</summary>
    public static IResult Of(Refusal refusal, int? line) => new ProblemResult(Describe(refusal) with { Line = line });

    /// <summary>Failed checks as a response.</summary>
    public static IResult Of(Checks checks) =>
        new ProblemResult(Describe(checks), checks.Overreach ? Denial.MoreThanHeld : null);

    private static string TitleOf(RefusalKind kind) =>
        kind switch
        {
            RefusalKind.Invalid => "The request is not valid",
            RefusalKind.Unauthenticated => "Not signed in",
            RefusalKind.Forbidden => "Not allowed",
            RefusalKind.NotFound => "Not found",
            RefusalKind.Conflict => "Not possible in the present state",
            RefusalKind.PreconditionFailed => "Changed since you read it",
            RefusalKind.Unprocessable => "The idempotency key was used for another request",
            RefusalKind.TooMany => "Too many requests",
            RefusalKind.TooLarge => "The request is too large",
            _ => "Not available now",
        };

    private sealed class ProblemResult(Problem problem, string? denial = null) : IResult
    {
        public Task ExecuteAsync(HttpContext http)
        {
            if (denial is not null || problem.Status == StatusCodes.Status403Forbidden)
                http.Features.Set(new Denial(denial ?? problem.Code));
            http.Response.StatusCode = problem.Status;
            if (
                problem.Status == StatusCodes.Status503ServiceUnavailable
                || problem.Code == LogRefusals.StillRunningCode
            )
                http.Response.Headers.RetryAfter = "1";
            return http.Response.WriteAsJsonAsync(problem, HttpJson.Default.Problem, "application/problem+json");
        }
    }
}

/// <summary>What a request was not allowed, for the audit: the code alone.</summary>
public sealed record Denial(string Code)
{
    /// <summary>Somebody would have given or taken more than they hold.</summary>
    public const string MoreThanHeld = "access.more-than-held";
}

/// <summary>What a write answers; rebuilt from the remembered outcome on a retry.</summary>
/// <param name="Id">The key of the primary stream: the order's number, the SKU.</param>
/// <param name="Version">Its version: the ETag.</param>
/// <param name="Position">The log position the answer reflects.</param>
public sealed record Written(string Id, long Version, long Position);

/// <summary>The body of a command that says everything by its path: <c>{}</c>.</summary>
public sealed record NoBody;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(NoBody))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(Written))]
public sealed partial class HttpJson : JsonSerializerContext;
