using Lading.TimeSeries;
using Lading.TimeSeries.Forecasting;
using Lading.TimeSeries.Series;

namespace Lading.Algorithms.Tests.TimeSeries;

public sealed class SeriesFileTests
{
    [Fact]
    public void A_long_file_gives_one_series_per_id()
    {
        var series = Read("sku,date,quantity\nA,2026-01,1\nB,2026-01,5\nA,2026-02,2\nB,2026-02,6\n");
        series.Select(s => s.Id).ShouldBe(["A", "B"]);
        series[0].Values.ShouldBe([1, 2]);
        series[1].Values.ShouldBe([5, 6]);
    }

    [Fact]
    public void A_wide_file_gives_one_series_per_column_or_per_row()
    {
        Read("month,A,B\n2026-01,1,3\n2026-02,2,4\n")[1].Values.ShouldBe([3, 4]);
        Read("\"V1\",\"V2\",\"V3\"\n\"H1\",\"1\",\"2\"\n\"H2\",\"7\"\n").Select(s => s.Values.Length).ShouldBe([2, 1]);
        Read("series,n,values\nN1,3,1;2;3\n")[0].Values.ShouldBe([1, 2, 3]);
        Read("date,value\n2026-01,1\n2026-02,4\n")[0].Values.ShouldBe([1, 4]);
    }

    [Fact]
    public void Missing_values_are_dropped_at_the_ends_and_interpolated_inside_with_a_note()
    {
        var series = Read("t,A\n1,\n2,10\n3,NA\n4,\n5,40\n6,\n")[0];
        series.Values.ShouldBe([10, 20, 30, 40]);
        series.Note.ShouldNotBeNull().ShouldContain("2 missing");
    }

    [Theory]
    [InlineData("", 1, "header", "series.empty-file")]
    [InlineData("month,A\n", 1, "header", "series.no-series")]
    [InlineData("month,A,B\n2026-01,1,2\n2026-02,3\n", 3, "line", "series.malformed-line")]
    [InlineData("month,A,B\n2026-01,1,x\n", 2, "b", "series.not-a-number")]
    [InlineData("month,A\n2026-01,NaN\n", 2, "a", "series.not-a-number")]
    [InlineData("month,A\n2026-01,1e999\n", 2, "a", "series.not-a-number")]
    [InlineData("series,n,values\nN1,3,1;2;oops\n", 2, "values[3]", "series.not-a-number")]
    [InlineData("\"V1\",\"V2\"\n\"H1\",\"1\n", 2, "line", "series.malformed-line")]
    public void A_bad_file_is_refused_with_its_line_and_field(string text, int line, string field, string code)
    {
        var refusal = SeriesFile.Read(new StringReader(text)).Refusal.ShouldNotBeNull();
        refusal.Line.ShouldBe(line);
        refusal.Field.ShouldBe(field, StringCompareShould.IgnoreCase);
        refusal.Code.ShouldBe(code);
    }

    [Fact]
    public void A_stream_that_breaks_off_is_refused()
    {
        var refusal = SeriesFile.Read(new BrokenReader("month,A\n2026-01,1\n")).Refusal.ShouldNotBeNull();
        refusal.Code.ShouldBe("series.truncated");
    }

    [Fact]
    public void The_command_forecasts_every_series_and_tells_how()
    {
        var (code, output, report) = Run(new ForecastOptions(3, [12], Threads: 1), Monthly());
        code.ShouldBe(0);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines[0].ShouldBe("series,step,forecast,low80,high80,low95,high95,method");
        lines.Length.ShouldBe(1 + (3 * 3));
        report.ShouldContain("series");
        foreach (var fields in lines.Skip(1).Select(l => l.Split(',')))
        {
            double[] v =
            [
                .. fields[2..7].Select(f => double.Parse(f, System.Globalization.CultureInfo.InvariantCulture)),
            ];
            (v[3] <= v[1] && v[1] <= v[0] && v[0] <= v[2] && v[2] <= v[4]).ShouldBeTrue(string.Join(",", fields));
        }
    }

    [Fact]
    public void The_back_test_prints_a_table_and_threads_change_nothing()
    {
        var one = Run(new ForecastOptions(3, [12], true, Threads: 1), Monthly());
        var two = Run(new ForecastOptions(3, [12], true, Threads: 2), Monthly());
        one.ShouldBe(two);
        one.Report.ShouldContain("sMAPE    MASE     OWA");
        one.Report.ShouldContain("median4");
    }

    [Fact]
    public void Intermittent_demand_is_tested_with_the_methods_that_forecast_it()
    {
        var rows = Enumerable.Range(0, 60).Select(t => $"{t + 1},{(t % 5 == 0 ? (t % 3) + 1 : 0)}");
        var (code, _, report) = Run(
            new ForecastOptions(3, [1], true, Threads: 1),
            $"week,A\n{string.Join('\n', rows)}\n"
        );
        code.ShouldBe(0, report);
        report.ShouldContain("croston");
        var smooth = string.Join('\n', Enumerable.Range(1, 60).Select(t => $"{t},{50 + (t % 7)}"));
        Run(new ForecastOptions(3, [1], true, Threads: 1), $"week,A\n{smooth}\n").Report.ShouldNotContain("croston");
    }

    [Fact]
    public void A_horizon_longer_than_the_series_is_still_answered()
    {
        var (code, output, report) = Run(new ForecastOptions(50, [12], true), "month,A\n1,5\n");
        code.ShouldBe(0);
        output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(51);
        report.ShouldContain("nothing was held out");
    }

    [Fact]
    public void The_back_test_has_a_row_for_the_automatic_choice_unless_one_method_was_asked_for()
    {
        Run(new ForecastOptions(6, [12], true), Monthly()).Report.ShouldContain("automatic ");
        Run(new ForecastOptions(6, [12], true, "theta"), Monthly()).Report.ShouldNotContain("automatic ");
    }

    [Fact]
    public void The_automatic_choice_is_tested_on_points_it_has_not_seen()
    {
        const int horizon = 6;
        ReadOnlyMemory<double>[] whole = [.. Read(Monthly()).Select(s => (ReadOnlyMemory<double>)s.Values)];
        var chosen = AutomaticForecast.Forecast([.. whole.Select(s => s[..^horizon])], 12, horizon);
        Trial[] trials =
        [
            .. whole.Select((s, i) => new Trial(i, s[..^horizon], s[^horizon..], chosen.Series[i].Forecast)),
        ];
        var row = ForecastCommand
            .BackTest(new ForecastOptions(horizon, [12]), whole)
            .Single(r => r.Method == BackTestReport.Automatic);
        (row.Smape, row.Mase).ShouldBe(RollingOrigin.Score(trials, 12));
        row.Conformal80.ShouldBe(chosen.Intervals.Coverage(trials, 0.8));
    }

    [Fact]
    public void Pooled_weights_are_tested_on_points_they_were_not_learnt_from()
    {
        double Error(double later)
        {
            var random = new Random(3);
            ReadOnlyMemory<double>[] parts =
            [
                .. Enumerable
                    .Range(0, 20)
                    .Select(_ => (double[])[.. Enumerable.Range(0, 40).Select(t => t % 4 == 0 ? random.Next(1, 5) : 0)])
                    .Select(s => (ReadOnlyMemory<double>)(double[])[.. s, later, later, later]),
            ];
            var row = ForecastCommand
                .BackTest(new ForecastOptions(3, [], Method: ForecastCommand.Pooled), parts)
                .Single(r => r.Method == ForecastCommand.Pooled);
            return row.Mase;
        }
        // The forecast stays where it was, so the error grows by the whole difference.
        var scale = (Error(1_000) - Error(900)) / 100;
        (Error(2_000) - Error(1_000)).ShouldBe(1_000 * scale, 1e-6 * scale);
    }

    [Theory]
    [InlineData(0, 12, 0)]
    [InlineData(1, 0, 0)]
    [InlineData(1, 12, 12)]
    [InlineData(1_000_000, 12, 0)]
    public void Impossible_options_are_refused(int horizon, int season, int second)
    {
        int[] seasons = second > 0 ? [season, second] : [season];
        Run(new ForecastOptions(horizon, seasons), Monthly()).Code.ShouldBe(2);
    }

    [Fact]
    public void An_unknown_method_is_refused_with_the_known_ones()
    {
        var (code, _, report) = Run(new ForecastOptions(1, [12], Method: "oracle"), Monthly());
        code.ShouldBe(2);
        report.ShouldContain("median4");
    }

    private static (int Code, string Output, string Report) Run(ForecastOptions options, string text)
    {
        var (output, report) = (new StringWriter { NewLine = "\n" }, new StringWriter { NewLine = "\n" });
        var code = ForecastCommand.Run(options, new StringReader(text), output, report);
        return (code, output.ToString(), report.ToString());
    }

    private static IReadOnlyList<NamedSeries> Read(string text)
    {
        var content = SeriesFile.Read(new StringReader(text));
        content.Refusal.ShouldBeNull();
        return content.Series;
    }

    private static string Monthly()
    {
        var random = new Random(1);
        var lines = Enumerable
            .Range(0, 60)
            .Select(t =>
                FormattableString.Invariant(
                    $"{t},{100 + t + (20 * Math.Sin(t * Math.PI / 6)) + random.NextDouble()},{50 + random.Next(9)},"
                ) + (t % 3 == 0 ? random.Next(5) : 0)
            );
        return "month,rising,flat,part\n" + string.Join('\n', lines) + "\n";
    }

    private sealed class BrokenReader(string text) : StringReader(text)
    {
        public override string? ReadLine() =>
            base.ReadLine() ?? throw new InvalidDataException("unexpected end of stream");
    }
}
