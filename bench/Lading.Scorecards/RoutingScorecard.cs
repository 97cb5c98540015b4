using System.Globalization;
using System.IO.Compression;
using Lading.Optimization.Routing;
using Lading.Optimization.Routing.Formats;
using Lading.Optimization.Routing.Verification;

namespace Lading.Scorecards;

/// <summary>Gaps to best known values. Budget: process CPU time, one search thread, so that a shared machine does not
/// change the result.</summary>
internal static class RoutingScorecard
{
    private sealed record Family(
        string Name,
        string Folder,
        string Bks,
        string Convention,
        DistanceRounding Rounding,
        RoutingObjective Objective,
        double Seconds,
        string[] Instances
    );

    private sealed record Budget(double Seconds, long Steps)
    {
        public StopRule Rule() =>
            Steps > 0 ? StopRule.Iterations(Steps) : StopRule.AfterProcessorTime(TimeSpan.FromSeconds(Seconds));

        public override string ToString() => Steps > 0 ? $"{Steps} steps" : $"{Seconds} s of process CPU time";
    }

    private static readonly string[] GehringHomberger =
    [
        "c1_10_2",
        "c2_10_4",
        "r1_10_1",
        "r2_10_2",
        "rc1_10_4",
        "rc2_10_6",
    ];

    private static readonly string[] LiLim = ["LC1_10_2", "LC2_10_4", "LR1_10_1", "LR2_10_2", "LRC1_10_4", "LRC2_10_6"];

    /// <summary>The published lists for Li and Lim rank vehicles first. Against least distance these are the best plans
    /// in github.com/PyVRP/Instances, folder PDPTW, at its commit cc7d1680, there in thousandths.</summary>
    private static readonly (string Name, double Cost, string Vehicles)[] LiLimByDistance =
    [
        ("LC1_10_2", 42969.942, "97"),
        ("LC2_10_4", 17628.733, "30"),
        ("LR1_10_1", 56744.916, "100"),
        ("LR2_10_2", 36982.139, "19"),
        ("LRC1_10_4", 27211.869, "40"),
        ("LRC2_10_6", 27751.529, "19"),
    ];

    private static readonly Family[] Families =
    [
        new(
            "x",
            "cvrp/cvrplib_x",
            "cvrplib_x",
            "integer",
            DistanceRounding.Integer,
            RoutingObjective.Cost,
            60,
            [
                "X-n101-k25",
                "X-n157-k13",
                "X-n223-k34",
                "X-n298-k31",
                "X-n351-k40",
                "X-n439-k37",
                "X-n524-k153",
                "X-n627-k43",
                "X-n716-k35",
                "X-n819-k171",
                "X-n895-k37",
                "X-n979-k58",
            ]
        ),
        new(
            "gh",
            "vrptw/gehring_homberger_1000",
            "gehring_homberger_1000",
            "DIMACS",
            DistanceRounding.Dimacs,
            RoutingObjective.Cost,
            60,
            GehringHomberger
        ),
        new(
            "gh5",
            "vrptw/gehring_homberger_1000",
            "gehring_homberger_1000",
            "DIMACS",
            DistanceRounding.Dimacs,
            RoutingObjective.Cost,
            5,
            GehringHomberger
        ),
        new(
            "lilim",
            "pdptw/li_lim_1000",
            "li_lim_1000",
            "distance",
            DistanceRounding.None,
            RoutingObjective.Cost,
            60,
            LiLim
        ),
        new(
            "lilim-vehicles",
            "pdptw/li_lim_1000",
            "li_lim_1000",
            "vehicles first",
            DistanceRounding.None,
            RoutingObjective.Vehicles,
            60,
            LiLim
        ),
        new(
            "solomon",
            "vrptw/solomon_100",
            "solomon_100",
            "DIMACS",
            DistanceRounding.Dimacs,
            RoutingObjective.Cost,
            5,
            []
        ),
        new(
            "hfvrp",
            "hfvrp",
            "hfvrp",
            "PyVRP",
            DistanceRounding.None,
            RoutingObjective.Cost,
            30,
            ["X115-HVRP", "X200-HD", "X209-FSMFD", "X247-HVRP", "X256-FSMF", "X313-FSMD"]
        ),
        new("mdvrptw", "mdvrptw", "mdvrptw", "PyVRP", DistanceRounding.None, RoutingObjective.Cost, 30, []),
    ];

    public static int Run(string[] args)
    {
        if (DataSets.Find() is not { } folder)
        {
            Console.Error.WriteLine("no benchmark data: set LADING_DATA_SETS");
            return 3;
        }
        string Option(string name, string otherwise)
        {
            int at = Array.IndexOf(args, name);
            return at >= 0 && at + 1 < args.Length ? args[at + 1] : otherwise;
        }
        using var zip = ZipFile.OpenRead(Path.Combine(folder, "vrp", "vrp-dev.zip"));
        var best = BestKnown(Text(zip, "bks.csv"));
        string wanted = Option("--family", "all"),
            only = Option("--instance", "");
        int firstSeed = int.Parse(Option("--seed", "1"), CultureInfo.InvariantCulture),
            seeds = int.Parse(Option("--seeds", "1"), CultureInfo.InvariantCulture);
        if (wanted == "insert")
        {
            RoutingInsertion.Run(name => Text(zip, name));
            return 0;
        }
        foreach (var family in Families.Where(f => wanted == "all" || wanted.Split(',').Contains(f.Name)))
        {
            double seconds = double.Parse(Option("--seconds", $"{family.Seconds}"), CultureInfo.InvariantCulture);
            // Steps instead of seconds: the same plans on every machine, to compare two builds.
            long steps = long.Parse(Option("--steps", "0"), CultureInfo.InvariantCulture);
            var budget = new Budget(seconds, steps);
            Card(zip, family, best, budget, (firstSeed, seeds), only, Tuning(Option));
        }
        return 0;
    }

    private static SolveTuning Tuning(Func<string, string, string> option)
    {
        var t = new SolveTuning();
        double Number(string name, double value) =>
            double.Parse(option(name, value.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);
        return t with
        {
            StartTemperature = Number("--t0", t.StartTemperature),
            EndTemperature = Number("--t1", t.EndTemperature),
            MeanRemoved = Number("--removed", t.MeanRemoved),
            NearWidth = (int)Number("--near", t.NearWidth),
            FleetShare = Number("--fleet-share", t.FleetShare),
        };
    }

    private static void Card(
        ZipArchive zip,
        Family family,
        Dictionary<string, (double Cost, string Vehicles)> best,
        Budget budget,
        (int First, int Count) seeds,
        string only,
        SolveTuning tuning
    )
    {
        Console.WriteLine($"\n### {family.Name}: {budget}, one thread, {seeds.Count} seed(s)\n");
        Console.WriteLine("| instance | seed | cost | best known | gap % | vehicles (bk) | steps | verified |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        var gaps = new List<double>();
        foreach (string name in Instances(zip, family).Where(n => only.Length == 0 || n == only))
        {
            var entry = zip.Entries.First(e =>
                e.FullName.StartsWith(family.Folder + "/", StringComparison.Ordinal)
                && Path.GetFileNameWithoutExtension(e.Name) == name
                && !e.Name.EndsWith(".sol", StringComparison.Ordinal)
            );
            if (!RoutingFiles.TryRead(Text(zip, entry.FullName), family.Rounding, out var problem, out var refusal))
            {
                Console.WriteLine($"| {name} | {refusal} |");
                continue;
            }
            string key = $"{family.Bks}|{family.Convention}|{name.ToUpperInvariant()}";
            var (known, vehicles) = best.GetValueOrDefault(key);
            for (int seed = seeds.First; seed < seeds.First + seeds.Count; seed++)
            {
                gaps.Add(
                    One(
                        problem,
                        name,
                        seed,
                        budget,
                        known,
                        vehicles,
                        tuning,
                        family.Objective,
                        family.Name switch
                        {
                            "hfvrp" => 0.01,
                            "mdvrptw" => 1000,
                            _ => 1,
                        }
                    )
                );
            }
        }
        if (gaps.Count > 0)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\nMean gap {gaps.Average():0.00} %"));
        }
    }

    /// <summary>The chosen instances of a family, or all in its folder.</summary>
    private static string[] Instances(ZipArchive zip, Family family) =>
        family.Instances.Length > 0
            ? family.Instances
            :
            [
                .. zip
                    .Entries.Where(e =>
                        e.FullName.StartsWith(family.Folder + "/", StringComparison.Ordinal)
                        && e.Name.Length > 0
                        && !e.Name.EndsWith(".sol", StringComparison.Ordinal)
                    )
                    .Select(e => Path.GetFileNameWithoutExtension(e.Name))
                    .Order(StringComparer.Ordinal),
            ];

    private static double One(
        RoutingProblem problem,
        string name,
        int seed,
        Budget budget,
        double known,
        string vehicles,
        SolveTuning tuning,
        RoutingObjective objective,
        double unit
    )
    {
        var plan = RoutingSolver.Solve(
            problem,
            new SolveOptions
            {
                Seed = (ulong)seed,
                Objective = objective,
                Tuning = tuning,
            },
            budget.Rule()
        );
        double cost = plan.Cost / problem.CostScale * unit,
            gap = 100 * ((cost / known) - 1);
        var check = RouteVerifier.Verify(problem, plan);
        string leftOut = plan.RequiredLeftOut > 0 ? $" left out {plan.RequiredLeftOut}" : "";
        string verified = check.Feasible ? "yes" : "NO: " + check.Violations[0].Message;
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"| {name} | {seed} | {cost:0.#} | {known:0.#} | {gap:0.00} | {plan.VehiclesUsed} ({vehicles}) "
                    + $"| {plan.Iterations} | {verified}{leftOut} |"
            )
        );
        return gap;
    }

    private static Dictionary<string, (double Cost, string Vehicles)> BestKnown(string csv)
    {
        var result = new Dictionary<string, (double, string)>();
        foreach (string line in csv.Split('\n').Skip(1).Where(l => l.Length > 0))
        {
            bool quoted = line.Contains('"');
            string[] parts = line.Split('"');
            string[] head = (quoted ? parts[0].TrimEnd(',') : line).Split(',');
            string convention = quoted ? parts[1] : head[3];
            string[] tail = quoted ? parts[2].TrimStart(',').Split(',') : head[4..];
            string key =
                convention.Contains("DIMACS", StringComparison.Ordinal) ? "DIMACS"
                : convention.Contains("integer", StringComparison.Ordinal) ? "integer"
                : convention.Contains("PyVRP", StringComparison.Ordinal) ? "PyVRP"
                : convention.StartsWith("vehicles", StringComparison.Ordinal) ? "vehicles first"
                : "distance";
            if (double.TryParse(tail[1], CultureInfo.InvariantCulture, out double cost))
            {
                result[$"{head[1]}|{key}|{head[0].ToUpperInvariant()}"] = (cost, tail[0]);
            }
        }
        foreach (var (name, cost, vehicles) in LiLimByDistance)
        {
            result[$"li_lim_1000|distance|{name}"] = (cost, vehicles);
        }
        return result;
    }

    private static string Text(ZipArchive zip, string name)
    {
        using var reader = new StreamReader(zip.GetEntry(name)!.Open());
        return reader.ReadToEnd();
    }
}
