using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Lading.TimeSeries.Anomaly;

namespace Lading.Scorecards;

/// <summary>
/// The Numenta Anomaly Benchmark: <c>anomaly DATA-FOLDER [all]</c>, the folder being the one that holds
/// telemetry/nab-dev.zip. With "all" every series' detections are listed.
/// </summary>
internal static class AnomalyScorecard
{
    private static readonly NabProfile[] Profiles =
    [
        NabProfile.Standard,
        NabProfile.LowFalsePositive,
        NabProfile.LowFalseNegative,
    ];

    private sealed record Labelled(
        string Name,
        long[] Seconds,
        double[] Values,
        IReadOnlyList<(int First, int Last)> Windows
    );

    public static int Run(string[] args)
    {
        if (args.Length == 0)
        {
            Console.Error.WriteLine("anomaly DATA-FOLDER [all]");
            return 2;
        }

        var data = Read(Path.Combine(args[0], "telemetry", "nab-dev.zip"));
        Detect(data);
        var before = Process.GetCurrentProcess().TotalProcessorTime;
        var results = Detect(data);
        var cpu = (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds;
        Console.WriteLine(
            $"{data.Count} series, {data.Sum(d => d.Windows.Count)} windows, "
                + $"{data.Sum(d => d.Values.Length) / cpu:N0} points per CPU second"
        );
        foreach (var profile in Profiles)
        {
            var (threshold, score) = NabScore.Best(results, profile);
            var fixedScore = NabScore.At(results, DetectorOptions.DefaultThreshold, profile);
            Console.WriteLine(
                $"{profile.Name, -20} one best threshold {threshold:F2}: {score:F2}   "
                    + $"fixed in advance {DetectorOptions.DefaultThreshold}: {fixedScore:F2}"
            );
        }

        foreach (var group in results.Where(r => r.Windows.Count > 0).GroupBy(r => r.Name[..r.Name.IndexOf('/')]))
        {
            var score = NabScore.At([.. group], DetectorOptions.DefaultThreshold, NabProfile.Standard);
            Console.WriteLine($"  {group.Key, -24} {score:F1}");
        }

        foreach (var one in args.Length > 1 ? results : [])
        {
            List(one);
        }

        return 0;
    }

    private static List<NabSeries> Detect(List<Labelled> data) =>
        data.ConvertAll(one =>
        {
            var detector = new OnlineDetector(new DetectorOptions());
            var scores = new double[one.Values.Length];
            for (var i = 0; i < scores.Length; i++)
            {
                scores[i] = detector.Next(one.Seconds[i], one.Values[i]).Score;
            }

            return new NabSeries(one.Name, scores, one.Windows);
        });

    private static void List(NabSeries one)
    {
        var first = (int)Math.Min(0.15 * one.Scores.Length, 750);
        int[] hits =
        [
            .. Enumerable
                .Range(first, one.Scores.Length - first)
                .Where(i => one.Scores[i] >= DetectorOptions.DefaultThreshold),
        ];
        var outside = hits.Count(h => !one.Windows.Any(w => h >= w.First && h <= w.Last));
        var windows = one.Windows.Select(w =>
            $"{w.First}-{w.Last}: "
            + (
                hits.Where(h => h >= w.First && h <= w.Last).Select(h => $"found at {h}").FirstOrDefault()
                ?? $"missed ({one.Scores[w.First..(w.Last + 1)].Max():F1})"
            )
        );
        Console.WriteLine($"{one.Name}: {outside} outside; {string.Join(", ", windows)}");
    }

    private static List<Labelled> Read(string path)
    {
        using var zip = ZipFile.OpenRead(path);
        using var labels = JsonDocument.Parse(zip.GetEntry("nab/labels/combined_windows.json")!.Open());
        var data = new List<Labelled>();
        foreach (var file in labels.RootElement.EnumerateObject())
        {
            using var reader = new StreamReader(zip.GetEntry("nab/data/" + file.Name)!.Open());
            reader.ReadLine();
            var times = new List<DateTime>();
            var values = new List<double>();
            while (reader.ReadLine() is { } line)
            {
                var comma = line.IndexOf(',');
                times.Add(DateTime.Parse(line[..comma], CultureInfo.InvariantCulture));
                values.Add(double.Parse(line[(comma + 1)..], CultureInfo.InvariantCulture));
            }

            var windows = file
                .Value.EnumerateArray()
                .Select(w => (times.FindIndex(t => t >= Time(w[0])), times.FindLastIndex(t => t <= Time(w[1]))))
                .ToList();
            data.Add(
                new Labelled(file.Name, [.. times.Select(t => t.Ticks / TimeSpan.TicksPerSecond)], [.. values], windows)
            );
        }

        return data;
    }

    private static DateTime Time(JsonElement text) => DateTime.Parse(text.GetString()!, CultureInfo.InvariantCulture);
}
