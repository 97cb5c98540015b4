using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Lading.TimeSeries;
using Lading.TimeSeries.Anomaly;

namespace Lading.Algorithms.Tests.TimeSeries;

public sealed class AnomalyTests
{
    [Fact]
    public void A_spike_in_a_daily_pattern_is_found_and_explained()
    {
        var (values, detector) = (Pattern(3000, 1), new OnlineDetector(new DetectorOptions()));
        values[2500] += 60;
        var verdicts = values.Select((v, t) => detector.Next(t * 600, v)).ToArray();
        verdicts[2500].IsAnomaly.ShouldBeTrue();
        verdicts[2500].Reason.ShouldContain("once in");
        verdicts.Take(2500).Count(v => v.IsAnomaly).ShouldBeLessThan(8);
        verdicts.Take(100).ShouldAllBe(v => !v.IsAnomaly);
    }

    [Fact]
    public void A_value_that_is_only_unusual_for_its_hour_is_found()
    {
        var values = Pattern(4320, 2);
        for (var t = 3888; t < 3900; t++)
        {
            values[t] = values[t - 72]; // Noon's values at midnight.
        }

        var detector = new OnlineDetector(new DetectorOptions());
        var verdicts = values.Select((v, t) => detector.Next(t * 600, v)).ToArray();
        verdicts[3888..3900].ShouldContain(v => v.IsAnomaly);
    }

    [Fact]
    public void A_line_that_goes_dead_is_found()
    {
        var random = new Random(3);
        var detector = new OnlineDetector(new DetectorOptions());
        var found = false;
        for (var t = 0; t < 3400; t++)
        {
            var value = t < 3000 ? 20 + random.NextDouble() : 20.5;
            found |= detector.Next(t * 60, value).IsAnomaly && t >= 3000;
        }

        found.ShouldBeTrue();
    }

    [Fact]
    public void Scores_do_not_depend_on_the_unit()
    {
        Prop.ForAll(
                Gen.Choose(0, 500).ArrayOf(300).ToArbitrary(),
                numbers =>
                {
                    var (one, many) = (
                        new OnlineDetector(new DetectorOptions()),
                        new OnlineDetector(new DetectorOptions())
                    );
                    for (var t = 0; t < numbers.Length; t++)
                    {
                        many.Next(t * 300, numbers[t] * 1024.0)
                            .Score.ShouldBe(one.Next(t * 300, numbers[t]).Score, 1e-9);
                    }
                }
            )
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_threshold_that_tunes_itself_keeps_to_its_alarm_rate()
    {
        var random = new Random(5);
        var detector = new OnlineDetector(new DetectorOptions(Threshold: 2, AlarmsPerTenThousand: 10));
        var alarms = 0;
        for (var t = 0; t < 100_000; t++)
        {
            alarms += detector.Next(t * 60, ForecastMethodTests.Gaussian(random)).IsAnomaly ? 1 : 0;
        }

        alarms.ShouldBeInRange(70, 140);
    }

    [Fact]
    public void No_memory_is_taken_after_the_start()
    {
        var detector = new OnlineDetector(new DetectorOptions());
        for (var t = 0; t < 1000; t++)
        {
            detector.Next(t * 60, t % 7);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var t = 1000; t < 20_000; t++)
        {
            detector.Next(t * 60, t % 7);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        before = GC.GetAllocatedBytesForCurrentThread();
        _ = new OnlineDetector(new DetectorOptions());
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(10_000);
    }

    [Fact]
    public void What_is_not_a_number_and_impossible_options_are_refused()
    {
        var detector = new OnlineDetector(new DetectorOptions());
        Should.Throw<ArgumentException>(() => detector.Next(0, double.NaN));
        Should.Throw<ArgumentException>(() => new OnlineDetector(new DetectorOptions(SeasonSeconds: 0)));
        Should.Throw<ArgumentException>(() => new OnlineDetector(new DetectorOptions(double.NaN)));
        Should.NotThrow(() => detector.Next(long.MinValue, 1e300));
        Should.NotThrow(() => detector.Next(long.MaxValue, -1e300));
    }

    [Fact]
    public void The_benchmark_score_has_its_values_by_hand()
    {
        // 100 points, 15 on probation; one window of 20 points.
        NabSeries Series(params int[] detections)
        {
            var scores = new double[100];
            foreach (var i in detections)
            {
                scores[i] = 1;
            }

            return new NabSeries("one", scores, [(40, 59)]);
        }

        double Score(params int[] detections) => NabScore.At([Series(detections)], 1, NabProfile.Standard);
        Score(40).ShouldBe(100, 1e-9);
        Score().ShouldBe(0);
        Score(40, 41, 50).ShouldBe(100, 1e-9);
        Score(10).ShouldBe(0);
        Score(20).ShouldBe(-100 * 0.11 / 2, 1e-9);

        // Half-way: position -(59 - 50 + 1) / 20 = -0.5: (2 / (1 + e^-2.5) - 1) / 0.98661 = 0.8598.
        Score(50).ShouldBe(100 * (1 + 0.85980) / 2, 1e-2);
        Score(40, 99).ShouldBe(100 - (100 * 0.11 * ((2 / (1 + Math.Exp(-5.0 * 40 / 19))) - 1) / 2), 1e-6);
    }

    [Fact]
    public void The_public_benchmark_scores_sixty_with_a_threshold_fixed_in_advance()
    {
        using var zip = ZipFile.OpenRead(DataSets.Require("telemetry/nab-dev.zip"));
        using var labels = JsonDocument.Parse(zip.GetEntry("nab/labels/combined_windows.json")!.Open());
        var series = new List<NabSeries>();
        foreach (var file in labels.RootElement.EnumerateObject())
        {
            using var reader = new StreamReader(zip.GetEntry("nab/data/" + file.Name)!.Open());
            DateTime Time(string text) => DateTime.Parse(text, CultureInfo.InvariantCulture);
            string[][] rows =
            [
                .. reader
                    .ReadToEnd()
                    .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                    .Skip(1)
                    .Select(l => l.Split(',')),
            ];
            DateTime[] times = [.. rows.Select(r => Time(r[0]))];
            var detector = new OnlineDetector(new DetectorOptions());
            double[] scores =
            [
                .. rows.Select(
                    (r, i) =>
                        detector
                            .Next(
                                times[i].Ticks / TimeSpan.TicksPerSecond,
                                double.Parse(r[1], CultureInfo.InvariantCulture)
                            )
                            .Score
                ),
            ];
            series.Add(
                new NabSeries(
                    file.Name,
                    scores,
                    [
                        .. file
                            .Value.EnumerateArray()
                            .Select(w =>
                                (
                                    Array.FindIndex(times, t => t >= Time(w[0].GetString()!)),
                                    Array.FindLastIndex(times, t => t <= Time(w[1].GetString()!))
                                )
                            ),
                    ]
                )
            );
        }

        NabScore.At(series, DetectorOptions.DefaultThreshold, NabProfile.Standard).ShouldBeGreaterThan(60);
    }

    [Fact]
    public void The_command_lists_the_anomalies_and_refuses_a_bad_line()
    {
        var values = Pattern(2000, 4);
        values[1900] += 80;
        var text =
            "timestamp,value\n"
            + string.Join(
                '\n',
                values.Select(
                    (v, t) =>
                        FormattableString.Invariant(
                            $"{new DateTime(2026, 1, 1).AddMinutes(10 * t):yyyy-MM-dd HH:mm:ss},{v}"
                        )
                )
            );
        var (code, output, report) = Run(text);
        code.ShouldBe(0);
        output.ShouldContain("\n1902,");
        report.ShouldContain("2000 points of 1 series");
        Run("").Code.ShouldBe(1);
        Run("time\n1\n").Report.ShouldContain("detect.columns");
        Run("time,value\n2026-01-01,1\nnoon,2\n").Report.ShouldContain("line 3, time");
        Run("time,value\n1,1\n2,x\n").Report.ShouldContain("line 3, value");
        Run("time,value\n1,1\n2\n").Report.ShouldContain("line 3");
        Run("device,time,value\na,1,1\nb,1,\n").Report.ShouldContain("1 points of 1 series, 0 anomalies, 1 missing");
        DetectCommand
            .Run(new DetectorOptions(-1), new StringReader(text), TextWriter.Null, TextWriter.Null)
            .ShouldBe(2);
    }

    [Fact]
    public void The_command_tunes_the_threshold_of_each_series_to_the_alarms_asked_for()
    {
        var random = new Random(5);
        var lines = Enumerable
            .Range(0, 20_000)
            .Select(t => FormattableString.Invariant($"{t * 60},{ForecastMethodTests.Gaussian(random)}"));
        var text = "time,value\n" + string.Join('\n', lines);

        int Alarms(double rate) => Run(text, new DetectorOptions(2, rate)).Output.Count(c => c == '\n') - 1;
        Alarms(5).ShouldBeInRange(5, 20);
        Alarms(50).ShouldBeInRange(70, 140);
        Run(text, new DetectorOptions(2, 10_001)).Code.ShouldBe(2);
    }

    private static (int Code, string Output, string Report) Run(string text, DetectorOptions? options = null)
    {
        var (output, report) = (new StringWriter { NewLine = "\n" }, new StringWriter());
        var code = DetectCommand.Run(options ?? new DetectorOptions(), new StringReader(text), output, report);
        return (code, output.ToString(), report.ToString());
    }

    /// <summary>Ten-minute values with a daily wave of amplitude 20 and noise of deviation 1.</summary>
    private static double[] Pattern(int count, int seed)
    {
        var random = new Random(seed);
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(t => 50 + (20 * Math.Sin(2 * Math.PI * t / 144)) + ForecastMethodTests.Gaussian(random)),
        ];
    }
}
