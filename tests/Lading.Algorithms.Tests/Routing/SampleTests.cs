using Lading.Optimization.Routing;
using Lading.Optimization.Routing.Formats;

namespace Lading.Algorithms.Tests.Routing;

/// <summary>The problem that newcomers are shown, and what its page says of it.</summary>
public sealed class SampleTests
{
    [Fact]
    public void The_sample_of_the_JSON_form_is_solved_written_and_verified()
    {
        string sample = File.ReadAllText(Path.Combine(Repository.Root, "samples/routing-problem.json"));
        RoutingFiles.TryRead(sample, null, out var problem, out var refusal).ShouldBeTrue($"{refusal}");
        StringWriter report = new(),
            routes = new();
        RoutingCommand
            .Solve(
                new SolveCommand { Seconds = 0.1 },
                problem!,
                report,
                () => routes,
                new VerifierTests.EveryLookAMillisecond()
            )
            .ShouldBe(0, report.ToString());
        RoutingCommand.Verify(problem!, routes.ToString(), report).ShouldBe(0, report.ToString());
        report.ToString().ShouldContain("every required client is served");
    }

    [Fact]
    public void The_page_names_every_member_of_clients_and_vehicles()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs/reference/routing-problem.md"));
        foreach (var property in typeof(Client).GetProperties().Concat(typeof(VehicleType).GetProperties()))
        {
            string name = char.ToLowerInvariant(property.Name[0]) + property.Name[1..];
            page.ShouldContain($"`{name}`");
        }
    }
}
