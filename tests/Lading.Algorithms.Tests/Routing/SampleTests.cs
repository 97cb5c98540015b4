using Lading.Optimization.Routing;
using Lading.Optimization.Routing.Formats;

namespace Lading.Algorithms.Tests.Routing;

/// <summary>The problem that newcomers are shown, and what its page says of it.</summary>
public sealed class SampleTests
{
    [Fact]
    public void The_sample_of_the_JSON_form_is_solved_written_and_verified()
    {
        string root = Repository.Root,
            sample = Path.Combine(root, "samples/routing-problem.json");
        string routes = Path.Combine(Directory.CreateTempSubdirectory("lading-sample").FullName, "routes.sol");
        var output = new StringWriter();
        var command = new SolveCommand
        {
            File = sample,
            Seconds = 0.1,
            Out = routes,
        };
        RoutingCli.Solve(command, output, new VerifierTests.EveryLookAMillisecond()).ShouldBe(0, output.ToString());
        RoutingCli
            .Verify(new VerifyRoutesCommand { File = sample, Solution = routes }, output)
            .ShouldBe(0, output.ToString());
        output.ToString().ShouldContain("every required client is served");
        Directory.Delete(Path.GetDirectoryName(routes)!, recursive: true);
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
