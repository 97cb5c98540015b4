using Lading.Bench;

var benches = new Dictionary<string, Func<string[], Task<int>>>(StringComparer.Ordinal)
{
    ["access"] = AccessBench.Run,
    ["append"] = AppendBench.Run,
    ["audit"] = AuditBench.Run,
    ["place"] = PlaceBench.Run,
    ["place-postgres"] = PlaceBench.RunPostgres,
    ["everything"] = EverythingBench.Run,
    ["hot"] = HotBench.Run,
    ["growth"] = GrowthBench.Run,
    ["big"] = BigBench.Run,
    ["import"] = ImportBench.Run,
    ["serve"] = BigBench.Serve,
    ["postgres"] = PostgresBench.Run,
    ["signin"] = SignInBench.Run,
    ["table"] = TableBench.Run,
    ["where"] = WhereBench.Run,
};
if (args.Length == 0)
    return await TableBench.Run([]);
if (!benches.TryGetValue(args[0], out var bench))
{
    Console.Error.WriteLine($"Usage: bench NAME, one of: {string.Join(", ", benches.Keys)}");
    return 2;
}

return await bench(args[1..]);
