using System.Globalization;
using System.Net;
using System.Text;
using Lading.Log;
using Lading.Log.Sqlite;
using Lading.Platform.Http;
using Lading.Platform.Operations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Lading.Server;

/// <summary>Is it alive, is it ready, what stands still and why, and the numbers behind it.</summary>
public static class HealthRoutes
{
    /// <summary>Serves health and metrics at the root.</summary>
    public static void Map(IEndpointRouteBuilder root, LadingHost host)
    {
        root.MapGet("/health/live", () => Results.Text("alive")).OpenToAll().ExcludeFromDescription();
        root.MapGet("/health/ready", () => Ready(host)).OpenToAll().ExcludeFromDescription();
        root.MapGet("/metrics", http => Measure(http, host)).OpenToAll().ExcludeFromDescription();
    }

    private static IResult Ready(LadingHost host)
    {
        var states = host.Tenants.States;
        var status =
            states.Any(s => s.Stopped is not null) ? "stopped"
            : host.Watch.Findings.Any(f => !f.Report.Whole) ? "broken chain"
            : host.Watch.Troubles.Any() ? "unverified"
            : states.Any(s => s.IsRed) ? "degraded"
            : !host.Rounds.Looked ? "looking"
            : "ready";
        return Results.Text(status, "text/plain", Encoding.UTF8, status == "ready" ? 200 : 503);
    }

    /// <summary>They name every tenant, so they are for this machine; who collects them elsewhere asks through a proxy
    /// of this machine that knows who may.</summary>
    private static Task Measure(HttpContext http, LadingHost host)
    {
        var near = http.Connection.RemoteIpAddress is { } from && IPAddress.IsLoopback(from);
        var answer = near
            ? Results.Text(Metrics(host), "text/plain; version=0.0.4; charset=utf-8")
            : Results.NotFound();
        return answer.ExecuteAsync(http);
    }

    private static string Metrics(LadingHost host)
    {
        var text = new StringBuilder();
        var names = host.Tenants.Tenants.ToDictionary(t => t.Id, t => t.Slug);
        text.Append(
            "# TYPE lading_log_position gauge\n# TYPE lading_queue_waiting gauge\n# TYPE lading_follower_lag gauge\n# "
                + "TYPE lading_follower_stopped gauge\n"
        );
        foreach (var of in host.Tenants.States)
        {
            var tenant = names.GetValueOrDefault(of.Tenant, "?");
            text.Append(CultureInfo.InvariantCulture, $"lading_log_position{{tenant=\"{tenant}\"}} {of.Head}\n");
            text.Append(CultureInfo.InvariantCulture, $"lading_queue_waiting{{tenant=\"{tenant}\"}} {of.Waiting}\n");
            foreach (
                var s in of.Status.Where(s => s.BuiltPercent is null && s.Kind is not ("due" or LeftOuts.StatusKind))
            )
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

        text.Append("# TYPE lading_audit_chain_whole gauge\n");
        foreach (var f in host.Watch.Findings)
            text.Append(
                CultureInfo.InvariantCulture,
                $"lading_audit_chain_whole{{tenant=\"{f.Tenant}\",log=\"{f.Log}\"}} {(f.Report.Whole ? 1 : 0)}\n"
            );
        text.Append("# TYPE lading_audit_trouble gauge\n");
        foreach (var t in host.Watch.Troubles)
            text.Append(
                CultureInfo.InvariantCulture,
                $"lading_audit_trouble{{tenant=\"{t.Tenant}\",log=\"{t.Log}\"}} 1\n"
            );
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
}
