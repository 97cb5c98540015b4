using System.Collections.Immutable;

namespace Lading.Optimization.Routing.Formats;

internal static partial class VrplibFormat
{
    private static ServiceWindow?[] Windows(Sheet sheet, int size, double scale, LineCursor lines)
    {
        var windows = new ServiceWindow?[size];
        double[]? open = Column(sheet, "TIME_WINDOW_SECTION", size, 1, lines);
        double[]? close = Column(sheet, "TIME_WINDOW_SECTION", size, 2, lines);
        for (int k = 0; k < size && open is not null; k++)
        {
            double last = Math.Min(close![k] * scale, RoutingLimits.Horizon);
            windows[k] = new ServiceWindow((int)Math.Round(open[k] * scale), (int)Math.Round(last));
            if (windows[k]!.Value.Close < windows[k]!.Value.Open)
            {
                int line = sheet.Sections["TIME_WINDOW_SECTION"].First(r => r.Values[0] == k + 1).Line;
                throw new RefusedException(
                    new RoutingRefusal("routing.window-reversed", "closes before it opens", "TIME_WINDOW_SECTION", line)
                );
            }
        }
        return windows;
    }

    private static ImmutableArray<Client> Clients(
        Sheet sheet,
        int size,
        HashSet<int> depots,
        ServiceWindow?[] windows,
        double scale,
        LineCursor lines
    )
    {
        double[]? demand =
            Column(sheet, "DEMAND_SECTION", size, 1, lines) ?? Column(sheet, "LINEHAUL_SECTION", size, 1, lines);
        double[]? backhaul = Column(sheet, "BACKHAUL_SECTION", size, 1, lines);
        double[]? service = Column(sheet, "SERVICE_TIME_SECTION", size, 1, lines);
        double[]? prize = Column(sheet, "PRIZE_SECTION", size, 1, lines);
        double everywhere = Whole(sheet, "SERVICE_TIME", lines) ?? 0;
        if (demand is null)
        {
            throw Missing(lines, "DEMAND_SECTION");
        }
        return
        [
            .. Enumerable
                .Range(0, size)
                .Where(k => !depots.Contains(k))
                .Select(k => new Client
                {
                    Id = $"{k + 1}",
                    Location = k,
                    Delivery = [Amount(demand[k], "DEMAND_SECTION", lines)],
                    Pickup = [Amount(backhaul?[k] ?? 0, "BACKHAUL_SECTION", lines)],
                    Windows = windows[k] is { } window ? [window] : [],
                    Service = (int)Math.Round((service?[k] ?? everywhere) * scale),
                    Prize = prize is { } p && p[k] > 0 ? p[k] * scale : null,
                }),
        ];
    }

    private static int Amount(double value, string section, LineCursor lines) =>
        value is >= 0 and <= RoutingLimits.Amount && value == Math.Floor(value)
            ? (int)value
            : throw lines.Refused("amount-range", section, $"{value} is not a whole amount");

    private static ImmutableArray<VehicleType> Fleet(
        Sheet sheet,
        int clients,
        int[] depots,
        ServiceWindow?[] windows,
        double scale,
        LineCursor lines
    )
    {
        int count = Whole(sheet, "VEHICLES", lines) ?? Math.Max(1, clients);
        double[]? capacities = Column(sheet, "CAPACITY_SECTION", count, 1, lines);
        double[]? home = Column(sheet, "VEHICLES_DEPOT_SECTION", count, 1, lines);
        double[]? fixedCost = Column(sheet, "VEHICLES_FIXED_COST_SECTION", count, 1, lines);
        double[]? unitCost = Column(sheet, "VEHICLES_UNIT_DISTANCE_COST_SECTION", count, 1, lines);
        int? capacity = Whole(sheet, "CAPACITY", lines);
        int? longest = Whole(sheet, "VEHICLES_MAX_DURATION", lines);
        int? furthest = Whole(sheet, "VEHICLES_MAX_DISTANCE", lines) ?? Whole(sheet, "DISTANCE", lines);
        VehicleType Make(int k, int many) =>
            new()
            {
                Id = $"{k + 1}",
                Count = many,
                Start = Depot(k),
                End = Depot(k),
                Capacity =
                    capacities is not null ? [Amount(capacities[k], "CAPACITY_SECTION", lines)]
                    : capacity is { } all ? [all]
                    : [],
                Shift = windows[Depot(k)] ?? ServiceWindow.Always,
                FixedCost = (fixedCost?[k] ?? 0) * scale,
                DistanceCost = unitCost?[k] ?? 1,
                MaxDuration = Units(longest),
                MaxDistance = Units(furthest),
            };
        int Depot(int k) => home is null ? depots[0] : (int)home[k] - 1;
        int? Units(int? value) => value is { } v ? (int)Math.Min(RoutingLimits.Horizon, v * scale) : null;
        bool alike = capacities is null && home is null && fixedCost is null && unitCost is null;
        return alike ? [Make(0, count)] : [.. Enumerable.Range(0, count).Select(k => Make(k, 1))];
    }
}
