using Lading.Scorecards;

// One line per area; each lives in its own file and takes the remaining arguments.
var areas = new Dictionary<string, Func<string[], int>>(StringComparer.Ordinal)
{
    ["routing"] = RoutingScorecard.Run,
    ["picking"] = PickingScorecard.Run,
    ["slotting"] = SlottingScorecard.Run,
    ["forecast"] = ForecastScorecard.Run,
    ["anomaly"] = AnomalyScorecard.Run,
};

if (args.Length == 0 || !areas.TryGetValue(args[0], out var run))
{
    Console.Error.WriteLine($"usage: scorecards {string.Join(" | ", areas.Keys)} [options]");
    return 2;
}

return run(args[1..]);
