using Lading.Optimization.Routing;
using Lading.Optimization.Routing.Formats;
using Lading.Optimization.Routing.Verification;

namespace Lading.Algorithms.Tests.Routing;

public sealed class RefusalTests
{
    private const string Solomon = """
        TINY

        VEHICLE
        NUMBER     CAPACITY
          2         10

        CUSTOMER
        CUST NO.  XCOORD.  YCOORD.  DEMAND  READY TIME  DUE DATE  SERVICE TIME

            0      0        0        0         0        100          0
            1      3        4        5         0         50         10
            2      6        8        5         0         50         10
        """;

    private const string Json = """
        {
          "locations": [{"name": "a", "x": 0, "y": 0}, {"name": "b", "x": 3, "y": 4}],
          "vehicles": [{"id": "v", "start": 0, "end": 0, "capacity": [10]}],
          "clients": [
            {"id": "1", "location": 1, "windows": [{"open": 5, "close": 9}]},
            {"id": "2", "location": 1}
          ]
        }
        """;

    private static RoutingRefusal Refused(string text)
    {
        RoutingFiles.TryRead(text, null, out var problem, out var refusal).ShouldBeFalse();
        problem.ShouldBeNull();
        return refusal!;
    }

    [Fact]
    public void The_unspoilt_texts_are_read()
    {
        RoutingFiles
            .TryRead(Solomon, DistanceRounding.Dimacs, out var problem, out var refusal)
            .ShouldBeTrue($"{refusal}");
        problem!.Clients.Length.ShouldBe(2);
        problem.Travel[0].Distance(0, 1).ShouldBe(50);
        RoutingFiles.TryRead(Json, null, out problem, out refusal).ShouldBeTrue($"{refusal}");
        problem!.Clients[0].Windows[0].ShouldBe(new ServiceWindow(5, 9));
    }

    [Theory]
    [InlineData("50         10\n    2", "NaN        10\n    2", 11, "DUE DATE", "routing.not-a-number")]
    [InlineData(
        "0         50         10\n    2",
        "60        50         10\n    2",
        11,
        "DUE DATE",
        "routing.window-reversed"
    )]
    [InlineData("    2      6        8 ", "    1      6        8 ", 12, "CUST NO.", "routing.duplicate-id")]
    [InlineData("50         10\n    2", "50\n    2", 11, "CUSTOMER", "routing.missing-field")]
    [InlineData(
        "    1      3        4        5 ",
        "    1      3        4       -5 ",
        11,
        "DEMAND",
        "routing.amount-range"
    )]
    [InlineData("  2         10\n", "\n", 10, "VEHICLE NUMBER", null)]
    public void A_spoilt_Solomon_file_is_refused_by_line_and_field(
        string good,
        string bad,
        int line,
        string field,
        string? code
    )
    {
        string text = Solomon.ReplaceLineEndings("\n");
        text.ShouldContain(good);
        if (code is null)
        {
            Should.NotThrow(() => RoutingFiles.TryRead(text.Replace(good, bad), null, out _, out _));
            return;
        }
        var refusal = Refused(text.Replace(good, bad));
        (refusal.Line, refusal.Field, refusal.Code).ShouldBe((line, field, code));
    }

    [Fact]
    public void Every_truncation_of_a_file_is_answered()
    {
        foreach (string whole in (string[])[Solomon, Json])
        {
            for (int length = 0; length < whole.Length; length++)
            {
                if (!RoutingFiles.TryRead(whole[..length], null, out _, out var refusal))
                {
                    refusal.Line.ShouldNotBeNull(whole[..length]);
                    refusal.Field.ShouldNotBeNullOrEmpty();
                }
            }
        }
    }

    [Theory]
    [InlineData("\"close\": 9", "\"close\": 4", 5, "clients[0].windows[0]", "routing.window-reversed")]
    [InlineData("\"id\": \"2\"", "\"id\": \"1\"", 6, "clients[1].id", "routing.duplicate-id")]
    [InlineData(
        "\"id\": \"2\", \"location\": 1",
        "\"id\": \"2\", \"location\": 7",
        6,
        "clients[1].location",
        "routing.unknown-location"
    )]
    [InlineData("\"capacity\": [10]", "\"capacity\": [-1]", 3, "vehicles[0].capacity", "routing.amount-range")]
    [InlineData("\"id\": \"2\"", "\"idd\": \"2\"", 6, "clients[1]", "routing.json")]
    [InlineData(
        "  \"clients\"",
        "  \"travel\": [{\"distance\": [[0, 1], [null, 0]]}],\n  \"clients\"",
        4,
        "travel[0].distance[1][0]",
        "routing.matrix-cell"
    )]
    [InlineData("\"x\": 3, \"y\": 4", "\"x\": 3", 2, "locations[1]", "routing.missing-field")]
    [InlineData(", \"close\": 9", "", 5, "clients[0].windows[0]", "routing.json")]
    [InlineData("    {\"id\": \"2\", \"location\": 1}", "    null", 6, "clients[1]", "routing.missing-field")]
    [InlineData("[{\"id\": \"v\"", "[null, {\"id\": \"v\"", 3, "vehicles[0]", "routing.missing-field")]
    public void A_spoilt_JSON_problem_is_refused_by_line_and_field(
        string good,
        string bad,
        int line,
        string field,
        string code
    )
    {
        Json.ShouldContain(good);
        var refusal = Refused(Json.ReplaceLineEndings("\n").Replace(good, bad));
        refusal.Code.ShouldBe(code, refusal.ToString());
        refusal.Line.ShouldBe(line, refusal.ToString());
        refusal.Field.ShouldStartWith(field);
    }

    [Theory]
    [InlineData("scale", "0", "scale", "scale-range")]
    [InlineData("straightFactor", "-1", "straightFactor", "straight-factor")]
    [InlineData("pairs", "[{'pickupClient': '1', 'deliveryClient': '2'}]", "pairs[0]", "json")]
    [InlineData("pairs", "[null]", "pairs[0]", "missing-field")]
    [InlineData("locked", "[{'vehicleType': 'v'}]", "locked[0]", "json")]
    [InlineData(
        "locked",
        "[{'vehicleType': 'v', 'clients': ['1']}, {'vehicleType': 'v', 'clients': ['2']}]",
        "locked",
        "locked-vehicles"
    )]
    [InlineData("travel", "[null]", "travel[0]", "missing-field")]
    [InlineData("travel", "[{'distance': [[0, 1], null]}]", "travel[0].distance[1]", "missing-field")]
    [InlineData("travelSteps", "[{'from': 5}]", "travelSteps[0]", "json")]
    public void A_hole_half_a_rule_or_a_senseless_number_is_refused(
        string member,
        string value,
        string field,
        string code
    )
    {
        string json = Json.ReplaceLineEndings("\n")
            .Replace("  \"clients\"", $"  \"{member}\": {value},\n  \"clients\"");
        var refusal = Refused(json.Replace('\'', '"'));
        (refusal.Line, refusal.Code).ShouldBe((4, "routing." + code), refusal.ToString());
        refusal.Field.ShouldStartWith(field);
    }

    [Theory]
    [InlineData("{\"id\": \"v\"", "'skills': [null]", "vehicles[0].skills[0]", "missing-field")]
    [InlineData("{\"id\": \"v\"", "'breaks': [{'duration': 3}]", "vehicles[0].breaks[0]", "json")]
    [InlineData("{\"id\": \"v\"", "'drivingRule': {'after': 3}", "vehicles[0].drivingRule", "json")]
    [InlineData("{\"id\": \"2\"", "'onlyVehicles': [null]", "clients[1].onlyVehicles[0]", "missing-field")]
    public void Rules_of_a_vehicle_or_client_are_whole(string after, string member, string field, string code)
    {
        Json.ShouldContain(after);
        var refusal = Refused(Json.Replace(after, after + ", " + member.Replace('\'', '"')));
        refusal.Code.ShouldBe("routing." + code, refusal.ToString());
        refusal.Field.ShouldStartWith(field);
    }

    [Fact]
    public void A_broken_pair_names_its_line()
    {
        var refusal = Refused("2 10 1\n0 0 0 0 0 100 0 0 0\n1 1 1 5 0 90 1 0 2\n");
        (refusal.Line, refusal.Code).ShouldBe((3, "routing.pair-broken"));
    }

    [Fact]
    public void A_truncated_VRPLIB_file_names_the_section()
    {
        string text =
            "NAME : t\nDIMENSION : 3\nEDGE_WEIGHT_TYPE : EUC_2D\nCAPACITY : 9\nNODE_COORD_SECTION\n1 0 0\n2 1 1\n";
        Refused(text + "3 2 2\nDEMAND_SECTION\n1 0\n2 1\n3 1\n").Field.ShouldBe("DEPOT_SECTION");
        Refused(text + "DEMAND_SECTION\n1 0\n2 1\n3 1\nDEPOT_SECTION\n1\n-1\n").Field.ShouldBe("NODE_COORD_SECTION");
    }

    [Fact]
    public void A_hundred_thousand_stops_are_refused_at_once()
    {
        var places = Enumerable.Range(0, 100_001).Select(k => new Location("", k, 0)).ToArray();
        var problem = new RoutingProblem
        {
            Locations = [.. places],
            Vehicles = [new VehicleType { Id = "v" }],
            Clients = [.. Enumerable.Range(1, 100_000).Select(k => new Client { Id = $"{k}", Location = k })],
            Travel = [TravelMatrix.Straight(places, 1, false)],
        };
        ProblemCheck.Refuse(problem)!.Code.ShouldBe("routing.too-many-clients");
    }

    [Fact]
    public void A_demand_above_every_vehicle_leaves_only_that_client_out()
    {
        RoutingFiles
            .TryRead(Json.Replace("\"id\": \"2\"", "\"delivery\": [11], \"id\": \"2\""), null, out var problem, out _)
            .ShouldBeTrue();
        var plan = RoutingSolver.Solve(problem!, new SolveOptions(), StopRule.Iterations(50));
        plan.Unassigned.ShouldBe([1]);
        plan.RequiredLeftOut.ShouldBe(1);
    }

    [Fact]
    public void No_clients_at_all_make_an_empty_plan()
    {
        RoutingFiles.TryRead(Json, null, out var problem, out _).ShouldBeTrue();
        var plan = RoutingSolver.Solve(problem! with { Clients = [] }, new SolveOptions(), StopRule.Iterations(50));
        plan.Routes.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(double.NaN, 1, null, "--time")]
    [InlineData(-1, 1, null, "--time")]
    [InlineData(1e300, 1, null, "--time")]
    [InlineData(1, 0, null, "--threads")]
    [InlineData(1, 65, null, "--threads")]
    [InlineData(1, 1, 0.0, "--best-known")]
    [InlineData(1, 1, double.NaN, "--best-known")]
    public void Options_without_sense_are_refused(double seconds, int threads, double? bestKnown, string named)
    {
        var command = new SolveCommand
        {
            Seconds = seconds,
            Threads = threads,
            BestKnown = bestKnown,
        };
        RoutingCommand.Refuse(command)!.Field.ShouldBe(named);
        RoutingCommand.Refuse(new SolveCommand()).ShouldBeNull();
    }

    [Fact]
    public void A_budget_too_short_for_a_first_plan_leaves_the_rest_out_and_says_so()
    {
        RoutingFiles.TryRead(Json, null, out var problem, out _).ShouldBeTrue();
        Client[] many = [.. Enumerable.Range(0, 500).Select(k => new Client { Id = $"{k}", Location = 1 })];
        var plan = RoutingSolver.Solve(
            problem! with
            {
                Clients = [.. many],
            },
            new SolveOptions(),
            StopRule.Iterations(0)
        );
        plan.RequiredLeftOut.ShouldBeGreaterThan(400);
        plan.RequiredLeftOut.ShouldBe(plan.Unassigned.Length);
        RouteVerifier.Verify(problem with { Clients = [.. many] }, plan).Violations.ShouldBeEmpty();
    }
}
