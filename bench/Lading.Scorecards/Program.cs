using System.IO.Compression;
using Lading.Scorecards;
using Lading.TimeSeries;

return args switch
{
    ["forecast", .. var rest] => ForecastScorecard.Run(rest),
    ["anomaly", .. var rest] => AnomalyScorecard.Run(rest),
    ["run", var file, var h, var seasons, .. var more] => ForecastCommand.Run(
        new ForecastOptions(int.Parse(h), [.. seasons.Split(',').Select(int.Parse)], more.Length > 0, null, 1),
        new StreamReader(file.EndsWith(".gz") ? new GZipStream(File.OpenRead(file), CompressionMode.Decompress) : File.OpenRead(file)), new StreamWriter("/tmp/out.csv") { AutoFlush = true }, Console.Out),
    _ => 2,
};
