using Lading.Optimization;
using Lading.Optimization.Picking;
using Lading.Optimization.Slotting;

namespace Lading.Algorithms.Tests.Slotting;

public sealed class SlottingTests
{
    private static readonly WarehouseLayout Hall = WarehouseLayout.Regular(
        4,
        aisleSpacing: 4,
        blocks: 1,
        blockLength: 20
    );

    /// <summary>One round that picks the first SKU.</summary>
    private static readonly int[][] OneRound =
    [
        [0],
    ];

    [Fact]
    public void Single_line_rounds_are_served_best_by_the_cube_per_order_index()
    {
        // Heskett's rule is optimal here: the search must find nothing better and nothing worse.
        var stream = new AffinityOrderStream(40, Affinity: 0, MeanLines: 1).Draw(4_000, seed: 2);
        var problem = Problem(40, stream);
        var rule = SlottingSearch.MeanCost(problem, CubePerOrderIndex.Assign(problem));

        var found = SlottingSearch.Assign(problem, Options(3_000));

        SlottingSearch.MeanCost(problem, found).ShouldBe(rule, 1e-9);
    }

    [Fact]
    public void Small_slottings_come_close_to_the_best_of_all_assignments()
    {
        var above = 0.0;
        for (var seed = 0; seed < 8; seed++)
        {
            var random = new Random(seed);
            int[][] rounds =
            [
                .. Enumerable
                    .Range(0, 60)
                    .Select(_ =>
                        Enumerable.Range(0, 1 + random.Next(3)).Select(_ => random.Next(7) * random.Next(2)).ToArray()
                    ),
            ];
            StorageLocation[] places =
            [
                .. Enumerable
                    .Range(0, 7)
                    .Select(i => new StorageLocation($"{i}", new PickPosition(random.Next(4), random.Next(21)))),
            ];
            var problem = new SlottingProblem(Hall, Skus(7), places, rounds);

            var found = SlottingSearch.Assign(problem, Options(2_000) with { Certainty = 0 });

            above += SlottingSearch.MeanCost(problem, found) / BestAssignment(problem) - 1;
        }
        (above / 8).ShouldBeLessThan(0.03);
    }

    [Fact]
    public void Affinity_pays_on_rounds_that_were_not_seen()
    {
        var stream = new AffinityOrderStream(400, Affinity: 0.7);
        var seen = Problem(400, stream.Draw(6_000, seed: 2));
        var unseen = Problem(400, stream.Draw(3_000, seed: 3));

        var found = SlottingSearch.Assign(seen, Options(6_000));

        SlottingSearch
            .MeanCost(unseen, found)
            .ShouldBeLessThan(0.95 * SlottingSearch.MeanCost(unseen, CubePerOrderIndex.Assign(seen)));
    }

    [Fact]
    public void Weight_and_space_limits_hold_and_heavy_goods_go_where_lifting_is_easy()
    {
        var random = new Random(3);
        Sku[] skus = [.. Enumerable.Range(0, 60).Select(i => new Sku($"{i}", random.Next(1, 30), random.Next(1, 10)))];
        StorageLocation[] places =
        [
            .. Enumerable
                .Range(0, 80)
                .Select(i => new StorageLocation(
                    $"{i}",
                    new PickPosition(i / 20, i % 20),
                    i % 2 == 0 ? 40 : 15,
                    i % 3 == 0 ? 5 : 20,
                    i % 2 == 0 ? 0 : 0.5
                )),
        ];
        var problem = new SlottingProblem(Hall, skus, places, new AffinityOrderStream(60, 0.5).Draw(1_000, seed: 1));

        var found = SlottingSearch.Assign(problem, Options(2_000));

        problem.Require(found, "found");
        problem.Require(CubePerOrderIndex.Assign(problem), "rule");
        SlottingSearch
            .MeanCost(problem, found)
            .ShouldBeLessThan(SlottingSearch.MeanCost(problem, CubePerOrderIndex.Assign(problem)));
    }

    [Fact]
    public void A_tight_fit_is_found_where_first_come_would_block_it()
    {
        // The popular light SKU would take the only strong place; a chain of moves frees it.
        Sku[] skus = [new("light", 1), new("heavy", 20)];
        StorageLocation[] places =
        [
            new("strong", new PickPosition(0, 1), MaxWeightKg: 30),
            new("weak", new PickPosition(0, 9), MaxWeightKg: 5),
        ];
        var problem = new SlottingProblem(
            Hall,
            skus,
            places,
            [
                [0],
                [0],
                [1],
            ]
        );

        CubePerOrderIndex.Assign(problem).ShouldBe([1, 0]);
    }

    [Fact]
    public void Moves_are_ordered_by_gain_and_lead_where_they_say()
    {
        var problem = Problem(120, new AffinityOrderStream(120, 0.6).Draw(3_000, seed: 5));
        var current = CubePerOrderIndex.Assign(problem);
        var target = SlottingSearch.Improve(problem, current, Options(4_000));

        var moves = ReslottingMoves.Plan(problem, current, target);

        moves.Count.ShouldBeGreaterThan(3);
        var slotting = current.ToArray();
        var cost = SlottingSearch.MeanCost(problem, slotting);
        foreach (var move in moves)
        {
            slotting[move.Sku].ShouldBe(move.From);
            slotting[move.Sku] = move.To;
            if (move.Displaced is { } displaced)
                slotting[displaced] = move.From;
            var after = SlottingSearch.MeanCost(problem, slotting);
            (cost - after).ShouldBe(move.Gain / problem.Rounds.Length, 1e-6);
            move.Gain.ShouldBeGreaterThan(0);
            cost = after;
        }
        var first = moves.Take(moves.Count / 4).Average(m => m.Gain / m.Carried);
        first.ShouldBeGreaterThan(moves.Skip(3 * moves.Count / 4).Average(m => m.Gain / m.Carried));
        ReslottingMoves.Plan(problem, current, target, mostMoves: 2).Count.ShouldBe(2);
    }

    [Fact]
    public void A_good_slotting_is_left_alone_when_moving_costs_more_than_it_saves()
    {
        var stream = new AffinityOrderStream(120, 0.6);
        var problem = Problem(120, stream.Draw(3_000, seed: 5));
        var settled = SlottingSearch.Improve(problem, CubePerOrderIndex.Assign(problem), Options(8_000));
        var next = Problem(120, stream.Draw(3_000, seed: 6));

        var kept = SlottingSearch.Improve(next, settled, Options(3_000) with { MoveCost = 1_000 });

        settled.Zip(kept).Count(p => p.First != p.Second).ShouldBeLessThan(6);
        SlottingSearch.Improve(next, settled, Options(3_000) with { MoveCost = 1e9 }).ShouldBe(settled);
    }

    [Fact]
    public void The_same_seed_gives_the_same_slotting()
    {
        var problem = Problem(80, new AffinityOrderStream(80, 0.5).Draw(500, seed: 1));

        SlottingSearch.Assign(problem, Options(500)).ShouldBe(SlottingSearch.Assign(problem, Options(500)));
    }

    [Fact]
    public void Bad_problems_are_refused_by_field()
    {
        var places = Places(3);
        int[][] outside =
        [
            [0],
            [2],
        ];
        Refused(() => new SlottingProblem(Hall, [], places, OneRound), "skus.count");
        Refused(() => new SlottingProblem(Hall, Skus(4), places, OneRound), "locations.count");
        Refused(() => new SlottingProblem(Hall, [new("a"), new("a")], places, OneRound), "skus[1].id");
        Refused(() => new SlottingProblem(Hall, [new("a", double.NaN)], places, OneRound), "skus[0].weightKg");
        Refused(() => new SlottingProblem(Hall, Skus(2), places, []), "rounds.count");
        Refused(() => new SlottingProblem(Hall, Skus(2), places, outside), "rounds[1]");
        Refused(
            () => new SlottingProblem(Hall, Skus(1), [new("x", new PickPosition(0, 99))], OneRound),
            "locations[0].y"
        );
        Refused(
            () => new SlottingProblem(Hall, Skus(1), [new("x", default, Effort: double.NaN)], OneRound),
            "locations[0].effort"
        );
    }

    [Fact]
    public void Bad_assignments_and_streams_are_refused_by_field()
    {
        var heavy = new SlottingProblem(Hall, [new("anvil", 90)], [new("shelf", default, MaxWeightKg: 10)], OneRound);
        Refused(() => CubePerOrderIndex.Assign(heavy), "skus[0]");
        var two = new SlottingProblem(Hall, Skus(2), Places(3), OneRound);
        Refused(() => two.Require([0, 0], "slotting"), "slotting[1]");
        Refused(() => SlottingSearch.Improve(two, [0, 7], Options(1)), "current[1]");
        Refused(() => new AffinityOrderStream(5, Affinity: 1.5).Draw(1, 1), "Affinity");
    }

    private static double BestAssignment(SlottingProblem problem)
    {
        var best = double.PositiveInfinity;
        void Permute(int[] places, int at)
        {
            if (at == places.Length)
            {
                best = Math.Min(best, SlottingSearch.MeanCost(problem, places));
                return;
            }
            for (var i = at; i < places.Length; i++)
            {
                (places[at], places[i]) = (places[i], places[at]);
                Permute(places, at + 1);
                (places[at], places[i]) = (places[i], places[at]);
            }
        }
        Permute([.. Enumerable.Range(0, problem.Locations.Count)], 0);
        return best;
    }

    private static SlottingProblem Problem(int skus, int[][] rounds) => new(Hall, Skus(skus), Places(skus), rounds);

    private static Sku[] Skus(int count) => [.. Enumerable.Range(0, count).Select(i => new Sku($"{i}"))];

    private static StorageLocation[] Places(int count) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(i => new StorageLocation(
                    $"{i}",
                    new PickPosition(i * 4 / count, 20.0 * (i % ((count + 3) / 4)) / count * 4)
                )),
        ];

    private static SlottingOptions Options(int tries) => new(SearchLimit.Iterations(tries));

    private static void Refused(Action action, string field) =>
        Should.Throw<OptimizationInputException>(action).Field.ShouldBe(field);
}
