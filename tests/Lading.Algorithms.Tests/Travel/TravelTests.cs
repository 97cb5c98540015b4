using FsCheck;
using FsCheck.Fluent;
using Lading.Optimization;
using Lading.Optimization.Travel;

namespace Lading.Algorithms.Tests.Travel;

public sealed class TravelTests
{
    private const double Hour = 3_600;

    private static readonly SpeedProfile Rush = new([
        .. Enumerable
            .Range(0, 24)
            .Select(h =>
                h is 8 or 17 ? 0.5
                : h == 3 ? 1.25
                : 1
            ),
    ]);

    [Theory]
    [InlineData(50.0359, -5.4253, 58.3838, -3.0412, 940_900)]
    [InlineData(40.6413, -73.7781, 51.4700, -0.4543, 5_540_000)]
    [InlineData(0, 179.5, 0, -179.5, 111_195)]
    [InlineData(90, 0, -90, 77, 20_015_115)]
    public void Great_circles_match_known_distances(
        double lat1,
        double lon1,
        double lat2,
        double lon2,
        double metres
    ) => new GeoPoint(lat1, lon1).MetresTo(new GeoPoint(lat2, lon2)).ShouldBe(metres, metres * 0.002);

    [Fact]
    public void Great_circle_legs_stretch_by_the_detour()
    {
        var travel = new GreatCircleTravel([new(0, 0), new(0, 1)], detour: 1.3, metresPerSecond: 20);

        travel.Leg(0, 1).Metres.ShouldBe(1.3 * 111_195, 10);
        travel.Leg(1, 0).Seconds.ShouldBe(1.3 * 111_195 / 20, 1);
        travel.Leg(1, 1).ShouldBe(new TravelLeg(0, 0));
    }

    [Fact]
    public void A_journey_slows_in_the_rush_hour_and_goes_on_after_it()
    {
        Rush.Arrival(8 * Hour, 600).ShouldBe(8 * Hour + 1_200);
        // Half an hour free before eight, then half an hour's worth of way takes the whole slow hour.
        Rush.Arrival(7.5 * Hour, Hour).ShouldBe(9 * Hour);
        Rush.Arrival(23.5 * Hour, Hour).ShouldBe(24.5 * Hour);
        SpeedProfile.Free.Arrival(-5, 10).ShouldBe(5);
    }

    [Fact]
    public void Who_leaves_later_never_arrives_earlier_and_departures_invert_arrivals() =>
        Prop.ForAll(
                ArbMap.Default.ArbFor<int>(),
                seed =>
                {
                    var random = new Random(seed);
                    var profile = new SpeedProfile([
                        .. Enumerable
                            .Range(0, random.Next(2) == 0 ? 24 : 168)
                            .Select(_ => 0.1 + 2 * random.NextDouble()),
                    ]);
                    var departure = (random.NextDouble() - 0.3) * 1e6;
                    var free = random.NextDouble() * 1e5;
                    var arrival = profile.Arrival(departure, free);
                    return profile.Arrival(departure + random.NextDouble() * 4_000, free) >= arrival - 1e-6
                        && Math.Abs(profile.Departure(arrival, free) - departure) < 1e-4
                        && Math.Abs(profile.Arrival(profile.Arrival(departure, free / 2), free / 2) - arrival) < 1e-4;
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Learnt_quantiles_hold_on_journeys_not_seen()
    {
        var random = new Random(4);
        var bias = Enumerable.Range(0, 40).Select(_ => Math.Exp(0.25 * Normal(random))).ToArray();
        var correction = new TravelCorrection();
        for (var journey = 0; journey < 8_000; journey++)
        {
            var lane = random.Next(40);
            correction.Learn($"{lane}", 1_000, 1_000 * bias[lane] * Math.Exp(0.15 * Normal(random)));
        }

        foreach (var quantile in new[] { 0.1, 0.5, 0.8, 0.95 })
        {
            var within = 0;
            for (var journey = 0; journey < 20_000; journey++)
            {
                var lane = random.Next(40);
                var actual = bias[lane] * Math.Exp(0.15 * Normal(random));
                within += actual <= correction.Factor($"{lane}", quantile) ? 1 : 0;
            }
            (within / 20_000.0).ShouldBe(quantile, 0.025, $"quantile {quantile}");
        }
    }

    [Fact]
    public void A_key_starts_at_the_pool_and_becomes_itself()
    {
        var correction = new TravelCorrection(poolWeight: 10, memory: 50);
        correction.Factor("any", 0.5).ShouldBe(1);
        for (var i = 0; i < 400; i++)
            correction.Learn($"lane {i % 20}", 100, 120);
        correction.Factor("new", 0.5).ShouldBe(1.2, 1e-9);

        correction.Learn("slow", 100, 300);
        correction.Factor("slow", 0.5).ShouldBe(1.2, 1e-9);
        for (var i = 0; i < 60; i++)
            correction.Learn("slow", 100, 300);

        correction.Factor("slow", 0.5).ShouldBe(3, 1e-9);
        correction.Known("slow").ShouldBe(50);
    }

    [Fact]
    public void Factors_rise_with_the_quantile_and_scale_with_the_journeys() =>
        Prop.ForAll(
                ArbMap.Default.ArbFor<int>(),
                seed =>
                {
                    var random = new Random(seed);
                    var (plain, doubled) = (new TravelCorrection(), new TravelCorrection());
                    for (var i = 0; i < 60; i++)
                    {
                        var (key, actual) = ($"{random.Next(5)}", 50 + 200 * random.NextDouble());
                        plain.Learn(key, 100, actual);
                        doubled.Learn(key, 100, 2 * actual);
                    }
                    var factors = Enumerable.Range(1, 99).Select(q => plain.Factor("1", q / 100.0)).ToList();
                    return factors.Zip(factors.Skip(1)).All(p => p.First <= p.Second + 1e-12)
                        && Math.Abs(doubled.Factor("1", 0.8) - 2 * plain.Factor("1", 0.8)) < 1e-9;
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void An_arrival_joins_matrix_hour_and_history()
    {
        var travel = new MatrixTravel(
            new double[,]
            {
                { 0, 9_000 },
                { 8_000, 0 },
            },
            new double[,]
            {
                { 0, 600 },
                { 500, 0 },
            }
        );
        var correction = new TravelCorrection();
        var estimate = new ArrivalEstimate(travel, Rush, correction);
        correction.Learn("lane", estimate.Forecast(0, 1, 8 * Hour), 1_500);

        estimate.Forecast(0, 1, 8 * Hour).ShouldBe(1_200);
        estimate.Arrival(0, 1, 8 * Hour, "lane").ShouldBe(8 * Hour + 1_500, 1e-6);
        estimate.Arrival(1, 0, 12 * Hour, "other").ShouldBe(12 * Hour + 625, 1e-6);
    }

    [Fact]
    public void Bad_input_is_refused_by_field()
    {
        Refused(() => new GeoPoint(91, 0), "latitude");
        Refused(() => new GeoPoint(0, double.NaN), "longitude");
        Refused(() => new GreatCircleTravel([], detour: 0.5), "detour");
        Refused(() => new GreatCircleTravel([], metresPerSecond: 0), "metresPerSecond");
        Refused(() => new GreatCircleTravel([default]).Leg(0, 1), "to");
        Refused(() => new MatrixTravel(new double[1, 2], new double[1, 1]), "metres");
        Refused(() => new MatrixTravel(new double[1, 1], new double[2, 2]), "seconds");
        Refused(
            () =>
                new MatrixTravel(
                    new[,]
                    {
                        { 0, double.NaN },
                        { 1, 0 },
                    },
                    new double[2, 2]
                ),
            "metres[0, 1]"
        );
        Refused(() => new SpeedProfile([1, 1]), "speedByHour.count");
        Refused(() => new SpeedProfile(new double[24]), "speedByHour[0]");
        Refused(() => Rush.Arrival(double.NaN, 1), "departure");
        Refused(() => Rush.Arrival(0, -1), "freeSeconds");
        Refused(() => new TravelCorrection(memory: 0), "memory");
        Refused(() => new TravelCorrection().Learn("k", 0, 1), "forecastSeconds");
        Refused(() => new TravelCorrection().Learn("k", 10, 1_000), "actualSeconds");
        Refused(() => new TravelCorrection().Factor("k", 1), "quantile");
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static void Refused(Action action, string field) =>
        Should.Throw<OptimizationInputException>(action).Field.ShouldBe(field);
}
