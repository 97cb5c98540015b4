using System.Globalization;

namespace Lading.Bench;

/// <summary>Where the time goes while orders are placed: processor time, pauses and allocations of the server, in a
/// process of its own, for each order.</summary>
public static class WhereBench
{
    /// <summary>Argument: seconds of each part, 10 unless told.</summary>
    public static async Task<int> Run(string[] args)
    {
        var seconds = args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 10;
        await Part("place, stopped", 0, TimeSpan.FromSeconds(seconds), "stopped");
        await Part("place, all on", 1_000_000_000, TimeSpan.FromSeconds(seconds));
        return 0;
    }

    private static async Task Part(string name, long stock, TimeSpan time, params string[] how)
    {
        await using var company = await Company.Make(1_000, stock, follow: false, react: false);
        await company.Host.DisposeAsync();
        await using var server = await OwnProcess.Serve(company, how);
        Task<LoadResult> Load(string run, TimeSpan span) =>
            HttpLoad.Run(server.Address, 256, span, long.MaxValue, i => PlaceBench.Request(company.Key, i, run));
        await Load("warm", TimeSpan.FromSeconds(3));
        LoadResult? load = null;
        var used = await server.Profiled(async () => load = await Load("measured", time));
        var orders = (double)load!.Requests;
        Console.WriteLine($"{name, -17} {load}");
        Console.WriteLine(
            $"  an order costs  {used.User / orders * 1e6:N0} us of processor in the program, "
                + $"{used.System / orders * 1e6:N0} us in the kernel, {used.Allocated / orders:N0} bytes allocated"
        );
        Console.WriteLine(
            $"  the collector   held all threads {used.Paused / used.Seconds:P1} of the time, in "
                + $"{used.Collections[0] - used.Collections[1]} + {used.Collections[1] - used.Collections[2]} + "
                + $"{used.Collections[2]} collections (young, middle, all)"
        );
        foreach (var (type, share) in used.Types)
            Console.WriteLine($"  {share, 6:P1}  {share * used.Allocated / orders, 8:N0} bytes an order  {type}");
    }
}
