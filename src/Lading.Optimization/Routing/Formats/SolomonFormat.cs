namespace Lading.Optimization.Routing.Formats;

/// <summary>Solomon (1987) and Gehring-Homberger (1999): a vehicle line and one line per customer
/// (number, x, y, demand, ready time, due date, service time), customer 0 being the depot.</summary>
internal static class SolomonFormat
{
    public static RoutingProblem Read(TextReader reader, DistanceRounding rounding, out FieldLines origin)
    {
        var lines = new LineCursor(reader);
        double scale = RoutingFiles.ScaleOf(rounding);
        lines.Next();
        string name = lines.Text;
        if (!SkipTo(lines, 2))
        {
            throw lines.Refused("truncated", "VEHICLE", "no vehicle number and capacity");
        }
        int vehicles = lines.Whole(0, "VEHICLE NUMBER"),
            capacity = lines.Whole(1, "CAPACITY"),
            fleetLine = lines.Line;
        if (!SkipTo(lines, 7))
        {
            throw lines.Refused("truncated", "CUSTOMER", "no customers");
        }
        var places = new List<Location>();
        var clients = new List<Client>();
        var numbers = new HashSet<int>();
        var placeLines = new List<int>();
        ServiceWindow shift = default;
        do
        {
            lines.Need(7, "CUSTOMER");
            int number = lines.Whole(0, "CUST NO.");
            var window = Window(lines, scale);
            placeLines.Add(lines.Line);
            places.Add(new Location($"{number}", lines.Number(1, "XCOORD."), lines.Number(2, "YCOORD.")));
            int demand = lines.Whole(3, "DEMAND");
            if (places.Count == 1)
            {
                shift = window;
                continue;
            }
            if (demand < 0)
            {
                throw lines.Refused("amount-range", "DEMAND", $"{demand} is negative");
            }
            if (!numbers.Add(number))
            {
                throw lines.Refused("duplicate-id", "CUST NO.", $"{number} appears twice");
            }
            clients.Add(Customer(number, places.Count - 1, demand, window, lines.Scaled(6, "SERVICE TIME", scale)));
        } while (lines.Next());
        origin = RoutingFiles.RowLines(placeLines, fleetLine);
        return new RoutingProblem
        {
            Name = name,
            Locations = [.. places],
            Clients = [.. clients],
            Scale = scale,
            CostScale = scale,
            Vehicles = [RoutingFiles.Fleet(vehicles, capacity, shift)],
            Travel = [TravelMatrix.Straight(places, scale, rounding == DistanceRounding.Dimacs)],
        };
    }

    private static ServiceWindow Window(LineCursor lines, double scale)
    {
        var window = new ServiceWindow(lines.Scaled(4, "READY TIME", scale), lines.Scaled(5, "DUE DATE", scale));
        return window.Close < window.Open
            ? throw lines.Refused("window-reversed", "DUE DATE", "closes before it opens")
            : window;
    }

    private static Client Customer(int number, int location, int demand, ServiceWindow window, int service) =>
        new()
        {
            Id = $"{number}",
            Location = location,
            Delivery = [demand],
            Windows = [window],
            Service = service,
        };

    /// <summary>Moves to a line of numbers, over the headings, whose case and spacing vary between sources.</summary>
    private static bool SkipTo(LineCursor lines, int fields)
    {
        while (lines.Next())
        {
            if (char.IsAsciiDigit(lines.Text[0]) || lines.Text[0] == '-')
            {
                lines.Need(fields, fields == 2 ? "VEHICLE" : "CUSTOMER");
                return true;
            }
        }
        return false;
    }
}
