using System.Globalization;

namespace Lading.Optimization.Routing.Formats;

/// <summary>Routes in the form CVRPLIB publishes: "Route #1: 3 7 5", then "Cost 123".
/// Clients are numbered from 1 in the order of the problem.</summary>
public static class VrplibSolution
{
    public static void Write(TextWriter writer, RoutingProblem problem, RoutingPlan plan)
    {
        for (int r = 0; r < plan.Routes.Length; r++)
        {
            writer.WriteLine($"Route #{r + 1}: {string.Join(' ', plan.Routes[r].Clients.Select(c => c + 1))}");
        }
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Cost {plan.Cost / problem.CostScale:0.####}"));
    }

    /// <summary>The routes of a solution file as indices into the problem's clients; empty ones are kept, because in
    /// files with several depots the number of a route is the number of its vehicle.</summary>
    public static List<int[]>? Read(string text, int clients, out double? cost, out RoutingRefusal? refusal)
    {
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
                    routes.Add([.. lines.Text[(colon + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)
                        .Select(f => Client(lines, f, clients))]);
                }
                else if (lines.Text.StartsWith("Cost", StringComparison.OrdinalIgnoreCase))
                {
                    cost = lines.Number(lines.Text[4..].Trim(' ', ':', '\t'), "Cost");
                }
            }
            return routes;
        }
        catch (RefusedException e)
        {
            refusal = e.Refusal;
            return null;
        }
    }

    private static int Client(LineCursor lines, string field, int clients)
    {
        int number = lines.Whole(field, "Route");
        return number >= 1 && number <= clients ? number - 1
            : throw lines.Refused("unknown-client", "Route", $"{number} is not a client of 1 to {clients}");
    }
}
