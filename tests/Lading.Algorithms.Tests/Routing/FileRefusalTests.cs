using Lading.Optimization.Routing;
using Lading.Optimization.Routing.Formats;

namespace Lading.Algorithms.Tests.Routing;

/// <summary>Spoilt VRPLIB and Li-Lim texts: each refusal names the line on which the fault is.</summary>
public sealed class FileRefusalTests
{
    private const string Vrplib = """
        NAME : t
        DIMENSION : 4
        VEHICLES : 2
        EDGE_WEIGHT_TYPE : EUC_2D
        NODE_COORD_SECTION
        1 0 0
        2 3 4
        3 6 8
        4 0 9
        DEMAND_SECTION
        1 0
        2 1
        3 2
        4 3
        CAPACITY_SECTION
        1 9
        2 5
        VEHICLES_DEPOT_SECTION
        1 1
        2 1
        VEHICLES_FIXED_COST_SECTION
        1 7
        2 8
        SERVICE_TIME_SECTION
        1 0
        2 1
        3 1
        4 1
        TIME_WINDOW_SECTION
        1 0 99
        2 0 50
        3 5 60
        4 0 70
        DEPOT_SECTION
        1
        -1
        EOF
        """;

    private const string Cells = """
        NAME : cells
        DIMENSION : 3
        EDGE_WEIGHT_TYPE : EXPLICIT
        EDGE_WEIGHT_FORMAT : LOWER_ROW
        CAPACITY : 9
        EDGE_WEIGHT_SECTION
        4
        5 6
        DEMAND_SECTION
        1 0
        2 1
        3 2
        DEPOT_SECTION
        1
        EOF
        """;

    private const string LiLim = """
        2 10 1
        0 0 0 0 0 100 0 0 0
        1 1 1 5 0 90 1 0 2
        2 2 1 -5 0 90 1 1 0
        3 3 3 4 0 90 1 0 4
        4 4 4 -4 0 90 1 3 0
        """;

    private static void ShouldRefuse(string whole, string good, string bad, int line, string field, string code)
    {
        whole = whole.ReplaceLineEndings("\n");
        whole.ShouldContain(good);
        RoutingFiles.TryRead(whole.Replace(good, bad), null, out _, out var refusal).ShouldBeFalse();
        (refusal!.Line, refusal.Field, refusal.Code).ShouldBe((line, field, "routing." + code), $"{refusal}");
    }

    [Fact]
    public void The_unspoilt_texts_are_read()
    {
        RoutingFiles.TryRead(Vrplib, null, out var problem, out var refusal).ShouldBeTrue($"{refusal}");
        problem!.Vehicles.Select(v => v.FixedCost / problem.CostScale).ShouldBe([7, 8]);
        RoutingFiles.TryRead(Cells, null, out problem, out refusal).ShouldBeTrue($"{refusal}");
        (problem!.Travel[0].Distance(2, 1), problem.Travel[0].Distance(0, 2)).ShouldBe((6, 5));
        RoutingFiles.TryRead(LiLim, null, out problem, out refusal).ShouldBeTrue($"{refusal}");
        problem!.Pairs.Length.ShouldBe(2);
    }

    [Theory]
    [InlineData("EUC_2D", "GEO", 4, "EDGE_WEIGHT_TYPE", "edge-weight-type")]
    [InlineData("EUC_2D", "CEIL_2D", 4, "EDGE_WEIGHT_TYPE", "edge-weight-type")]
    [InlineData(
        "DEMAND_SECTION",
        "EDGE_WEIGHT_SECTION\n1 2\nDEMAND_SECTION",
        4,
        "EDGE_WEIGHT_TYPE",
        "edge-weight-type"
    )]
    [InlineData("VEHICLES : 2", "RELEASE : 2", 3, "RELEASE", "unknown-key")]
    [InlineData("SERVICE_TIME_SECTION", "RELEASE_TIME_SECTION", 24, "RELEASE_TIME_SECTION", "unknown-section")]
    [InlineData("\n3 2\n", "\n3 2 7\n", 13, "DEMAND_SECTION", "extra-field")]
    [InlineData("\n3 6 8\n", "\n3 6 8 1\n", 8, "NODE_COORD_SECTION", "extra-field")]
    [InlineData("DIMENSION : 4", "DIMENSION : 500000000", 2, "DIMENSION", "too-many-clients")]
    [InlineData("VEHICLES : 2", "VEHICLES : 500000000", 17, "CAPACITY_SECTION", "truncated")]
    [InlineData("\n3 2\n", "\n3 2.5\n", 13, "DEMAND_SECTION", "amount-range")]
    [InlineData("\n2 5\n", "\n2 -5\n", 17, "CAPACITY_SECTION", "amount-range")]
    [InlineData("\n2 1\nVEHICLES_F", "\n2 0\nVEHICLES_F", 20, "VEHICLES_DEPOT_SECTION", "unknown-location")]
    [InlineData("\n2 1\nVEHICLES_F", "\n2 999\nVEHICLES_F", 20, "VEHICLES_DEPOT_SECTION", "unknown-location")]
    [InlineData("\n2 1\nVEHICLES_F", "\n2 3\nVEHICLES_F", 20, "VEHICLES_DEPOT_SECTION", "unknown-location")]
    [InlineData("\n2 8\n", "\n2 -8\n", 23, "vehicles[1]", "cost-range")]
    [InlineData("\n4 1\nTIME", "\n4 -1\nTIME", 28, "clients[2].service", "service-range")]
    [InlineData("\n3 5 60\n", "\n3 -5 60\n", 32, "clients[1].windows[0]", "window-range")]
    [InlineData("\n3 5 60\n", "\n3 65 60\n", 32, "TIME_WINDOW_SECTION", "window-reversed")]
    [InlineData("\n1 0 99\n", "\n1 -1 99\n", 30, "vehicles[0].shift[0]", "window-range")]
    public void A_spoilt_VRPLIB_file(string good, string bad, int line, string field, string code) =>
        ShouldRefuse(Vrplib, good, bad, line, field, code);

    [Theory]
    [InlineData("5 6", "5 3.7", 8, "EDGE_WEIGHT_SECTION", "matrix-cell")]
    [InlineData("5 6", "5 -6", 8, "EDGE_WEIGHT_SECTION", "matrix-cell")]
    [InlineData("5 6", "5", 8, "EDGE_WEIGHT_SECTION", "matrix-size")]
    [InlineData("LOWER_ROW", "UPPER_ROW", 4, "EDGE_WEIGHT_FORMAT", "edge-weight-format")]
    public void Spoilt_cells(string good, string bad, int line, string field, string code) =>
        ShouldRefuse(Cells, good, bad, line, field, code);

    [Theory]
    [InlineData("1 1 1 5 0 90 1 0 2\n", "", 3, "PICKUP")]
    [InlineData("2 2 1 -5 0 90 1 1 0\n", "", 3, "DELIVERY")]
    [InlineData("1 1 1 5 0 90 1 0 2", "1 1 1 5 0 90 1 0 0", 3, "DELIVERY")]
    [InlineData("4 -4 0 90 1 3 0", "4 -4 0 90 1 1 0", 5, "DELIVERY")]
    [InlineData("1 1 1 5 0", "1 1 1 6 0", 3, "DELIVERY")]
    [InlineData("1 1 1 5 0 90 1 0 2", "1 1 1 5 0 90 1 2 2", 3, "PICKUP")]
    public void Half_a_pair(string good, string bad, int line, string field) =>
        ShouldRefuse(LiLim, good, bad, line, field, "pair-broken");

    [Fact]
    public void A_range_broken_in_a_file_of_rows_names_the_row()
    {
        ShouldRefuse(LiLim, "\n2 2 1", "\n2 2000000000 1", 2, "travel[0][0][0]", "matrix-cell");
        ShouldRefuse(LiLim, "2 10 1", "2 1000000000 1", 1, "CAPACITY", "not-a-whole-number");
        ShouldRefuse(LiLim, "2 10 1", "2 -1 1", 1, "vehicles[0].capacity", "amount-range");
    }
}
