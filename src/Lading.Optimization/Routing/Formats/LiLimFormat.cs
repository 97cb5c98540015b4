namespace Lading.Optimization.Routing.Formats;

/// <summary>Li and Lim (2003): vehicles, capacity and speed, then one line per task (number, x, y, demand, earliest,
/// latest, service, pickup partner, delivery partner), task 0 being the depot. Speed is not used, as in the published
/// results.</summary>
internal static class LiLimFormat
{
    private sealed record Task(int Number, int Demand, int Pickup, int Delivery, int Line);

    public static RoutingProblem Read(TextReader reader, DistanceRounding rounding)
    {
        var lines = new LineCursor(reader);
        double scale = RoutingFiles.ScaleOf(rounding);
        lines.Next();
        lines.Need(2, "VEHICLES");
        int vehicles = lines.Whole(0, "VEHICLES"),
            capacity = lines.Whole(1, "CAPACITY");
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
            clients.Add(
                new Client
                {
                    Id = $"{number}",
                    Location = places.Count - 1,
                    Windows = [window],
                    Service = lines.Scaled(6, "SERVICE", scale),
                }
            );
        }
        if (clients.Count == 0)
        {
            throw lines.Refused("truncated", "TASK", "no tasks");
        }
        return new RoutingProblem
        {
            Name = "Li-Lim",
            Locations = [.. places],
            Clients = [.. clients],
            Scale = scale,
            CostScale = scale,
            Pairs = [.. tasks.Values.Where(t => t.Delivery != 0).Select(t => Pair(t, tasks))],
            Vehicles = [RoutingFiles.Fleet(vehicles, capacity, shift)],
            Travel = [TravelMatrix.Straight(places, scale, rounding == DistanceRounding.Dimacs)],
        };
    }

    private static Task TaskOf(LineCursor lines, int number) =>
        new(number, lines.Whole(3, "DEMAND"), lines.Whole(7, "PICKUP"), lines.Whole(8, "DELIVERY"), lines.Line);

    private static PickupDelivery Pair(Task pickup, Dictionary<int, Task> tasks)
    {
        if (
            !tasks.TryGetValue(pickup.Delivery, out var delivery)
            || delivery.Pickup != pickup.Number
            || delivery.Demand != -pickup.Demand
            || pickup.Demand < 0
        )
        {
            throw new RefusedException(
                new RoutingRefusal(
                    "routing.pair-broken",
                    $"task {pickup.Number} names delivery {pickup.Delivery}, which is missing, names another pickup or "
                        + "has another amount: the file may be truncated",
                    "DELIVERY",
                    pickup.Line
                )
            );
        }
        return new PickupDelivery($"{pickup.Number}", $"{delivery.Number}", [pickup.Demand]);
    }
}
