using System.Globalization;
using System.Text;
using System.Text.Json;
using Lading.Log;
using Lading.Log.Sqlite;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Lading.Server;

/// <summary>Is it alive, is it ready, what stands still and why, and the numbers behind it.</summary>
public static class HealthRoutes
{
    /// <summary>Serves health and metrics at the root, projections under the API.</summary>
    public static void Map(IEndpointRouteBuilder root, IEndpointRouteBuilder api, LadingHost host)
    {
        root.MapGet("/health/live", () => Results.Text("alive")).OpenToAll().ExcludeFromDescription();
        root.MapGet("/health/ready", () => Ready(host)).OpenToAll().ExcludeFromDescription();
        root.MapGet("/metrics", () => Results.Text(Metrics(host), "text/plain; version=0.0.4; charset=utf-8"))
            .OpenToAll()
            .ExcludeFromDescription();
        api.Get("/projections", "projections.read", Projections)
            .Produces<FollowingView>()
            .WithTags("Operations")
            .WithSummary("Where every projection and policy stands.");
        api.Post(
                "/projections/{name}/rebuild",
                "projections.manage",
                http => Manage(http, (log, name) => log.Rebuild(name))
            )
            .TenantWide()
            .WithTags("Operations");
        api.Post(
                "/projections/{name}/resume",
                "projections.manage",
                http => Manage(http, (log, name) => log.Resume(name))
            )
            .TenantWide()
            .WithTags("Operations");
        api.Post("/projections/{name}/skip", "projections.manage", Skip).TenantWide().WithTags("Operations");
    }

    private static IResult Ready(LadingHost host)
    {
        var failures = host.Tenants.Open.Where(l => l.Stopped is not null).ToList();
        var stuck = host.Tenants.Open.SelectMany(l => l.Status()).Count(s => s.Failure is not null);
        var status =
            failures.Count > 0 ? "stopped"
            : stuck > 0 ? "degraded"
            : "ready";
        return Results.Text(status, "text/plain", Encoding.UTF8, failures.Count > 0 || stuck > 0 ? 503 : 200);
    }

    private static Task<IResult> Projections(HttpContext http)
    {
        var log = Caller.Of(http).Log;
        return Task.FromResult<IResult>(new StatusResult(log.Status(), log.Head, log.Stopped));
    }

    private static async Task<IResult> Manage(HttpContext http, Func<TenantLog, string, bool> act)
    {
        var name = (string)http.Request.RouteValues["name"]!;
        var log = Caller.Of(http).Log;
        var found = await Task.Run(() => act(log, name));
        return found ? Results.Ok() : Problems.Of(ProjectionRefusals.Nothing(name));
    }

    private static async Task<IResult> Skip(HttpContext http)
    {
        var query = http.Request.Query;
        var reason = query["reason"].ToString();
        var checks = new Checks();
        checks.That(
            long.TryParse(query["position"], NumberStyles.None, CultureInfo.InvariantCulture, out var position)
                && position > 0,
            "position",
            query["position"],
            "The position of the fact to pass over is needed.",
            "GET /api/v1/projections names it."
        );
        checks.That(
            reason.Length is > 0 and <= 500,
            "reason",
            reason,
            "A skip needs a reason of 1 to 500 characters.",
            "Say why the read model may lack this fact."
        );
        return checks.Pass ? await Manage(http, (log, name) => log.Resume(name, position)) : Problems.Of(checks);
    }

    private static string Metrics(LadingHost host)
    {
        var text = new StringBuilder();
        var names = host.Tenants.Tenants.ToDictionary(t => t.Id, t => t.Slug);
        text.Append(
            "# TYPE lading_log_position gauge\n# TYPE lading_queue_waiting gauge\n# TYPE lading_follower_lag gauge\n# "
                + "TYPE lading_follower_stopped gauge\n"
        );
        foreach (var log in host.Tenants.Open)
        {
            var tenant = names.GetValueOrDefault(log.Tenant, "?");
            text.Append(CultureInfo.InvariantCulture, $"lading_log_position{{tenant=\"{tenant}\"}} {log.Head}\n");
            text.Append(CultureInfo.InvariantCulture, $"lading_queue_waiting{{tenant=\"{tenant}\"}} {log.Waiting}\n");
            foreach (var s in log.Status().Where(s => s.BuiltPercent is null && s.Kind != "due"))
            {
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"lading_follower_lag{{tenant=\"{tenant}\",name=\"{s.Name}\"}} {Math.Max(0, s.Head - s.Position)}\n"
                );
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"lading_follower_stopped{{tenant=\"{tenant}\",name=\"{s.Name}\"}} {(s.Failure is null ? 0 : 1)}\n"
                );
            }
        }

        text.Append(
            CultureInfo.InvariantCulture,
            $"# TYPE process_resident_memory_bytes gauge\nprocess_resident_memory_bytes {Environment.WorkingSet}\n"
        );
        text.Append(
            CultureInfo.InvariantCulture,
            $"# TYPE lading_build_info gauge\nlading_build_info{{sqlite=\"{SqliteDb.LibraryVersion}\"}} 1\n"
        );
        return text.ToString();
    }

    private sealed class StatusResult(IReadOnlyList<FollowStatus> statuses, long head, string? stopped) : IResult
    {
        public async Task ExecuteAsync(HttpContext http)
        {
            http.Response.ContentType = "application/json; charset=utf-8";
            await using var json = new Utf8JsonWriter(http.Response.BodyWriter);
            json.WriteStartObject();
            json.WriteNumber("head", head);
            if (stopped is not null)
                json.WriteString("stopped", stopped);
            json.WriteStartArray("items");
            foreach (var s in statuses)
            {
                json.WriteStartObject();
                json.WriteString("name", s.Name);
                json.WriteString("kind", s.Kind);
                json.WriteNumber("position", s.Position);
                json.WriteNumber("behind", Math.Max(0, s.Head - s.Position));
                if (s.BuiltPercent is { } percent)
                    json.WriteNumber("builtPercent", percent);
                if (s.Failure is { } failure)
                    json.WriteString("failure", failure);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }
    }
}

/// <summary>Where one projection, policy or due loop stands.</summary>
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

/// <summary>Refusals about projections.</summary>
public static class ProjectionRefusals
{
    public static Kernel.Refusal Nothing(string name) =>
        new(
            "projections.nothing-to-do",
            Kernel.RefusalKind.NotFound,
            $"No projection or policy {(name.Length > 60 ? name[..60] : name)} is there, or it does not stand still.",
            "name",
            name.Length > 60 ? name[..60] : name,
            "GET /api/v1/projections lists them."
        );
}
