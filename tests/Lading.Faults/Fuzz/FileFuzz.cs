using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Lading.Optimization.Routing.Formats;
using Lading.Server;
using Lading.TimeSeries.Series;

namespace Lading.Faults.Fuzz;

/// <summary>
/// H16: the files of the plan bench, stops, benchmark problems and demand, in every format, half right and hostile. The
/// readers answer each with a problem or a refusal, in time, never with an exception; one in forty goes over HTTP, to
/// the child process, and the stream that answers it ends.
/// </summary>
internal sealed class FileFuzz(Trial trial, string bug = "")
{
    public const string Throws = "a-reader-that-throws";
    public const string Loses = "a-stream-without-end";
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(60);
    private readonly Random random = new(trial.Seed);
    private readonly IReadOnlyList<(bool IsRouting, string Text)> good = Good();

    public static Experiment Experiment { get; } =
        new(
            "H16.files",
            "Hostile files of the plan bench are refused with a reason: no exception, no hang, no stream without end.",
            "files",
            trial => new FileFuzz(trial).Run()
        )
        {
            Short = new Short(4, 6),
            Least = [new Least("read", 0.1), new Least("refused", 0.2)],
            Controls =
            [
                new Control(Throws, trial => new FileFuzz(trial, Throws).Run()),
                new Control(Loses, trial => new FileFuzz(trial, Loses).Run()),
            ],
        };

    private async Task Run()
    {
        await using var host = LadingHost.Open(new HostOptions { Data = trial.NewFolder("data") });
        await using var server = await WebServer.Start(host, "http://127.0.0.1:0");
        using var http = new HttpClient { BaseAddress = new Uri(server.Address), Timeout = Hang };
        var tenant = await FuzzTenant.Open(host, http, "files");
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", tenant.Key);
        trial.Begin();
        for (var n = 0; n < 45 || trial.GoesOn(n); n++)
        {
            var (isRouting, text) = good[random.Next(good.Count)];
            for (var bends = random.Next(4); bends > 0; bends--)
                text = Bend(text);
            var asRouting = random.Next(30) == 0 ? !isRouting : isRouting;
            if (n % 40 == 4)
                await OverHttp(http, asRouting, text, n);
            else
                Directly(asRouting, text, n);
            trial.Count("files");
            if (trial.Verdict != Verdict.Ok)
            {
                await File.WriteAllTextAsync(Path.Combine(trial.Folder, "file"), text);
                return;
            }
        }
    }

    private void Directly(bool isRouting, string text, int n)
    {
        var clock = Stopwatch.StartNew();
        try
        {
            var isGood =
                !isRouting ? SeriesFile.Read(new StringReader(text)).Refusal is null
                : StopList.Is(text) ? StopList.TryRead(text, new StopFleet(), out _, out _)
                : RoutingFiles.TryRead(text, null, out _, out _);
            trial.Count(isGood ? "read" : "refused");
            Note(n, "reader", isRouting, isGood ? "read" : "refused", text);
            if (bug == Throws && !isGood)
                throw new FormatException("as asked");
        }
        catch (Exception fault)
        {
            trial.Violated($"file {n}: {fault}");
        }

        if (clock.Elapsed > Hang)
            trial.Violated($"file {n} took {clock.Elapsed.TotalSeconds:0} s to read");
    }

    private async Task OverHttp(HttpClient http, bool isRouting, string text, int n)
    {
        var path = isRouting ? "/api/v1/plan/routes?seconds=0.2&whySeconds=0.2" : "/api/v1/plan/forecasts?horizon=3";
        if (random.Next(8) == 0)
            path += "&" + (random.Next(2) == 0 ? "vehicles" : "season") + "=" + Uri.EscapeDataString(Odd.Text(random));
        using var content = new StringContent(text);
        try
        {
            using var answer = await http.PostAsync(path, content);
            var (status, said) = ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
            trial.Count($"http-{status}");
            Note(n, path, isRouting, $"{status} {said[^Math.Min(300, said.Length)..]}", text);
            var end = said.TrimEnd().Split('\n').LastOrDefault(l => l.StartsWith("event: ", StringComparison.Ordinal));
            var isEnded = bug != Loses && end is "event: done";
            if (status == 200 && !isEnded)
                trial.Violated($"file {n}, {path}: the stream ended with {end}: {said[^Math.Min(300, said.Length)..]}");
            else if (status is not (200 or (>= 400 and < 500)))
                trial.Violated($"file {n}, {path} was answered {status} {said}");
            else if (status != 200 && JsonNode.Parse(said)?["code"] is null)
                trial.Violated($"file {n}, {path} was answered {status} without saying why: {said}");
        }
        catch (Exception fault) when (fault is OperationCanceledException or HttpRequestException)
        {
            trial.Violated($"file {n}, {path}: {fault.Message}");
        }
    }

    /// <summary>A file and what came of it; of long ones the beginning.</summary>
    private void Note(int n, string where, bool isRouting, string answer, string text)
    {
        var begins = text[..Math.Min(2_000, text.Length)];
        trial.Note(
            new
            {
                n,
                where,
                isRouting,
                answer,
                begins,
            },
            200 + (2 * (answer.Length + begins.Length))
        );
    }

    /// <summary>One thing made wrong: a cell, a line, the end, the bytes.</summary>
    private string Bend(string text)
    {
        var lines = text.Split('\n').ToList();
        var at = random.Next(lines.Count);
        switch (random.Next(10))
        {
            case 0:
                lines.RemoveAt(at);
                break;
            case 1:
                lines.Insert(at, lines[random.Next(lines.Count)]);
                break;
            case 2:
                (lines[at], lines[0]) = (lines[0], lines[at]);
                break;
            case 3:
                return text[..random.Next(text.Length + 1)];
            case 4:
                lines[at] = Odd.Text(random);
                break;
            case 5:
                return text.Replace(',', random.Next(2) == 0 ? ';' : '\t');
            default:
                lines[at] = BendCell(lines[at]);
                break;
        }

        return string.Join('\n', lines);
    }

    private string BendCell(string line)
    {
        var cells = line.Split(line.Contains(',') ? ',' : ' ');
        cells[random.Next(cells.Length)] = random.Next(3) switch
        {
            0 => Odd.Number(random),
            1 => Odd.Text(random),
            _ => "",
        };
        return string.Join(line.Contains(',') ? ',' : ' ', cells);
    }

    private static List<(bool, string)> Good()
    {
        var samples = Path.Combine(Repository.Root, "samples");
        string Sample(string name) => File.ReadAllText(Path.Combine(samples, name));
        return
        [
            (true, Sample("stops.csv")),
            (true, Sample("benchmark.txt")),
            (true, Vrplib),
            (true, Pairs),
            (true, Json),
            (false, Sample("demand.csv")),
            (false, "series,date,value\nA,2024-01-01,3\nA,2024-01-02,4\nB,2024-01-01,0\nB,2024-01-02,\n"),
        ];
    }

    private const string Vrplib = """
        NAME : four
        COMMENT : by hand
        TYPE : CVRP
        DIMENSION : 4
        EDGE_WEIGHT_TYPE : EUC_2D
        CAPACITY : 10
        NODE_COORD_SECTION
        1 0 0
        2 3 4
        3 6 8
        4 1 1
        DEMAND_SECTION
        1 0
        2 4
        3 5
        4 6
        DEPOT_SECTION
        1
        -1
        EOF
        """;

    private const string Pairs = """
        3 200 1
        0 40 50 0 0 1236 0 0 0
        1 45 68 -10 912 967 90 2 0
        2 45 70 10 825 870 90 0 1
        """;

    private const string Json = """
        {"name":"two","locations":[{"x":0,"y":0},{"x":3,"y":4}],
        "clients":[{"location":1,"delivery":[2],"service":5}],
        "vehicles":[{"start":0,"end":0,"capacity":[10],"count":2}]}
        """;
}
