using System.Net.Http.Headers;
using System.Text;
using Lading.Faults.Fuzz;
using Lading.Kernel;
using Lading.Log;
using Lading.Log.Sqlite;
using Lading.Server;

namespace Lading.Faults.Copies;

/// <summary>
/// H8: of each request 2 to 16 copies race, some with another body, some before and some after a restart of the server.
/// Exactly one of them takes effect; all copies of the body that won hear the same, the others hear 422.
/// </summary>
internal sealed class CopyRun(Trial trial, CopyBug bug)
{
    private const int Together = 48;

    /// <summary>Rounds that are always run: the third has a restart.</summary>
    private const int Least = 3;
    private readonly string folder = trial.NewFolder("data");
    private readonly Random random = new(trial.Seed);
    private LadingHost host = null!;
    private WebServer server = null!;
    private HttpClient http = null!;
    private FuzzTenant tenant = null!;
    private TenantLog log = null!;
    private long position;
    private int keys;

    public static Experiment Experiment { get; } =
        new(
            "H8.http",
            "However many copies of a request arrive, across restarts too: one effect, one answer.",
            "keys",
            trial => new CopyRun(trial, CopyBug.None).Run()
        )
        {
            Short = new Short(6, 8),
            Least = [new Least("other-bodies-refused", 0.2), new Least("restarts", 0.002)],
            Controls =
            [
                new Control("a-key-for-each-copy", trial => new CopyRun(trial, CopyBug.KeyPerCopy).Run()),
                new Control("forgotten-at-restart", trial => new CopyRun(trial, CopyBug.ForgetsAtRestart).Run()),
                new Control("body-not-compared", trial => new CopyRun(trial, CopyBug.BodyNotCompared).Run()),
            ],
        };

    private async Task Run()
    {
        await Start(first: true);
        try
        {
            trial.Begin();
            for (var round = 1; round <= Least || trial.GoesOn(keys); round++)
                await Round(restart: round % 3 == 0);
        }
        finally
        {
            await Stop();
        }

        trial.Count("keys", keys);
        trial.Count("facts", position);
    }

    private async Task Start(bool first)
    {
        host = LadingHost.Open(new HostOptions { Data = folder });
        server = await WebServer.Start(host, "http://127.0.0.1:0");
        http = new HttpClient { BaseAddress = new Uri(server.Address), Timeout = TimeSpan.FromSeconds(30) };
        if (first)
            tenant = await FuzzTenant.Open(host, http, "copies");
        log = await host.Tenants.Log(tenant.Tenant.Id);
    }

    private async Task Stop()
    {
        http.Dispose();
        await server.DisposeAsync();
        await host.DisposeAsync();
    }

    /// <summary>Copies of many requests race; when the server restarts among them, all are sent once more.</summary>
    private async Task Round(bool restart)
    {
        var originals = Enumerable.Range(0, Together).Select(_ => Original.Make(random, $"k{trial.Seed:x}-{keys++}"));
        var told = originals.ToDictionary(o => o, _ => new List<Told>());
        var copies = told.Keys.SelectMany(o => Enumerable.Repeat(o, random.Next(2, 17))).ToArray();
        random.Shuffle(copies);
        var plans = copies.Select(o => (Original: o, Other: random.Next(8) == 0)).ToArray();
        var racing = Race(plans, told);
        if (restart)
        {
            await Task.WhenAny(racing, Pause.For(random.Next(1, 60)));
            await Stop();
            await racing;
            if (bug == CopyBug.ForgetsAtRestart)
                Forget();
            await Start(first: false);
            trial.Count("restarts");
            racing = Race(plans, told);
        }

        await racing;
        foreach (var (original, answers) in told)
            Judge(original, answers);
        await JudgeEffects(told);
    }

    private Task Race((Original Original, bool Other)[] plans, Dictionary<Original, List<Told>> told) =>
        Task.WhenAll(
            plans.Select(plan =>
                Task.Run(async () =>
                {
                    if (await Send(plan.Original, plan.Other) is not { } answer)
                        return;
                    lock (told)
                        told[plan.Original].Add(answer);
                })
            )
        );

    /// <summary>Null when nothing was said: the server was going down.</summary>
    private async Task<Told?> Send(Original original, bool other)
    {
        var key = bug == CopyBug.KeyPerCopy ? $"{original.Key}-{Guid.NewGuid():n}" : original.Key;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1" + original.Path);
        request.Content = new StringContent(other ? original.Other : original.Body, Encoding.UTF8);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(original.Content);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tenant.Key);
        request.Headers.Add("Idempotency-Key", key);
        request.Headers.Add("Lading-Correlation", original.Key);
        try
        {
            using var answer = await http.SendAsync(request);
            var text = await answer.Content.ReadAsStringAsync();
            trial.Count("copies");
            var status = (int)answer.StatusCode;
            Note(original, key, other, $"{status} {text}");
            if (status == 503 || text.Contains("\"status\":503", StringComparison.Ordinal))
                return null;
            return Told.Of(other && bug != CopyBug.BodyNotCompared, status, text);
        }
        catch (Exception cut)
            when (cut is HttpRequestException or OperationCanceledException or ObjectDisposedException)
        {
            trial.Count("cut");
            Note(original, key, other, cut.Message);
            return null;
        }
    }

    private void Note(Original original, string key, bool other, string said) =>
        trial.Note(
            new
            {
                key,
                original.Path,
                body = other ? original.Other : original.Body,
                said,
            },
            200 + ((original.Body.Length + said.Length) * 2)
        );

    private void Judge(Original original, List<Told> answers)
    {
        var kept = answers.Where(a => !a.IsReused).ToList();
        if (answers.Count == 0)
            trial.Unclear($"{original.Key} was never answered");
        else if (kept.Count == 0)
            trial.Violated($"{original.Key}: every copy was told that the key is another's");
        else if (kept.Distinct().Count() > 1)
            trial.Violated($"{original.Key} {original.Body}: {string.Join(" | ", kept.Distinct().Take(3))}");
        else if (answers.Any(a => a.IsReused && a.OtherBody == kept[0].OtherBody))
            trial.Violated($"{original.Key}: a copy of the body that won was told that the key is another's");
        if (kept.Count > 0 && answers.Any(a => a.IsReused))
            trial.Count("other-bodies-refused");
        if (kept.Any(a => !a.IsYes))
            trial.Count("refused-alike");
    }

    /// <summary>What this round's callers themselves appended, found by their correlation: once for a yes, never for a
    /// no.</summary>
    private async Task JudgeEffects(Dictionary<Original, List<Told>> told)
    {
        var effects = new Dictionary<string, HashSet<CommandId>>(StringComparer.Ordinal);
        while (await log.ReadAfter(position, 5_000, default) is { Count: > 0 } page)
        {
            foreach (var fact in page)
                if (fact.Correlation is { } key && fact.Actor.StartsWith("key:", StringComparison.Ordinal))
                    (effects.TryGetValue(key, out var seen) ? seen : effects[key] = []).Add(fact.Command);
            position = page[^1].Position;
        }

        foreach (var (original, answers) in told)
        {
            var expected = answers.Any(a => a.IsYes) ? original.Facts : 0;
            var found = effects.GetValueOrDefault(original.Key)?.Count ?? 0;
            if (found != expected)
                trial.Violated(
                    $"{original.Key} {original.Body} took effect {found} times, its callers were told {expected}"
                );
        }
    }

    private void Forget()
    {
        using var raw = SqliteDb.OpenWriter(Path.Combine(folder, "tenants", tenant.Tenant.Slug, "log.db"), full: true);
        raw.Execute("delete from outcome");
    }
}

/// <summary>Bugs put in on purpose.</summary>
internal enum CopyBug
{
    None,

    /// <summary>A retry comes under a key of its own.</summary>
    KeyPerCopy,

    /// <summary>What was answered is gone after a restart.</summary>
    ForgetsAtRestart,

    /// <summary>The check takes another body for the same one.</summary>
    BodyNotCompared,
}
