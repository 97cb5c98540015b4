using System.Diagnostics;
using System.IO.Compression;
using Lading.TimeSeries;
using Lading.TimeSeries.Forecasting;
using Lading.TimeSeries.Series;

namespace Lading.Scorecards;

internal static class ForecastScorecard
{
    public static int Run(string[] args)
    {
        var root = args[0];
        using var file = File.OpenRead(Path.Combine(root, "forecasting", "m3_train-dev.csv.gz"));
        using var gz = new GZipStream(file, CompressionMode.Decompress);
        using var r = new StreamReader(gz);
        var header = r.ReadLine();
        var list = new List<(string P, double[] V)>();
        while (r.ReadLine() is { } l)
        {
            var f = l.Split(',');
            list.Add((f[1], f[^1].Split(';').Select(double.Parse).ToArray()));
        }
        Console.WriteLine(list.Count + " " + string.Join(" ", list.Select(x => x.P).Distinct()));
        var ms = new List<ForecastMethod>
        {
            new("naive2", Naive.SeasonallyAdjusted), new("snaive", Naive.Seasonal), new("ses", SimpleSmoothing.ForecastAdjusted),
            new("theta", Theta.Standard), new("dotm", DynamicTheta.Forecast), new("ets", Ets.Forecast), new("arima", Arima.Forecast), new("ces", ComplexSmoothing.Forecast), new("comb", Combination.MedianOfFour),
        };
        var only = args.Skip(1).ToHashSet();
        foreach (var m in ms.Where(x => only.Count == 0 || only.Contains(x.Name)))
        {
            var ws = new Workspace();
            var s = new Dictionary<string, (double Sum, int N, double Cpu)>();
            double mase = 0; int nm = 0;
            foreach (var (p_, v) in list)
            {
                var p = p_; var (season, h) = p switch { "YEARLY" => (1, 6), "QUARTERLY" => (4, 8), "MONTHLY" => (12, 18), _ => (1, 8) };
                var train = v.AsSpan(0, v.Length - h);
                var mean = new double[h]; var sd = new double[h];
                var t0 = Process.GetCurrentProcess().TotalProcessorTime;
                var w0 = Stopwatch.GetTimestamp();
                m.Run(train, season, ws, mean, sd);
                var el = Stopwatch.GetElapsedTime(w0).TotalSeconds; if (Environment.GetEnvironmentVariable("LEN") is { } ll && p == "MONTHLY" ) { p = p + (train.Length < 40 ? "-40" : train.Length < 60 ? "-60" : train.Length < 100 ? "-100" : "+100"); }
                var e = Accuracy.Smape(v.AsSpan(v.Length - h), mean);
                var ma = Accuracy.Mase(train, season, v.AsSpan(v.Length - h), mean);
                if (Environment.GetEnvironmentVariable("BAD") is {} bb && p.StartsWith("MONTHLY") && e > double.Parse(bb)) { Console.WriteLine($"{train.Length} {e:F1} {Arima.Best(train, season, ws, mean, sd)} last {string.Join(" ", train[^15..].ToArray().Select(x=>x.ToString("F0")))} fc {string.Join(" ", mean.Select(x=>x.ToString("F0")))}"); } if (double.IsFinite(ma)) { mase += ma; nm++; }
                var c = s.GetValueOrDefault(p);
                s[p] = (c.Sum + e * h, c.N + h, c.Cpu + el);
            }
            Console.WriteLine($"{m.Name,-8} all {s.Values.Sum(x => x.Sum) / s.Values.Sum(x => x.N):F3} mase {mase/nm:F3} " + string.Join(" ", s.Select(k => $"{k.Key} {k.Value.Sum / k.Value.N:F3} ({list.Count(x => x.P == k.Key) / k.Value.Cpu:F0}/s)")));
        }
        return 0;
    }
}
