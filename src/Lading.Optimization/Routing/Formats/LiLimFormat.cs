namespace Lading.Optimization.Routing.Formats;

/// <summary>Li and Lim (2003): vehicles, capacity and speed, then one line per task (number, x, y, demand, earliest,
/// latest, service, pickup partner, delivery partner), task 0 being the depot. Speed is not used, as in the published
/// results.</summary>
internal static class LiLimFormat
{
    private sealed record Task(int Number, int Demand, int Pickup, int Delivery, int Line);

    public static RoutingProblem Read(TextReader reader, DistanceRounding rounding, out FieldLines origin)
    {
        var lines = new LineCursor(reader);
        double scale = RoutingFiles.ScaleOf(rounding);
        lines.Next();
        lines.Need(2, "VEHICLES");
        int vehicles = lines.Whole(0, "VEHICLES"),
            capacity = lines.Whole(1, "CAPACITY"),
            fleetLine = lines.Line;
        var placeLines = new List<int>();
        var places = new List<Location>();
        var clients = new List<Client>();
        var tasks = new Dictionary<int, Task>();
        ServiceWindow shift = default;
        while (lines.Next())
        {
            lines.Need(9, "TASK");
            int number = lines.Whole(0, "TASK NO.");
            var window = new ServiceWindow(lines.Scaled(4, "EARLIEST", scale), lines.Scaled(5, "LATEST", scale));
            if (window.Close < window.Open)
            {
                throw lines.Refused("window-reversed", "LATEST", "closes before it opens");
            }
            placeLines.Add(lines.Line);
            places.Add(new Location($"{number}", lines.Number(1, "X"), lines.Number(2, "Y")));
            if (places.Count == 1)
            {
                shift = window;
                continue;
            }
            if (!tasks.TryAdd(number, TaskOf(lines, number)))
            {
                throw lines.Refused("duplicate-id", "TASK NO.", $"{number} appears twice");
            }
            clients.Add(ClientOf(number, places.Count - 1, window, lines.Scaled(6, "SERVICE", scale)));
        }
        if (clients.Count == 0)
        {
            throw lines.Refused("truncated", "TASK", "no tasks");
        }
        foreach (var task in tasks.Values)
        {
            Whole(task, tasks);
        }
        origin = RoutingFiles.RowLines(placeLines, fleetLine);
        return new RoutingProblem
        {
            Name = "Li-Lim",
            Locations = [.. places],
            Clients = [.. clients],
            Scale = scale,
            CostScale = scale,
            Pairs = [.. tasks.Values.Where(t => t.Delivery != 0).Select(Pair)],
            Vehicles = [RoutingFiles.Fleet(vehicles, capacity, shift)],
            Travel = [TravelMatrix.Straight(places, scale, rounding == DistanceRounding.Dimacs)],
        };
    }

    private static Client ClientOf(int number, int location, ServiceWindow window, int service) =>
        new()
        {
            Id = $"{number}",
            Location = location,
            Windows = [window],
            Service = service,
        };

    private static Task TaskOf(LineCursor lines, int number) =>
        new(number, lines.Whole(3, "DEMAND"), lines.Whole(7, "PICKUP"), lines.Whole(8, "DELIVERY"), lines.Line);

    private static PickupDelivery Pair(Task pickup) => new($"{pickup.Number}", $"{pickup.Delivery}", [pickup.Demand]);

    /// <summary>Goods are picked up by one task and delivered by another, and each names the other: half a pair is what
    /// a cut file leaves.</summary>
    private static void Whole(Task task, Dictionary<int, Task> tasks)
    {
        var (pickup, delivery) = (task.Pickup, task.Delivery);
        string? fault =
            pickup != 0 && delivery != 0 ? $"task {task.Number} names both a pickup and a delivery"
            : pickup == 0 && delivery == 0
                ? (task.Demand == 0 ? null : $"task {task.Number} has a demand but names no pickup or delivery")
            : !tasks.TryGetValue(pickup + delivery, out var other) ? $"task {pickup + delivery} is missing"
            : (pickup != 0 ? other.Delivery : other.Pickup) != task.Number
                ? $"task {other.Number} does not name {task.Number} back"
            : other.Demand != -task.Demand ? $"task {other.Number} has another amount"
            : delivery != 0 == task.Demand < 0 && task.Demand != 0
                ? "a pickup adds to the load, a delivery takes from it"
            : null;
        if (fault is not null)
        {
            string field = pickup != 0 ? "PICKUP" : "DELIVERY";
            string message = $"{fault}: the file may be truncated";
            throw new RefusedException(new RoutingRefusal("routing.pair-broken", message, field, task.Line));
        }
    }
}
