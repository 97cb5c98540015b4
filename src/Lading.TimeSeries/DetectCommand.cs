using System.Globalization;
using Lading.TimeSeries.Anomaly;
using Lading.TimeSeries.Series;

namespace Lading.TimeSeries;

/// <summary>
/// The whole of <c>lading detect FILE</c> but opening the file: lines of time and value, or of series, time and value.
/// </summary>
public static class DetectCommand
{
    private const int MostSeries = 100_000;
    private static readonly string[] IdNames = ["series", "id", "unique_id", "sku", "item", "sensor", "device"];

    /// <summary>
    /// Reads points in the order of the file, writes one line per anomaly to <paramref name="output"/> (line, series,
    /// time, value, expected, score, reason) and a summary or the refusal to <paramref name="report"/>. The last
    /// column is the value, the one before it the time: ISO 8601, or whole seconds. Returns 0 if done, 1 if the file
    /// is refused, 2 if the options are.
    /// </summary>
    public static int Run(DetectorOptions options, TextReader input, TextWriter output, TextWriter report)
    {
        try
        {
            _ = new OnlineDetector(options);
        }
        catch (ArgumentException fault)
        {
            report.WriteLine($"detect.options: {fault.Message}");
            return 2;
        }

        try
        {
            Detect(options, new CsvLines(input), output, report);
            return 0;
        }
        catch (RefusedException refused)
        {
            report.WriteLine(refused.Refusal);
            return 1;
        }
        catch (Exception broken) when (broken is IOException or InvalidDataException)
        {
            report.WriteLine(
                new FileRefusal("series.truncated", 0, "file", $"reading stopped early: {broken.Message}")
            );
            return 1;
        }
    }

    private static void Detect(DetectorOptions options, CsvLines lines, TextWriter output, TextWriter report)
    {
        if (!lines.Next())
        {
            throw Refused("series.empty-file", 1, "header", "the file is empty");
        }

        var header = lines.Fields;
        if (header.Length < 2)
        {
            throw Refused("detect.columns", 1, "header", "a time and a value column are needed");
        }

        var id = Array.FindIndex(header, h => IdNames.Contains(h.Trim().ToLowerInvariant()));
        id = id >= header.Length - 2 ? -1 : id;
        var detectors = new Dictionary<string, OnlineDetector>();
        long points = 0,
            anomalies = 0,
            missing = 0;
        output.WriteLine("line,series,time,value,expected,score,reason");
        while (lines.Next())
        {
            lines.Expect(header.Length);
            if (SeriesFile.Number(lines.Fields[^1], lines.Line, header[^1]) is not { } value)
            {
                missing++;
                continue;
            }

            var series = id >= 0 ? lines.Fields[id] : string.Empty;
            if (!detectors.TryGetValue(series, out var detector))
            {
                detectors[series] = detector =
                    detectors.Count < MostSeries
                        ? new OnlineDetector(options)
                        : throw Refused(
                            "detect.too-many-series",
                            lines.Line,
                            header[id],
                            $"more than {MostSeries:N0} series"
                        );
            }

            points++;
            var verdict = detector.Next(Seconds(lines, header[^2]), value);
            if (verdict.IsAnomaly)
            {
                anomalies++;
                WriteAnomaly(output, lines, series, value, verdict);
            }
        }

        report.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{points} points of {detectors.Count} series, {anomalies} anomalies, "
            ) + $"{missing} missing values passed over"
        );
    }

    private static void WriteAnomaly(TextWriter output, CsvLines lines, string series, double value, Verdict verdict)
    {
        var (name, time) = (CsvLines.Quote(series), CsvLines.Quote(lines.Fields[^2]));
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{lines.Line},{name},{time},{value},{verdict.Expected:G6},{verdict.Score:F2},"
            ) + $"\"{verdict.Reason}\""
        );
    }

    private static long Seconds(CsvLines lines, string field)
    {
        var text = lines.Fields[^2].AsSpan().Trim();
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds))
        {
            return seconds;
        }

        return DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var time)
            ? time.Ticks / TimeSpan.TicksPerSecond
            : throw Refused(
                "detect.not-a-time",
                lines.Line,
                field,
                $"'{text[..Math.Min(text.Length, 40)]}' is not a time"
            );
    }

    private static RefusedException Refused(string code, int line, string field, string message) =>
        new(new FileRefusal(code, line, field, message));
}
