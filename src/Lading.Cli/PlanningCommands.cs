using System.CommandLine;
using System.IO.Compression;
using Lading.Optimization.Routing;
using Lading.Optimization.Routing.Formats;
using Lading.TimeSeries;
using Lading.TimeSeries.Anomaly;

namespace Lading.Cli;

/// <summary><c>lading solve | verify | forecast | detect</c>: the algorithms on a file, without any tenant.</summary>
internal static class PlanningCommands
{
    private static readonly Argument<string> File = new("FILE")
    {
        Description = "The file to read; series to forecast or watch may be .gz.",
    };
    private static readonly Option<string?> Out = new("--out")
    {
        Description = "Where to write the result.",
        HelpName = "FILE",
    };
    private static readonly Option<string?> Rounding = OneOf(
        "--rounding",
        "How distances are rounded; otherwise as the format's published results.",
        "dimacs",
        "integer",
        "none"
    );

    private const string Objective =
        "vehicles: as few as possible, then the cost. distance, the default: least cost as the file prices it.";

    public static IEnumerable<Command> Build() => [Solve(), Verify(), Forecast(), Detect()];

    private static Verb Solve()
    {
        var time = new Option<double>("--time")
        {
            Description = "Seconds to search.",
            HelpName = "S",
            DefaultValueFactory = _ => 10,
        };
        var seed = new Option<ulong>("--seed")
        {
            Description = "The same seed gives the same plan on one thread.",
            HelpName = "N",
            DefaultValueFactory = _ => 1,
        };
        var threads = new Option<int>("--threads")
        {
            Description = "Searches side by side.",
            HelpName = "K",
            DefaultValueFactory = _ => 1,
        };
        var objective = OneOf("--objective", Objective, "vehicles", "distance");
        var best = new Option<double?>("--best-known")
        {
            Description = "A best-known value, to print the gap to it.",
            HelpName = "COST",
        };
        return new Verb(
            "solve",
            "Plan routes for a benchmark file or a JSON problem.",
            "lading solve X-n101-k25.vrp --time 10 --best-known 27591 --out plan.sol"
        )
            .With(File, time, seed, threads, objective, Rounding, best, Out)
            .Does(
                (parsed, stop) =>
                    Task.FromResult(
                        new RouteFiles(Console.Out, Console.Error).Solve(
                            new SolveCommand
                            {
                                Seconds = parsed.GetValue(time),
                                Seed = parsed.GetValue(seed),
                                Threads = parsed.GetValue(threads),
                                Objective =
                                    parsed.GetValue(objective) == "vehicles"
                                        ? RoutingObjective.Vehicles
                                        : RoutingObjective.Cost,
                                BestKnown = parsed.GetValue(best),
                            },
                            parsed.GetValue(File)!,
                            RoundingOf(parsed),
                            parsed.GetValue(Out),
                            TimeProvider.System,
                            stop
                        )
                    )
            );
    }

    private static Verb Verify()
    {
        var solution = new Argument<string>("SOLUTION") { Description = "Routes in VRPLIB form." };
        var routes = new Verb(
            "routes",
            "Recompute feasibility and cost of routes, independently of the solver.",
            "lading verify routes X-n101-k25.vrp plan.sol"
        )
            .With(File, solution, Rounding)
            .Does(
                (parsed, _) =>
                    Task.FromResult(
                        new RouteFiles(Console.Out, Console.Error).Verify(
                            parsed.GetValue(File)!,
                            RoundingOf(parsed),
                            parsed.GetValue(solution)!
                        )
                    )
            );
        return new Verb("verify", "Check a result again.", "lading verify routes X-n101-k25.vrp plan.sol").With(routes);
    }

    private static Verb Forecast()
    {
        var horizon = new Option<int>("--horizon")
        {
            Description = "Steps ahead.",
            HelpName = "H",
            Required = true,
        };
        var season = new Option<string?>("--season")
        {
            Description = "Points in a season, shortest first: 12, or 24,168.",
            HelpName = "M[,M2]",
        };
        var test = new Option<bool>("--backtest")
        {
            Description = "Also hold out the last steps and print sMAPE, MASE, OWA and coverage of each method.",
        };
        var method = new Option<string?>("--method")
        {
            Description = "One method's name; otherwise the best by back-test.",
            HelpName = "NAME",
        };
        return new Verb(
            "forecast",
            "Forecast the series of a CSV, long or wide.",
            "lading forecast demand.csv --horizon 12 --season 12 --out forecast.csv"
        )
            .With(File, horizon, season, test, method, Out)
            .Does(
                async (parsed, _) =>
                {
                    var options = new ForecastOptions(
                        parsed.GetValue(horizon),
                        Seasons(parsed.GetValue(season)),
                        parsed.GetValue(test),
                        parsed.GetValue(method)
                    );
                    return await WithFiles(
                        parsed,
                        (input, output) => ForecastCommand.Run(options, input, output, Console.Error)
                    );
                }
            );
    }

    private static Verb Detect()
    {
        var threshold = new Option<double>("--threshold")
        {
            Description = "The score that is an alarm.",
            HelpName = "SCORE",
            DefaultValueFactory = _ => DetectorOptions.DefaultThreshold,
        };
        var rate = new Option<double>("--alarms")
        {
            Description = "Let the threshold tune itself to this many alarms in 10,000 points; 0 leaves it fixed.",
            HelpName = "N",
        };
        var season = new Option<long>("--season")
        {
            Description = "Seconds in a season, a day unless said.",
            HelpName = "S",
            DefaultValueFactory = _ => new DetectorOptions().SeasonSeconds,
        };
        return new Verb(
            "detect",
            "Find what is out of the ordinary in series of points, and say why.",
            "lading detect temperatures.csv --out anomalies.csv"
        )
            .With(File, threshold, rate, season, Out)
            .Does(
                async (parsed, _) =>
                {
                    var options = new DetectorOptions(
                        parsed.GetValue(threshold),
                        parsed.GetValue(rate),
                        parsed.GetValue(season)
                    );
                    return await WithFiles(
                        parsed,
                        (input, output) => DetectCommand.Run(options, input, output, Console.Error)
                    );
                }
            );
    }

    private static async Task<int> WithFiles(ParseResult parsed, Func<TextReader, TextWriter, int> run)
    {
        var path = parsed.GetValue(File)!;
        await using var raw = Open(path, FileMode.Open, FileAccess.Read);
        await using Stream bytes = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)
            ? new GZipStream(raw, CompressionMode.Decompress)
            : raw;
        using var input = new StreamReader(bytes);
        if (parsed.GetValue(Out) is not { } to)
            return run(input, Console.Out);
        await using var output = new StreamWriter(Open(to, FileMode.Create, FileAccess.Write));
        return run(input, output);
    }

    private static FileStream Open(string path, FileMode mode, FileAccess access)
    {
        try
        {
            return new FileStream(path, mode, access);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw CommandFailed.Usage($"{path}: {fault.Message}");
        }
    }

    private static int[] Seasons(string? text)
    {
        var parts = (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return
        [
            .. parts.Select(p =>
                int.TryParse(p, out var n)
                    ? n
                    : throw CommandFailed.Usage($"--season {text}: " + $"'{p}' is not a whole number of points.")
            ),
        ];
    }

    private static DistanceRounding? RoundingOf(ParseResult parsed) =>
        parsed.GetValue(Rounding) switch
        {
            "dimacs" => DistanceRounding.Dimacs,
            "integer" => DistanceRounding.Integer,
            "none" => DistanceRounding.None,
            _ => null,
        };

    private static Option<string?> OneOf(string name, string description, params string[] values)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = string.Join('|', values) };
        option.AcceptOnlyFromAmong(values);
        return option;
    }
}
