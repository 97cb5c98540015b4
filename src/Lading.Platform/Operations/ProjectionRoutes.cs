using System.Text.Json.Serialization;
using Lading.Kernel;
using Lading.Log;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Lading.Platform.Operations;

/// <summary>Body of <c>POST /projections/{name}/skip</c>.</summary>
public sealed record SkipRequest(long Position, string Reason);

/// <summary>Body of <c>POST /projections/{name}/mended</c>.</summary>
public sealed record MendedRequest(string Reason);

/// <summary>Where one projection, policy or due loop stands; of one left out, the position it lacks.</summary>
public sealed record FollowingRow(
    string Name,
    string Kind,
    long Position,
    long Behind,
    int? BuiltPercent,
    string? Failure
);

/// <summary>Answer of <c>GET /projections</c>; <c>Stopped</c> says why the tenant takes no writes.</summary>
public sealed record FollowingView(long Head, string? Stopped, IReadOnlyList<FollowingRow> Items);

/// <summary>How many rows a table of a read model holds.</summary>
public sealed record TableRows(string Table, long Rows);

/// <summary>Answer of <c>GET /projections/{name}/rows</c>.</summary>
public sealed record RowsView(IReadOnlyList<TableRows> Items);

/// <summary>Where read models and policies stand, and the ways out when one stands still.</summary>
public static class ProjectionRoutes
{
    private const string Tag = "Operations";

    /// <summary>Serves <c>/projections</c>.</summary>
    public static void Map(IEndpointRouteBuilder api)
    {
        api.Get("/projections", "projections.read", List)
            .Produces<FollowingView>()
            .WithTags(Tag)
            .WithSummary("Where every projection and policy stands, and what was left out of it.");
        api.Get("/projections/{name}/rows", "projections.read", Rows)
            .TenantWide()
            .ReadsModel()
            .Produces<RowsView>()
            .WithTags(Tag)
            .WithSummary("How many rows each table of a read model holds.");
        api.Post(
                "/projections/{name}/rebuild",
                "projections.manage",
                http => Manage(http, (log, name) => log.Rebuild(name))
            )
            .TenantWide()
            .Without(RequestHeaders.IfMatch)
            .Produces<Written>()
            .WithTags(Tag)
            .WithSummary("Build a read model anew beside the one that serves.");
        api.Post(
                "/projections/{name}/resume",
                "projections.manage",
                http => Manage(http, (log, name) => log.Resume(name))
            )
            .TenantWide()
            .Without(RequestHeaders.IfMatch)
            .Produces<Written>()
            .WithTags(Tag)
            .WithSummary("Let a stopped one try again.");
        api.Post("/projections/{name}/skip", "projections.manage", Skip)
            .TenantWide()
            .Accepts<SkipRequest>("application/json")
            .Produces<Written>()
            .WithTags(Tag)
            .WithSummary("Let a stopped one go on past one fact; health stays red until it is mended.");
        api.Post("/projections/{name}/mended", "projections.manage", Mended)
            .TenantWide()
            .Accepts<MendedRequest>("application/json")
            .Produces<Written>()
            .WithTags(Tag)
            .WithSummary("Say that what was left out is made good.");
    }

    private static Task<IResult> List(HttpContext http)
    {
        var log = Caller.Of(http).Log;
        var rows = LeftOuts
            .Status(log)
            .Select(s => new FollowingRow(
                s.Name,
                s.Kind,
                s.Position,
                s.Kind == LeftOuts.StatusKind ? 0 : Math.Max(0, s.Head - s.Position),
                s.BuiltPercent,
                s.Failure
            ));
        return Task.FromResult(
            Results.Json(new FollowingView(log.Head, log.Stopped, [.. rows]), OperationsJson.Default.FollowingView)
        );
    }

    private static async Task<IResult> Rows(HttpContext http)
    {
        var (name, log) = (NameOf(http), Caller.Of(http).Log);
        if (log.Model.Projections.FirstOrDefault(p => p.Name == name) is not { } projection)
            return Problems.Of(OperationsRefusals.Nothing(name));
        if (await Reading.Ready(http, name) is { } notYet)
            return notYet;
        var reads = projection.Mode == ProjectionMode.Inline ? log.Inline : log.Followed;
        var counts = new List<TableRows>();
        foreach (var table in projection.Tables)
        {
            var sql = $"select count(*) from {table.Name}";
            var counted = await reads.Query(sql, r => r.Integer(0), http.RequestAborted);
            counts.Add(new TableRows(table.Name, counted[0]));
        }

        return Results.Json(new RowsView(counts), OperationsJson.Default.RowsView);
    }

    /// <summary>The step first: a crash before it is remembered does it again when it is sent again, never not at
    /// all.</summary>
    private static async Task<IResult> Manage(HttpContext http, Func<TenantLog, string, bool> act)
    {
        var (call, problem) = await CommandCall.Read(http);
        if (problem is not null)
            return problem;
        if (await call!.Recall() is { } before)
            return call.Respond(before);
        var (name, log) = (NameOf(http), call.Caller.Log);
        return await Task.Run(() => act(log, name))
            ? await call.Send([StreamName.Of("projection", name)], _ => null)
            : Problems.Of(OperationsRefusals.Nothing(name));
    }

    /// <summary>The fact first, then the step: a crash between leaves a reason too many, never a silent hole.</summary>
    private static async Task<IResult> Skip(HttpContext http)
    {
        var (call, problem) = await CommandCall.Read(http, OperationsJson.Default.SkipRequest);
        if (problem is not null)
            return problem;
        var (position, reason) = call!.Body;
        var checks = new Checks();
        checks.That(
            position >= 0,
            "position",
            $"{position}",
            "The position of the fact to pass over is needed; 0 for a due command, which waits at no fact.",
            "GET /api/v1/projections names it."
        );
        CheckReason(checks, reason, "Say why the read model may lack this fact.");
        if (!checks.Pass)
            return await call.Refuse(checks);
        var (name, log) = (NameOf(http), call.Caller.Log);
        if (log.StandsAt(name) != position)
            return await call.Refuse(OperationsRefusals.Nothing(name));
        var stream = StreamName.Of("projection", name);
        var said = await call.Send(
            [stream],
            on => on.Append(stream, LeftOut.Skip(on.State<LeftOut>(stream), name, position, reason))
        );
        if (http.Response.Headers.ETag.Count > 0)
            await Task.Run(() => log.Resume(name, position));
        return said;
    }

    private static async Task<IResult> Mended(HttpContext http)
    {
        var (call, problem) = await CommandCall.Read(http, OperationsJson.Default.MendedRequest);
        if (problem is not null)
            return problem;
        var checks = new Checks();
        CheckReason(checks, call!.Body.Reason, "Say how it was made good: rebuilt, corrected by hand.");
        if (!checks.Pass)
            return await call.Refuse(checks);
        var name = NameOf(http);
        if (!LeftOuts.Status(call.Caller.Log).Any(s => s.Name == name))
            return await call.Refuse(OperationsRefusals.Nothing(name));
        var stream = StreamName.Of("projection", name);
        return await call.Send(
            [stream],
            on => on.Append(stream, LeftOut.Mend(on.State<LeftOut>(stream), name, call.Body.Reason))
        );
    }

    private static void CheckReason(Checks checks, string reason, string remedy) =>
        checks.That(
            reason.Trim().Length is > 0 and <= 500,
            "reason",
            reason,
            "A reason of 1 to 500 characters is needed.",
            remedy
        );

    /// <summary>The names of due commands hold a slash, which routing leaves as it was sent.</summary>
    private static string NameOf(HttpContext http) =>
        ((string)http.Request.RouteValues["name"]!).Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true
)]
[JsonSerializable(typeof(SkipRequest))]
[JsonSerializable(typeof(MendedRequest))]
[JsonSerializable(typeof(FollowingView))]
[JsonSerializable(typeof(RowsView))]
internal sealed partial class OperationsJson : JsonSerializerContext;
