using System.Diagnostics;
using Lading.Log.Sqlite;
using Lading.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Lading.Bench;

/// <summary>What the machine itself can do, measured in the same run, to divide by.</summary>
public static class RawLimits
{
    /// <summary>Rows per second of a bare insert loop: one table, 1,000-row durable transactions, 250-byte
    /// bodies.</summary>
    public static double SqliteInserts(string folder, double seconds)
    {
        using var db = SqliteDb.OpenWriter(Path.Combine(folder, "raw.db"), full: true);
        db.Execute("create table event (position integer primary key, body blob not null)");
        var insert = db.Prepare("insert into event (body) values (?1)");
        var body = new byte[250];
        var rows = 0L;
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed.TotalSeconds < seconds)
        {
            db.Execute("begin immediate");
            for (var i = 0; i < 1_000; i++, rows++)
                insert.Bind(1, body.AsSpan()).Run();
            db.Execute("commit");
        }

        return rows / clock.Elapsed.TotalSeconds;
    }

    /// <summary>Rows per second of a bare loop over the facts of a log's file, in order, every body touched.</summary>
    public static double SqliteRows(string file)
    {
        using var db = SqliteDb.OpenReader(file);
        var read = db.Prepare("select position, body from event order by position");
        var (rows, bytes) = (0L, 0L);
        var clock = Stopwatch.StartNew();
        for (; read.Step(); rows++)
            bytes += read.Integer(0) + read.Span(1).Length;
        read.Reset();
        return bytes == 0 ? 0 : rows / clock.Elapsed.TotalSeconds;
    }

    /// <summary>Requests per second of a server that answers a constant, under the same load generator.</summary>
    public static async Task<double> KestrelConstant(int connections, double seconds)
    {
        var builder = WebApplication.CreateSlimBuilder(WebServer.OwnSettings);
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.MapGet("/", (RequestDelegate)(http => http.Response.WriteAsync("{\"constant\":true}")));
        await app.StartAsync();
        var request = HttpLoad.Get("/", "none").AsMemory();
        await HttpLoad.Run(app.Urls.First(), connections, TimeSpan.FromSeconds(1), long.MaxValue, _ => request);
        var result = await HttpLoad.Run(
            app.Urls.First(),
            connections,
            TimeSpan.FromSeconds(seconds),
            long.MaxValue,
            _ => request
        );
        await app.StopAsync();
        return result.Rate;
    }
}
