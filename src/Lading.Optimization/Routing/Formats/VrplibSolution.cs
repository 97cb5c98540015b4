using System.Globalization;

namespace Lading.Optimization.Routing.Formats;

/// <summary>Routes in the form CVRPLIB publishes: "Route #1: 3 7 5", then "Cost 123".
/// Where depots come first among the locations, a client's number is its location's, as CVRPLIB and PyVRP number;
/// otherwise clients count from 1 in the order of the problem. Where there are several types of vehicle, a route's
/// number is its vehicle's, counted through the types in their order (a type never counts for more vehicles than there
/// are clients), and vehicles that stay at home have empty routes; where there is one type, numbers mean nothing.
/// </summary>
public static class VrplibSolution
{
    private static int FirstNumber(RoutingProblem problem)
    {
        int first = problem.Locations.Length - problem.Clients.Length;
        bool depotsFirst = first >= 1 && problem.Clients.Select((c, k) => c.Location == k + first).All(b => b);
        return depotsFirst ? first : 1;
    }

    /// <summary>The number of each type's first vehicle, and one more than the last vehicle's.</summary>
    private static long[] VehicleNumbers(RoutingProblem problem)
    {
        var first = new long[problem.Vehicles.Length + 1];
        first[0] = 1;
        for (int t = 0; t < problem.Vehicles.Length; t++)
        {
            first[t + 1] = first[t] + Math.Min(problem.Vehicles[t].Count, problem.Clients.Length);
        }
        return first;
    }

    public static void Write(TextWriter writer, RoutingProblem problem, RoutingPlan plan)
    {
        int first = FirstNumber(problem);
        long[] next = VehicleNumbers(problem);
        bool byVehicle = problem.Vehicles.Length > 1;
        var numbered = plan.Routes.Select((r, k) => (Number: byVehicle ? next[r.Vehicle]++ : k + 1, Route: r));
        long number = 0;
        foreach (var (vehicle, route) in numbered.OrderBy(r => r.Number))
        {
            while (++number < vehicle)
            {
                writer.WriteLine($"Route #{number}:");
            }
            writer.WriteLine($"Route #{number}: {string.Join(' ', route.Clients.Select(c => c + first))}");
        }
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Cost {plan.Cost / problem.CostScale:0.####}"));
    }

    /// <summary>The routes of a solution file that are not empty: index of the vehicle type, and clients as indices
    /// into the problem's.</summary>
    public static List<(int Type, int[] Clients)>? Read(
        string text,
        RoutingProblem problem,
        out double? cost,
        out RoutingRefusal? refusal
    )
    {
        int first = FirstNumber(problem),
            clients = problem.Clients.Length,
            named = 0;
        long[] vehicles = VehicleNumbers(problem);
        var taken = new HashSet<int>();
        cost = null;
        refusal = null;
        var routes = new List<(int, int[])>();
        var lines = new LineCursor(new StringReader(text));
        try
        {
            while (lines.Next())
            {
                int colon = lines.Text.IndexOf(':');
                if (lines.Text.StartsWith("Route", StringComparison.OrdinalIgnoreCase) && colon > 0)
                {
                    named++;
                    string[] stops = lines.Text[(colon + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
                    if (stops.Length > 0)
                    {
                        int type = problem.Vehicles.Length > 1 ? Type(lines, colon, vehicles, taken) : 0;
                        routes.Add((type, [.. stops.Select(f => Client(lines, f, first, clients))]));
                    }
                }
                else if (lines.Text.StartsWith("Cost", StringComparison.OrdinalIgnoreCase))
                {
                    cost = lines.Number(lines.Text[4..].Trim(' ', ':', '\t'), "Cost");
                }
            }
            return named > 0 || clients == 0
                ? routes
                : throw lines.Refused("no-routes", "Route", "no line like 'Route #1: 3 7 5'");
        }
        catch (RefusedException e)
        {
            refusal = e.Refusal;
            return null;
        }
    }

    private static int Type(LineCursor lines, int colon, long[] vehicles, HashSet<int> taken)
    {
        int number = lines.Whole(lines.Text[5..colon].Trim(' ', '\t', '#'), "Route");
        if (number < 1 || number >= vehicles[^1])
        {
            throw lines.Refused("unknown-vehicle", "Route", $"{number} is not a vehicle of 1 to {vehicles[^1] - 1}");
        }
        return taken.Add(number)
            ? Array.FindLastIndex(vehicles, v => v <= number)
            : throw lines.Refused("duplicate-id", "Route", $"{number} appears twice");
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
