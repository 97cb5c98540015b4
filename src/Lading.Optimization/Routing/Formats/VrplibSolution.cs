using System.Globalization;

namespace Lading.Optimization.Routing.Formats;

/// <summary>Routes in the form CVRPLIB publishes: "Route #1: 3 7 5", then "Cost 123".
/// Where depots come first among the locations, a client's number is its location's, as CVRPLIB and PyVRP number;
/// otherwise clients count from 1 in the order of the problem.</summary>
public static class VrplibSolution
{
    private static int FirstNumber(RoutingProblem problem)
    {
        int first = problem.Locations.Length - problem.Clients.Length;
        bool depotsFirst = first >= 1 && problem.Clients.Select((c, k) => c.Location == k + first).All(b => b);
        return depotsFirst ? first : 1;
    }

    public static void Write(TextWriter writer, RoutingProblem problem, RoutingPlan plan)
    {
        int first = FirstNumber(problem);
        for (int r = 0; r < plan.Routes.Length; r++)
        {
            writer.WriteLine($"Route #{r + 1}: {string.Join(' ', plan.Routes[r].Clients.Select(c => c + first))}");
        }
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Cost {plan.Cost / problem.CostScale:0.####}"));
    }

    /// <summary>The routes of a solution file as indices into the problem's clients; empty ones are kept, because in
    /// files with several depots the number of a route is the number of its vehicle.</summary>
    public static List<int[]>? Read(string text, RoutingProblem problem, out double? cost, out RoutingRefusal? refusal)
    {
        int first = FirstNumber(problem),
            clients = problem.Clients.Length;
        cost = null;
        refusal = null;
        var routes = new List<int[]>();
        var lines = new LineCursor(new StringReader(text));
        try
        {
            while (lines.Next())
            {
                int colon = lines.Text.IndexOf(':');
                if (lines.Text.StartsWith("Route", StringComparison.OrdinalIgnoreCase) && colon > 0)
                {
                    routes.Add([
                        .. lines
                            .Text[(colon + 1)..]
                            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                            .Select(f => Client(lines, f, first, clients)),
                    ]);
                }
                else if (lines.Text.StartsWith("Cost", StringComparison.OrdinalIgnoreCase))
                {
                    cost = lines.Number(lines.Text[4..].Trim(' ', ':', '\t'), "Cost");
                }
            }
            return routes.Count > 0 || clients == 0
                ? routes
                : throw lines.Refused("no-routes", "Route", "no line like 'Route #1: 3 7 5'");
        }
        catch (RefusedException e)
        {
            refusal = e.Refusal;
            return null;
        }
    }

    private static int Client(LineCursor lines, string field, int first, int clients)
    {
        int number = lines.Whole(field, "Route");
        return number >= first && number < first + clients
            ? number - first
            : throw lines.Refused(
                "unknown-client",
                "Route",
                $"{number} is not a client of {first} to {first + clients - 1}"
            );
    }
}
