using Lading.Optimization.Routing;
using Lading.Optimization.Routing.Search;

namespace Lading.Algorithms.Tests.Routing;

/// <summary>Vehicles are merged only when nothing but the name tells them apart.</summary>
public sealed class FleetMergeTests
{
    private static readonly VehicleType Plain = new() { Id = "a", Capacity = [5] };

    /// <summary>Another value for everything a vehicle has but its id and count.</summary>
    private static readonly Dictionary<string, object> Others = new()
    {
        [nameof(VehicleType.Start)] = 1,
        [nameof(VehicleType.End)] = 1,
        [nameof(VehicleType.Capacity)] = Plain.Capacity.Add(3),
        [nameof(VehicleType.Shift)] = new ServiceWindow(0, 9),
        [nameof(VehicleType.FixedCost)] = 2.0,
        [nameof(VehicleType.DistanceCost)] = 2.0,
        [nameof(VehicleType.DurationCost)] = 2.0,
        [nameof(VehicleType.RegularDuration)] = 9,
        [nameof(VehicleType.OvertimeCost)] = 2.0,
        [nameof(VehicleType.MaxDistance)] = 9,
        [nameof(VehicleType.MaxDuration)] = 9,
        [nameof(VehicleType.MaxDriving)] = 9,
        [nameof(VehicleType.MaxStops)] = 9,
        [nameof(VehicleType.Skills)] = Plain.Skills.Add("crane"),
        [nameof(VehicleType.Breaks)] = Plain.Breaks.Add(new(new(1, 2), 3)),
        [nameof(VehicleType.DrivingRule)] = new DrivingRule(8, 1),
        [nameof(VehicleType.Reload)] = new ReloadRule(0, 1, 1),
        [nameof(VehicleType.Profile)] = 1,
    };

    public static TheoryData<string> Properties =>
        [.. typeof(VehicleType).GetProperties().Select(p => p.Name).Except(["Id", "Count"])];

    private static int Kept(params VehicleType[] vehicles)
    {
        var problem = new RoutingProblem
        {
            Locations = [],
            Clients = [],
            Travel = [],
            Vehicles = [.. vehicles],
        };
        return FleetMerge.Apply(problem, out _).Vehicles.Length;
    }

    [Theory]
    [MemberData(nameof(Properties))]
    public void A_difference_in_one_property_keeps_two_vehicles_apart(string property)
    {
        Others.ShouldContainKey(property, "a new property of vehicles: give another value, and FleetMerge its shape");
        var other = Plain with { Id = "b" };
        typeof(VehicleType).GetProperty(property)!.SetValue(other, Others[property]);
        Kept(Plain, other).ShouldBe(2);
    }

    [Fact]
    public void Equal_vehicles_of_two_names_are_merged_and_odd_skills_are_not_mistaken()
    {
        Kept(Plain with { Skills = ["b", "a"] }, Plain with { Id = "b", Skills = ["a", "b"] }).ShouldBe(1);
        Kept(Plain with { Skills = ["a,b"] }, Plain with { Id = "b", Skills = ["a", "b"] }).ShouldBe(2);
    }
}
