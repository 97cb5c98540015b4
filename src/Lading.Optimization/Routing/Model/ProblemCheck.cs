using System.Collections.Immutable;
using Lading.Optimization.Routing.Search;

namespace Lading.Optimization.Routing;

/// <summary>The ladder every problem climbs before it is solved: the first rule broken is the answer.</summary>
public static class ProblemCheck
{
    public static RoutingRefusal? Refuse(RoutingProblem p) =>
        Sizes(p) ?? Clients(p) ?? Vehicles(p) ?? Pairs(p) ?? Steps(p) ?? Locked(p) ?? Cells(p) ?? Committed(p);

    private static RoutingRefusal No(string code, string field, string message) =>
        new("routing." + code, message, field);

    private static RoutingRefusal? Sizes(RoutingProblem p)
    {
        if (p.Clients.Length > RoutingLimits.Clients)
        {
            return No(
                "too-many-clients",
                "clients",
                $"{p.Clients.Length} clients; the limit is {RoutingLimits.Clients}"
            );
        }
        if (p.Dimensions is < 1 or > RoutingLimits.Dimensions)
        {
            return No("dimensions", "dimensions", $"{p.Dimensions} is outside 1 to {RoutingLimits.Dimensions}");
        }
        if (
            p.Scale is not (> 0 and < double.PositiveInfinity)
            || p.CostScale is not (> 0 and < double.PositiveInfinity)
        )
        {
            return No("scale-range", "scale", "scale and costScale are finite numbers above 0");
        }
        if (p.Vehicles.IsEmpty)
        {
            return No("no-vehicles", "vehicles", "at least one vehicle type is needed");
        }
        if (p.Travel.IsEmpty || p.Travel.Any(t => t.Size != p.Locations.Length))
        {
            return No("matrix-size", "travel", $"every matrix needs {p.Locations.Length} rows and columns");
        }
        int bad = p.Locations.IndexOf(p.Locations.FirstOrDefault(l => !double.IsFinite(l.X) || !double.IsFinite(l.Y))!);
        return bad >= 0 ? No("not-a-number", $"locations[{bad}]", "coordinates must be finite numbers") : null;
    }

    private static RoutingRefusal? Clients(RoutingProblem p)
    {
        var ids = new HashSet<string>();
        for (int c = 0; c < p.Clients.Length; c++)
        {
            var client = p.Clients[c];
            string at = $"clients[{c}]";
            if (!ids.Add(client.Id))
            {
                return No("duplicate-id", $"{at}.id", $"'{client.Id}' appears twice");
            }
            if ((uint)client.Location >= (uint)p.Locations.Length)
            {
                return No("unknown-location", $"{at}.location", $"{client.Location} is not a location");
            }
            if (client.Service is < 0 or > RoutingLimits.Leg)
            {
                return No("service-range", $"{at}.service", $"{client.Service} is outside 0 to {RoutingLimits.Leg}");
            }
            if (client.Prize is { } prize && (!double.IsFinite(prize) || prize < 0))
            {
                return No("prize-range", $"{at}.prize", "must be a finite number of at least 0");
            }
            if (client.Priority is < 0 or > 100)
            {
                return No("priority-range", $"{at}.priority", $"{client.Priority} is outside 0 to 100");
            }
            if (
                (
                    Amounts(p, client.Delivery, at + ".delivery")
                    ?? Amounts(p, client.Pickup, at + ".pickup")
                    ?? Windows(client.Windows, at + ".windows")
                ) is
                { } refusal
            )
            {
                return refusal;
            }
            if (client.OnlyVehicles.FirstOrDefault(id => p.Vehicles.All(v => v.Id != id)) is { } unknown)
            {
                return No("unknown-vehicle", $"{at}.onlyVehicles", $"no vehicle type '{unknown}'");
            }
        }
        return null;
    }

    private static RoutingRefusal? Amounts(RoutingProblem p, ImmutableArray<int> amounts, string field)
    {
        if (amounts.Length > p.Dimensions)
        {
            return No("dimensions", field, $"{amounts.Length} amounts for {p.Dimensions} dimensions");
        }
        return amounts.Any(a => a is < 0 or > RoutingLimits.Amount)
            ? No("amount-range", field, $"amounts lie in 0 to {RoutingLimits.Amount}")
            : null;
    }

    private static RoutingRefusal? Windows(ImmutableArray<ServiceWindow> windows, string field)
    {
        for (int w = 0; w < windows.Length; w++)
        {
            if (windows[w].Close < windows[w].Open)
            {
                return No(
                    "window-reversed",
                    $"{field}[{w}]",
                    $"closes at {windows[w].Close}, before it opens at {windows[w].Open}"
                );
            }
            if (windows[w].Open < 0 || windows[w].Close > RoutingLimits.Horizon)
            {
                return No("window-range", $"{field}[{w}]", $"lies outside 0 to {RoutingLimits.Horizon}");
            }
            if (w > 0 && windows[w].Open <= windows[w - 1].Close)
            {
                return No("window-overlap", $"{field}[{w}]", "windows must be disjoint and ascending");
            }
        }
        return null;
    }

    private static RoutingRefusal? Vehicles(RoutingProblem p)
    {
        var ids = new HashSet<string>();
        for (int t = 0; t < p.Vehicles.Length; t++)
        {
            var v = p.Vehicles[t];
            string at = $"vehicles[{t}]";
            int?[] places = [v.Start, v.End, v.Reload?.Location];
            double[] costs = [v.FixedCost, v.DistanceCost, v.DurationCost, v.OvertimeCost];
            int?[] limits = [v.MaxDistance, v.MaxDuration, v.MaxDriving, v.MaxStops, v.RegularDuration];
            var refusal =
                !ids.Add(v.Id) ? No("duplicate-id", $"{at}.id", $"'{v.Id}' appears twice")
                : v.Count < 0 ? No("count-range", $"{at}.count", $"{v.Count} is negative")
                : places.Any(l => l is { } i && (uint)i >= (uint)p.Locations.Length)
                    ? No("unknown-location", at, "start, end and reload must be locations")
                : costs.Any(c => !double.IsFinite(c) || c < 0) ? No("cost-range", at, "costs are finite and at least 0")
                : limits.Any(l => l < 0) ? No("limit-range", at, "limits are at least 0")
                : (uint)v.Profile >= (uint)p.Travel.Length ? No("unknown-profile", $"{at}.profile", "no such matrix")
                : v.Breaks.Length > 8 ? No("too-many-breaks", $"{at}.breaks", "at most 8")
                : v.Breaks.Any(b => b.Duration < 0 || b.Duration > RoutingLimits.Leg)
                    ? No("break-range", $"{at}.breaks", "durations are at least 0")
                : v.DrivingRule is { After: <= 0 } or { Rest: <= 0 }
                    ? No("driving-rule", $"{at}.drivingRule", "both numbers are above 0")
                : v.Reload is { MaxReloads: < 1 or > 8 } or { Service: < 0 or > RoutingLimits.Leg }
                    ? No("reload", $"{at}.reload", "1 to 8 reloads, service at least 0")
                : null;
            refusal ??=
                Amounts(p, v.Capacity, at + ".capacity")
                ?? Windows([v.Shift], at + ".shift")
                ?? v.Breaks.Select((b, i) => Windows([b.Window], $"{at}.breaks[{i}].window"))
                    .FirstOrDefault(r => r is not null);
            if (refusal is not null)
            {
                return refusal;
            }
        }
        return null;
    }

    private static RoutingRefusal? Pairs(RoutingProblem p)
    {
        var ids = p.Clients.ToDictionary(c => c.Id);
        var used = new HashSet<string>();
        for (int k = 0; k < p.Pairs.Length; k++)
        {
            var pair = p.Pairs[k];
            foreach (string end in (string[])[pair.PickupClient, pair.DeliveryClient])
            {
                if (!ids.TryGetValue(end, out var client))
                {
                    return No("unknown-client", $"pairs[{k}]", $"no client '{end}'");
                }
                if (!used.Add(end))
                {
                    return No("pair-twice", $"pairs[{k}]", $"'{end}' belongs to two pairs");
                }
                if (client.Group is not null)
                {
                    return No("pair-in-group", $"pairs[{k}]", $"'{end}' is also in group '{client.Group}'");
                }
            }
            if (Amounts(p, pair.Amount, $"pairs[{k}].amount") is { } refusal)
            {
                return refusal;
            }
        }
        return null;
    }

    private static RoutingRefusal? Steps(RoutingProblem p)
    {
        for (int k = 0; k < p.TravelSteps.Length; k++)
        {
            var step = p.TravelSteps[k];
            if (!double.IsFinite(step.Factor) || step.Factor is < 0.01 or > 100)
            {
                return No("travel-factor", $"travelSteps[{k}].factor", "lies outside 0.01 to 100");
            }
            if (k > 0 && step.From <= p.TravelSteps[k - 1].From)
            {
                return No("travel-order", $"travelSteps[{k}].from", "steps must ascend in time");
            }
        }
        return null;
    }

    private static RoutingRefusal? Locked(RoutingProblem p)
    {
        var ids = p.Clients.Select(c => c.Id).ToHashSet();
        var used = new HashSet<string>();
        for (int k = 0; k < p.Locked.Length; k++)
        {
            if (p.Vehicles.All(v => v.Id != p.Locked[k].VehicleType))
            {
                return No("unknown-vehicle", $"locked[{k}]", $"no vehicle type '{p.Locked[k].VehicleType}'");
            }
            if (p.Locked[k].Clients.FirstOrDefault(c => !ids.Contains(c) || !used.Add(c)) is { } bad)
            {
                return No("locked-client", $"locked[{k}]", $"'{bad}' is unknown or locked twice");
            }
        }
        var full = p
            .Locked.CountBy(l => l.VehicleType)
            .FirstOrDefault(n => p.Vehicles.First(v => v.Id == n.Key).Count < n.Value);
        return full.Key is { } id
            ? No("locked-vehicles", "locked", $"{full.Value} routes of '{id}', more than there are")
            : null;
    }

    private static RoutingRefusal? Committed(RoutingProblem p)
    {
        var ids = p.Clients.ToDictionary(c => c.Id);
        var groups = new HashSet<string>();
        for (int k = 0; k < p.Locked.Length; k++)
        {
            var locked = p.Locked[k].Clients;
            var vehicle = p.Vehicles.First(v => v.Id == p.Locked[k].VehicleType);
            for (int at = 0; at < locked.Length; at++)
            {
                var client = ids[locked[at]];
                bool may =
                    client.Skills.All(vehicle.Skills.Contains)
                    && (client.OnlyVehicles.IsEmpty || client.OnlyVehicles.Contains(vehicle.Id));
                if (!may || (client.Group is { } group && !groups.Add(group)))
                {
                    return No(
                        "locked-infeasible",
                        $"locked[{k}].clients[{at}]",
                        may
                            ? $"'{client.Id}' is locked, and so is another of group '{client.Group}'"
                            : $"'{vehicle.Id}' lacks a skill for '{client.Id}' or is not among its vehicles"
                    );
                }
            }
            if (
                p.Pairs.FirstOrDefault(pair =>
                    locked.IndexOf(pair.DeliveryClient) is >= 0 and var at
                    && locked.IndexOf(pair.PickupClient) is var first
                    && (first < 0 || first > at)
                ) is
                { } broken
            )
            {
                string message =
                    $"'{broken.DeliveryClient}' is locked, its pickup '{broken.PickupClient}' not before it";
                return No(
                    "locked-infeasible",
                    $"locked[{k}].clients[{locked.IndexOf(broken.DeliveryClient)}]",
                    message
                );
            }
        }
        return CommittedVisits.Refuse(p);
    }

    /// <summary>Stored cells only: straight lines cannot be missing or negative.</summary>
    private static RoutingRefusal? Cells(RoutingProblem p)
    {
        for (int m = 0; m < p.Travel.Length; m++)
        {
            if (p.Travel[m].FirstBadCell() is var (from, to))
            {
                return No(
                    "matrix-cell",
                    $"travel[{m}][{from}][{to}]",
                    $"missing, negative or above {RoutingLimits.Leg}"
                );
            }
        }
        return null;
    }
}
