using System.Text;
using System.Text.Json;
using Lading.Kernel;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Lading.Platform.Work;

/// <summary>One heavy job as its caller asked for it.</summary>
/// <param name="Kind">What the verb <c>work</c> is told to do.</param>
/// <param name="Options">As one line of JSON.</param>
/// <param name="Limit">The time after which it is ended, once it works.</param>
public sealed record HeavyJob(string Kind, string Options, TimeSpan Limit);

/// <summary>
/// Answers a request with the work of a child process as server-sent events. What is wrong with the file is an ordinary
/// problem; once the stream has begun it ends with <c>done</c> or with <c>failed</c>. The caller who leaves ends the
/// work.
/// </summary>
public sealed class WorkAnswer(HeavyJob job) : IResult
{
    /// <summary>The largest file: 16 MiB.</summary>
    public const int MaxFile = 1 << 24;

    private static readonly TimeSpan MostReading = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(5);

    /// <inheritdoc />
    public async Task ExecuteAsync(HttpContext http)
    {
        using var place = HeavyWork.OfProcess.Enter(Caller.Of(http).Tenant);
        if (place is null)
        {
            await Problems.Of(WorkRefusals.TooMany()).ExecuteAsync(http);
            return;
        }

        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = MaxFile + 1;
        var (file, tooLarge) = await CommandCall.ReadBody(http, MaxFile);
        if (tooLarge)
        {
            await Problems.Of(WorkRefusals.TooLarge()).ExecuteAsync(http);
            return;
        }

        var stopping = http.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        await place.Read(stop.Token);
        await using var child = ChildProgram.Start(job.Kind);
        if (child is null)
        {
            await Problems.Of(WorkRefusals.NoProgram()).ExecuteAsync(http);
            return;
        }

        var first = await First(child, file, stop.Token);
        place.HasRead();
        if (first is null || first.StartsWith("refused ", StringComparison.Ordinal))
            await Refused(first).ExecuteAsync(http);
        else
            await Stream(http, place, child, first, stop.Token);
    }

    private async Task<string?> First(ChildProgram child, ReadOnlyMemory<byte> file, CancellationToken stop)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(stop);
        late.CancelAfter(MostReading);
        try
        {
            await child.Send(job.Options, file, late.Token);
            return await child.Read(late.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return null;
        }
    }

    private static IResult Refused(string? line)
    {
        if (line is null)
            return Problems.Of(WorkRefusals.Lost());
        var refused = JsonSerializer.Deserialize(line.AsSpan(line.IndexOf(' ') + 1), WorkJson.Default.RefusedFile)!;
        var refusal = new Refusal(
            refused.Code,
            RefusalKind.Invalid,
            refused.Message,
            refused.Field,
            null,
            refused.Remedy
        );
        return Problems.Of(refusal, refused.Line);
    }

    private async Task Stream(
        HttpContext http,
        HeavyWork.Place place,
        ChildProgram child,
        string first,
        CancellationToken stop
    )
    {
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        await Send(http, first, stop);
        if (!await place.Work(TimeSpan.Zero, stop))
        {
            await Send(http, "waiting {}", stop);
            while (!await place.Work(Beat, stop))
                await Write(http, ":\n\n", stop);
        }

        using var late = CancellationTokenSource.CreateLinkedTokenSource(stop);
        late.CancelAfter(job.Limit);
        try
        {
            await child.Go(late.Token);
            var last = first;
            while (await child.Read(late.Token) is { } line)
                await Send(http, last = line, late.Token);
            if (!last.StartsWith("done ", StringComparison.Ordinal))
                await Fail(http, WorkRefusals.Lost(), stop);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            await Fail(http, WorkRefusals.TooLong(job.Limit), stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The caller left, or the server stops: nobody reads an answer.
        }
    }

    private static Task Fail(HttpContext http, Refusal refusal, CancellationToken stop) =>
        Send(http, "failed " + JsonSerializer.Serialize(Problems.Describe(refusal), HttpJson.Default.Problem), stop);

    private static Task Send(HttpContext http, string line, CancellationToken stop)
    {
        var space = line.IndexOf(' ');
        return Write(http, $"event: {line[..space]}\ndata: {line[(space + 1)..]}\n\n", stop);
    }

    private static async Task Write(HttpContext http, string text, CancellationToken stop) =>
        await http.Response.BodyWriter.WriteAsync(Encoding.UTF8.GetBytes(text), stop);
}
