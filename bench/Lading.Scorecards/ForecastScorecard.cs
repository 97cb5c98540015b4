using System.Diagnostics;
using System.IO.Compression;
using Lading.TimeSeries.Forecasting;
using Lading.TimeSeries.Series;

namespace Lading.Scorecards;

/// <summary>
/// Accuracy, speed and interval coverage on the public sets: <c>forecast DATA-FOLDER
/// [m3|parts|weekly|hourly|combination]...</c>, the folder being the one that holds forecasting/. One thread but for
/// "combination"; speeds are per CPU second.
/// </summary>
internal static class ForecastScorecard
{
    private sealed record Group(string Name, int Season, int Horizon, IReadOnlyList<ReadOnlyMemory<double>> Series);

    private sealed record Result(string Name, List<(Group Group, IReadOnlyList<Trial> Trials, double Cpu)> Groups);

    public static int Run(string[] args)
    {
        if (args.Length == 0)
        {
            Console.Error.WriteLine("forecast DATA-FOLDER [m3|parts|weekly|hourly|combination]...");
            return 2;
        }

        foreach (var part in args.Length > 1 ? args[1..] : ["m3", "combination", "parts", "weekly"])
        {
            Console.WriteLine($"-- {part}");
            switch (part)
            {
                case "m3":
                    Table(M3(args[0]), ForecastMethods.Regular);
                    break;
                case "combination":
                    Combination(M3(args[0]));
                    break;
                case "parts":
                    Parts(Read(args[0], "carparts_monthly-dev.csv.gz"));
                    break;
                case "weekly":
                    Table(
                        [new Group("weekly", 52, 13, Read(args[0], "m4_weekly_train-dev.csv.gz"))],
                        [.. ForecastMethods.Regular, .. SeveralSeasons.Candidates([52])]
                    );
                    break;
                case "hourly":
                    Table(
                        [new Group("hourly", 24, 48, Read(args[0], "m4_hourly_train-dev.csv.gz"))],
                        [.. ForecastMethods.Regular, .. SeveralSeasons.Candidates([24, 168])]
                    );
                    break;
                default:
                    return 2;
            }
        }

        return 0;
    }

    private static void Table(IReadOnlyList<Group> groups, IReadOnlyList<ForecastMethod> methods)
    {
        Console.WriteLine(
            "method: sMAPE all (over forecasts, as in M3) | MASE | OWA | "
                + "per group: sMAPE, series per CPU second | "
                + "coverage 80/95 conformal, model"
        );
        Result? reference = null;
        foreach (var method in methods.OrderBy(m => m == ForecastMethods.Naive2 ? 0 : 1))
        {
            var result = new Result(method.Name, [.. groups.Select(g => Measure(g, method))]);
            reference ??= result;
            var (smape, mase) = Score(result);
            var (naiveSmape, naiveMase) = Score(reference);
            var parts = result.Groups.Select(g =>
                $"{g.Group.Name} {RollingOrigin.Score(g.Trials, g.Group.Season).Smape:F2} "
                + $"({g.Group.Series.Count / g.Cpu:N0}/s)"
            );
            var (c80, c95, m80, m95) = Coverage(result, method);
            Console.WriteLine(
                $"{method.Name, -18} {smape, 7:F3} {mase, 6:F3} "
                    + $"{Accuracy.Owa(smape, mase, naiveSmape, naiveMase), 6:F3} | {string.Join(", ", parts)} | "
                    + $"{c80:F1} {c95:F1}, {m80:F1} {m95:F1}"
            );
        }
    }

    private static (Group Group, IReadOnlyList<Trial> Trials, double Cpu) Measure(Group group, ForecastMethod method)
    {
        // The first pass compiles; a fast method is repeated until the clock can resolve it.
        var trials = RollingOrigin.Test(group.Series, group.Season, group.Horizon, method, threads: 1);
        var (before, rounds, cpu) = (Process.GetCurrentProcess().TotalProcessorTime, 0, 0.0);
        while (rounds == 0 || (cpu < 0.3 && rounds < 50))
        {
            RollingOrigin.Test(group.Series, group.Season, group.Horizon, method, threads: 1);
            rounds++;
            cpu = (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds;
        }

        return (group, trials, cpu / rounds);
    }

    private static (double Smape, double Mase) Score(Result result)
    {
        double smape = 0,
            mase = 0,
            weights = 0,
            count = 0;
        foreach (var (group, trials, _) in result.Groups)
        {
            var (s, m) = RollingOrigin.Score(trials, group.Season);
            smape += s * trials.Count * group.Horizon;
            weights += trials.Count * group.Horizon;
            mase += m * trials.Count;
            count += trials.Count;
        }

        return (smape / weights, mase / count);
    }

    /// <summary>
    /// Coverage of the held-out points, the conformal intervals being calibrated on origins before them.
    /// </summary>
    private static (double C80, double C95, double M80, double M95) Coverage(Result result, ForecastMethod method)
    {
        double c80 = 0,
            c95 = 0,
            m80 = 0,
            m95 = 0,
            weights = 0;
        foreach (var (group, trials, _) in result.Groups)
        {
            var intervals = Intervals.Conformal(
                RollingOrigin.Test(
                    group.Series,
                    group.Season,
                    group.Horizon,
                    method,
                    2,
                    Math.Max(group.Horizon / 3, 1),
                    group.Horizon,
                    1
                )
            );
            var weight = trials.Count * group.Horizon;
            c80 += weight * intervals.Coverage(trials, 0.80);
            c95 += weight * intervals.Coverage(trials, 0.95);
            m80 += weight * Intervals.ModelBased.Coverage(trials, 0.80);
            m95 += weight * Intervals.ModelBased.Coverage(trials, 0.95);
            weights += weight / 100.0;
        }

        return (c80 / weights, c95 / weights, m80 / weights, m95 / weights);
    }

    /// <summary>Wall and CPU time of the four-method combination over everything, on all cores.</summary>
    private static void Combination(IReadOnlyList<Group> groups)
    {
        var (wall, before) = (Stopwatch.StartNew(), Process.GetCurrentProcess().TotalProcessorTime);
        foreach (var group in groups)
        {
            RollingOrigin.Test(group.Series, group.Season, group.Horizon, ForecastMethods.MedianOfFour);
        }

        var cpu = (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds;
        Console.WriteLine(
            $"four methods and their median, {groups.Sum(g => g.Series.Count)} series, cold start: "
                + $"{wall.Elapsed.TotalSeconds:F1} s wall on {Environment.ProcessorCount} cores, {cpu:F1} s CPU"
        );
    }

    /// <summary>Intermittent demand: errors over the last 12 months relative to Croston's, as RMSSE and MASE.</summary>
    private static void Parts(IReadOnlyList<ReadOnlyMemory<double>> series)
    {
        IReadOnlyList<ForecastMethod> methods =
        [
            .. ForecastMethods.Intermittent,
            .. ForecastMethods.Regular.Where(m => m.Name is "naive" or "ses" or "ets"),
        ];
        var known = series.Where(s => s.Length > 24).Select(s => s[..^12]).ToList();
        var mean = new ForecastMethod("mean", IntermittentDemand.MeanRate);
        var pooled = PooledCombination.Learn(known, 1, 12, [.. ForecastMethods.Intermittent, mean], threads: 1);
        Console.WriteLine("pooled weights " + string.Join(" ", pooled.Weights.Select(w => w.ToString("F3"))));
        methods = [.. methods, mean, new("croston-0.1", IntermittentDemand.CrostonFixed), pooled.Method("pooled")];
        double crostonRmsse = 0,
            crostonMase = 0;
        foreach (var method in methods)
        {
            var trials = RollingOrigin.Test(series, 1, 12, method, threads: 1);
            double rmsse = 0,
                mase = 0;
            var count = 0;
            foreach (var trial in trials)
            {
                var one = Accuracy.Rmsse(trial.History.Span, trial.Actual.Span, trial.Forecast.Mean);
                if (double.IsFinite(one))
                {
                    rmsse += one;
                    mase += Accuracy.Mase(trial.History.Span, 1, trial.Actual.Span, trial.Forecast.Mean);
                    count++;
                }
            }

            (rmsse, mase) = (rmsse / count, mase / count);
            (crostonRmsse, crostonMase) = crostonRmsse == 0 ? (rmsse, mase) : (crostonRmsse, crostonMase);
            Console.WriteLine(
                $"{method.Name, -20} "
                    + $"RMSSE {rmsse:F4} ({100 * ((rmsse / crostonRmsse) - 1):+0.0;-0.0} %)   "
                    + $"MASE {mase:F4} ({100 * ((mase / crostonMase) - 1):+0.0;-0.0} %)   {count} series"
            );
        }
    }

    private static IReadOnlyList<Group> M3(string root)
    {
        var path = Path.Combine(root, "forecasting", "m3_train-dev.csv.gz");
        var series = Read(root, "m3_train-dev.csv.gz");
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        string[] periods =
        [
            .. reader
                .ReadToEnd()
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Skip(1)
                .Select(line => line.Split(',')[1]),
        ];
        return
        [
            .. series
                .Zip(periods)
                .GroupBy(p => p.Second, p => p.First)
                .Select(g =>
                {
                    var (season, horizon) = g.Key switch
                    {
                        "YEARLY" => (1, 6),
                        "QUARTERLY" => (4, 8),
                        "MONTHLY" => (12, 18),
                        _ => (1, 8),
                    };
                    return new Group(g.Key.ToLowerInvariant(), season, horizon, [.. g]);
                }),
        ];
    }

    private static IReadOnlyList<ReadOnlyMemory<double>> Read(string root, string name)
    {
        using var file = File.OpenRead(Path.Combine(root, "forecasting", name));
        using var reader = new StreamReader(new GZipStream(file, CompressionMode.Decompress));
        var content = SeriesFile.Read(reader);
        return content.Refusal is { } refusal
            ? throw new InvalidDataException(refusal.ToString())
            : [.. content.Series.Select(s => (ReadOnlyMemory<double>)s.Values)];
    }
}
