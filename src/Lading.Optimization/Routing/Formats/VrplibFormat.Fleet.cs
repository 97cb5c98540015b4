using System.Collections.Immutable;

namespace Lading.Optimization.Routing.Formats;

internal static partial class VrplibFormat
{
    private static ServiceWindow?[] Windows(Sheet sheet, int size, double scale, LineCursor lines)
    {
        var windows = new ServiceWindow?[size];
        var open = Column(sheet, "TIME_WINDOW_SECTION", size, 1, lines);
        var close = Column(sheet, "TIME_WINDOW_SECTION", size, 2, lines);
        for (int k = 0; k < size && open is not null; k++)
        {
            double last = Math.Min(close![k] * scale, RoutingLimits.Horizon);
            windows[k] = new ServiceWindow((int)Math.Round(open[k] * scale), (int)Math.Round(last));
            if (windows[k]!.Value.Close < windows[k]!.Value.Open)
            {
                throw Refused("window-reversed", "closes before it opens", "TIME_WINDOW_SECTION", close.Lines[k]);
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
        string goods = sheet.Sections.ContainsKey("DEMAND_SECTION") ? "DEMAND_SECTION" : "LINEHAUL_SECTION";
        var demand = Column(sheet, goods, size, 1, lines);
        var backhaul = Column(sheet, "BACKHAUL_SECTION", size, 1, lines);
        var service = Column(sheet, "SERVICE_TIME_SECTION", size, 1, lines);
        var prize = Column(sheet, "PRIZE_SECTION", size, 1, lines);
        double everywhere = Whole(sheet, "SERVICE_TIME") ?? 0;
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
                    Delivery = [Amount(demand, k, goods)],
                    Pickup = backhaul is null ? [0] : [Amount(backhaul, k, "BACKHAUL_SECTION")],
                    Windows = windows[k] is { } window ? [window] : [],
                    Service = (int)Math.Round((service?[k] ?? everywhere) * scale),
                    Prize = prize is { } p && p[k] > 0 ? p[k] * scale : null,
                }),
        ];
    }

    private static int Amount(Given given, int k, string section) =>
        given[k] is >= 0 and <= RoutingLimits.Amount && given[k] == Math.Floor(given[k])
            ? (int)given[k]
            : throw Refused("amount-range", $"{given[k]} is not a whole amount", section, given.Lines[k]);

    private static ImmutableArray<VehicleType> Fleet(
        Sheet sheet,
        int clients,
        int[] depots,
        ServiceWindow?[] windows,
        double scale,
        LineCursor lines
    )
    {
        int count = Whole(sheet, "VEHICLES") ?? Math.Max(1, clients);
        var capacities = Column(sheet, "CAPACITY_SECTION", count, 1, lines);
        var home = Column(sheet, "VEHICLES_DEPOT_SECTION", count, 1, lines);
        var fixedCost = Column(sheet, "VEHICLES_FIXED_COST_SECTION", count, 1, lines);
        var unitCost = Column(sheet, "VEHICLES_UNIT_DISTANCE_COST_SECTION", count, 1, lines);
        int? capacity = Whole(sheet, "CAPACITY");
        int? longest = Whole(sheet, "VEHICLES_MAX_DURATION");
        int? furthest = Whole(sheet, "VEHICLES_MAX_DISTANCE") ?? Whole(sheet, "DISTANCE");
        VehicleType Make(int k, int many) =>
            new()
            {
                Id = $"{k + 1}",
                Count = many,
                Start = Depot(k),
                End = Depot(k),
                Capacity =
                    capacities is not null ? [Amount(capacities, k, "CAPACITY_SECTION")]
                    : capacity is { } all ? [all]
                    : [],
                Shift = windows[Depot(k)] ?? ServiceWindow.Always,
                FixedCost = (fixedCost?[k] ?? 0) * scale,
                DistanceCost = unitCost?[k] ?? 1,
                MaxDuration = Units(longest),
                MaxDistance = Units(furthest),
            };
        int Depot(int k) =>
            home is null ? depots[0]
            : Array.IndexOf(depots, (int)home[k] - 1) is >= 0 and var d && home[k] == depots[d] + 1 ? depots[d]
            : throw Refused(
                "unknown-location",
                $"{home[k]} is not a node of DEPOT_SECTION",
                "VEHICLES_DEPOT_SECTION",
                home.Lines[k]
            );
        int? Units(int? value) => value is { } v ? (int)Math.Min(RoutingLimits.Horizon, v * scale) : null;
        bool alike = capacities is null && home is null && fixedCost is null && unitCost is null;
        return alike ? [Make(0, count)] : [.. Enumerable.Range(0, count).Select(k => Make(k, 1))];
    }

    /// <summary>Where the file gives what a rule of <see cref="ProblemCheck"/> has something against.</summary>
    private static int LineOf(
        Sheet sheet,
        ImmutableArray<Client> clients,
        ImmutableArray<VehicleType> fleet,
        string list,
        int index,
        string member
    )
    {
        int node = list switch
        {
            "clients" when index >= 0 => clients[index].Location,
            "vehicles" when member == "shift" => fleet[index].Start!.Value,
            _ => index,
        };
        string[] places = (list, member) switch
        {
            ("clients", "service") => ["SERVICE_TIME_SECTION", "SERVICE_TIME"],
            ("clients", "windows") or ("vehicles", "shift") => ["TIME_WINDOW_SECTION"],
            ("clients", "prize") => ["PRIZE_SECTION"],
            ("vehicles", "capacity") => ["CAPACITY_SECTION", "CAPACITY"],
            ("vehicles", _) => Costs(fleet[index]),
            ("clients", _) when index < 0 => ["DIMENSION"],
            _ => ["NODE_COORD_SECTION"],
        };
        foreach (string place in places)
        {
            if (sheet.Spec.TryGetValue(place, out var entry))
            {
                return entry.Line;
            }
            if (sheet.Sections.TryGetValue(place, out var rows))
            {
                return rows.First(r => r.Values[0] == node + 1).Line;
            }
        }
        return sheet.Spec["DIMENSION"].Line;
    }

    private static string[] Costs(VehicleType vehicle) =>
        vehicle.FixedCost < 0 ? ["VEHICLES_FIXED_COST_SECTION"]
        : vehicle.DistanceCost < 0 ? ["VEHICLES_UNIT_DISTANCE_COST_SECTION"]
        : ["VEHICLES"];
}
