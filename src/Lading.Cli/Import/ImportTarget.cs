using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Lading.Log;

namespace Lading.Cli.Import;

/// <summary>Counts of an import, for its summary; safe for many threads.</summary>
internal sealed class Tally
{
    private readonly ConcurrentDictionary<string, long> counts = new(StringComparer.Ordinal);

    public void Add(string what, long count = 1) => counts.AddOrUpdate(what, count, (_, n) => n + count);

    public long this[string what] => counts.GetValueOrDefault(what);
}

/// <summary>Sends single commands of an import, many at a time. What registers something is known by its code, what
/// books something by <see cref="Booking"/>: a second run changes nothing.</summary>
internal sealed class ImportTarget(Api api, string source, RowErrors errors, Tally tally)
{
    /// <summary>Commands on their way at once.</summary>
    private const int InFlight = 64;

    private const int MostTries = 200;

    /// <summary>The longest business key that the API takes, with room for a hash instead.</summary>
    private const int MostKey = 120;

    private readonly string run = Guid.NewGuid().ToString("N");

    /// <summary>The API.</summary>
    public Api Api => api;

    /// <summary>Sends all, in no particular order.</summary>
    public static Task Each<T>(
        IEnumerable<T> items,
        Func<T, CancellationToken, ValueTask> send,
        CancellationToken stop,
        int inFlight = InFlight
    ) =>
        Parallel.ForEachAsync(
            items,
            new ParallelOptions { MaxDegreeOfParallelism = inFlight, CancellationToken = stop },
            send
        );

    /// <summary>
    /// What a row of the file is known by for ever: the source and what names the row in it. The server keeps it in the
    /// log, so that the row is booked once, whatever key, credential or copy of the file it comes by.
    /// </summary>
    public string Booking(params ReadOnlySpan<string?> parts)
    {
        var key = new StringBuilder(Uri.EscapeDataString(source));
        foreach (var part in parts)
            key.Append('|').Append(Uri.EscapeDataString(part ?? ""));
        return key.Length <= MostKey ? key.ToString() : "import-" + Hash(key.ToString());
    }

    /// <summary>Sends one command that carries a business key; what an earlier run heard is not heard again, for what
    /// it wanted may be there by now.</summary>
    public Task<Reply> Book(string path, string body, string key, CancellationToken stop) =>
        Send(path, body, $"{run} {key}", stop);

    /// <summary>Sends one command; a full queue and a lost connection are tried again with the same key.</summary>
    public async Task<Reply> Send(
        string path,
        string body,
        string key,
        CancellationToken stop,
        HttpMethod? method = null
    )
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                var reply = await api.Call(method ?? HttpMethod.Post, path, body, Key(key), stop);
                if (reply.Status is 401 or 403)
                    throw new CommandFailed(ExitCode.Bad, reply.Problem());
                if (!IsForLater(reply.Status, reply.Json.Text("code")) || tries >= MostTries)
                    return reply;
            }
            catch (HttpRequestException) when (tries < 3)
            {
                // The same key again settles what became of it.
            }

            await Task.Delay(Math.Min(1_000, 10 * tries), stop);
        }
    }

    /// <summary>Whether the same command with the same key may get another answer soon.</summary>
    public static bool IsForLater(int status, string? code) => status == 503 || code == LogRefusals.StillRunningCode;

    /// <summary>Counts what became of a command of one row, or notes what was wrong with it.</summary>
    public void Settle(Reply reply, string done, int row, Func<string, string> column, params string[] there)
    {
        if (reply.IsGood)
            tally.Add(reply.IsReplay ? "there" : done);
        else if (there.Contains(reply.Json.Text("code")))
            tally.Add("there");
        else
            Note(reply.Json, row, column);
    }

    /// <summary>Notes the problems of one row.</summary>
    public void Note(JsonElement problem, int row, Func<string, string> column)
    {
        var all = problem.Items("errors").ToList();
        foreach (var one in all)
            errors.Add(
                row,
                column(one.Text("field") ?? ""),
                one.Text("value"),
                one.Text("message") ?? "",
                one.Text("remedy")
            );
        if (all.Count == 0)
            errors.Add(
                row,
                column(problem.Text("field") ?? ""),
                problem.Text("value"),
                problem.Text("detail") ?? "The server refused it.",
                problem.Text("remedy")
            );
    }

    /// <summary>A key of at most 200 characters, whatever the file's words are.</summary>
    private string Key(string key)
    {
        var whole = $"import {source} {key}";
        if (whole.Length <= 150 && whole.All(c => c is >= ' ' and < (char)127))
            return whole;
        return "import " + Hash(whole);
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
