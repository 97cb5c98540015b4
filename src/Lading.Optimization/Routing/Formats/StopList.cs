using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Lading.Optimization.Routing.Formats;

/// <summary>The fleet that serves a list of stops, which itself names none.</summary>
/// <param name="Vehicles">Null: as many as are needed.</param>
/// <param name="Capacity">Null: without a limit.</param>
/// <param name="KilometresPerHour">Free speed on the road, 1 to 200.</param>
public sealed record StopFleet(int? Vehicles = null, int? Capacity = null, double KilometresPerHour = 50);

/// <summary>A comma-separated list of stops on the earth: a header with <c>lat</c> and <c>lon</c> and, if wanted,
/// <c>id</c>, <c>kind</c> (<c>depot</c> or <c>stop</c>), <c>demand</c>, <c>open</c>, <c>close</c> (HH:MM or minutes
/// after midnight) and <c>service</c> (minutes). One row is the depot, whose hours are the shift: the one of that kind,
/// or the first where no kind is given. Roads are taken to be 1.3 times the great circle. Costs are kilometres and
/// times are minutes: <see cref="RoutingProblem.CostScale"/> and <see cref="RoutingProblem.Scale"/> units make
/// one.</summary>
public static class StopList
{
    private const double Detour = 1.3;
    private const int Day = 24 * 60;
    private static readonly string[] Latitudes = ["lat", "latitude"];
    private static readonly string[] Longitudes = ["lon", "lng", "long", "longitude"];
    private static readonly string[][] Known =
    [
        Latitudes,
        Longitudes,
        ["id", "stop", "name"],
        ["kind"],
        ["demand", "quantity", "load"],
        ["open", "ready", "from"],
        ["close", "due", "until"],
        ["service", "minutes"],
    ];

    /// <summary>Whether the first line with anything in it is the header of such a list.</summary>
    public static bool Is(string text)
    {
        var head = text.AsSpan().TrimStart("\uFEFF \t\r\n");
        int end = head.IndexOf('\n');
        string[] names = Names(head[..(end < 0 ? Math.Min(head.Length, 1_000) : end)].ToString());
        return names.Intersect(Latitudes).Any() && names.Intersect(Longitudes).Any();
    }

    /// <summary>Reads the list as a problem that passes <see cref="ProblemCheck"/>, or says what is wrong with which
    /// line.</summary>
    public static bool TryRead(
        string text,
        StopFleet fleet,
        [NotNullWhen(true)] out RoutingProblem? problem,
        [NotNullWhen(false)] out RoutingRefusal? refusal
    )
    {
        problem = null;
        try
        {
            (problem, int[] lines) = Read(text, fleet);
            refusal = ProblemCheck.Refuse(problem);
            if (refusal is not null && Stop(refusal.Field) is { } stop)
            {
                refusal = refusal with { Line = lines[stop] };
            }
            problem = refusal is null ? problem : null;
        }
        catch (RefusedException e)
        {
            refusal = e.Refusal;
        }
        return refusal is null;
    }

    /// <summary>The index in a path such as <c>clients[3].id</c>.</summary>
    private static int? Stop(string field) =>
        field.StartsWith("clients[", StringComparison.Ordinal) && int.TryParse(field[8..field.IndexOf(']')], out int k)
            ? k
            : null;

    private static (RoutingProblem Problem, int[] Lines) Read(string text, StopFleet fleet)
    {
        using var reader = new StringReader(text.TrimStart('\uFEFF'));
        var lines = new LineCursor(reader);
        lines.Next();
        char separator =
            lines.Text.Contains(',') ? ','
            : lines.Text.Contains(';') ? ';'
            : '\t';
        var columns = Columns(lines);
        var rows = new List<Row>();
        while (lines.Next())
        {
            rows.Add(Row.Read(lines, separator, columns, rows.Count));
            if (rows.Count > RoutingLimits.Clients + 1)
            {
                throw lines.Refused("too-many-clients", "stops", $"the limit is {RoutingLimits.Clients} stops");
            }
        }
        int depot = rows.FindIndex(r => r.IsDepot);
        if (depot < 0)
        {
            throw lines.Refused("no-depot", "kind", "no row is the depot");
        }
        if (rows.FindIndex(depot + 1, r => r.IsDepot) is var second and >= 0)
        {
            throw new RefusedException(
                new RoutingRefusal("routing.two-depots", "only one row can be the depot", "kind", rows[second].Line)
            );
        }
        Row[] stops = [.. rows.Where(r => !r.IsDepot)];
        return (Problem(rows[depot], stops, fleet), [.. stops.Select(r => r.Line)]);
    }

    private static RoutingProblem Problem(Row depot, Row[] stops, StopFleet fleet)
    {
        double unitsPerMinute = fleet.KilometresPerHour * 1000 / 60;
        int Units(double minutes) => (int)Math.Round(minutes * unitsPerMinute);
        ServiceWindow Hours(Row row) => new(Units(row.Open ?? 0), Units(row.Close ?? Day));
        Location[] places = [.. stops.Prepend(depot).Select(r => new Location(r.Id, r.Longitude, r.Latitude))];
        return new RoutingProblem
        {
            Name = "stops",
            Scale = unitsPerMinute,
            CostScale = 1000,
            ClockTimes = true,
            Locations = [.. places],
            Travel = [TravelMatrix.GreatCircle(places, Detour)],
            Clients =
            [
                .. stops.Select(
                    (r, k) =>
                        new Client
                        {
                            Id = r.Id,
                            Location = k + 1,
                            Delivery = [r.Demand],
                            Windows = r.Open is null && r.Close is null ? [] : [Hours(r)],
                            Service = Units(r.Service),
                        }
                ),
            ],
            Vehicles =
            [
                new VehicleType
                {
                    Id = "vehicle",
                    Count = fleet.Vehicles ?? Math.Max(1, stops.Length),
                    Start = 0,
                    End = 0,
                    Capacity = fleet.Capacity is { } most ? [most] : [],
                    Shift = Hours(depot),
                },
            ],
        };
    }

    private static string[] Names(string header) =>
        [.. header.Split(',', ';', '\t').Select(n => n.Trim().Trim('"').ToLowerInvariant())];

    /// <summary>Where each known column stands, -1 where it does not; one that is not known is refused, so that a
    /// misspelt one is never passed over.</summary>
    private static int[] Columns(LineCursor lines)
    {
        string[] names = Names(lines.Text);
        for (int c = 0; c < names.Length; c++)
        {
            if (!Known.Any(k => k.Contains(names[c])))
            {
                string known = string.Join(", ", Known.Select(k => k[0]));
                throw lines.Refused("unknown-column", $"column {c + 1}", $"'{names[c]}' is none of {known}");
            }
        }
        int[] places = [.. Known.Select(k => Array.FindIndex(names, k.Contains))];
        foreach (string[] twice in Known.Where(k => names.Count(k.Contains) > 1))
        {
            throw lines.Refused("duplicate-column", twice[0], "the column is there twice");
        }
        return [.. places, names.Length];
    }

    /// <summary>The fields of a line; within quotation marks the separator is text, and two marks are one.</summary>
    private static string[] Fields(LineCursor lines, char separator)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        bool quoted = false;
        for (int i = 0; i <= lines.Text.Length; i++)
        {
            if (i == lines.Text.Length || (lines.Text[i] == separator && !quoted))
            {
                fields.Add(field.ToString().Trim());
                field.Clear();
            }
            else if (lines.Text[i] != '"')
            {
                field.Append(lines.Text[i]);
            }
            else if (quoted && i + 1 < lines.Text.Length && lines.Text[i + 1] == '"')
            {
                field.Append(lines.Text[i++]);
            }
            else
            {
                quoted = !quoted;
            }
        }
        return quoted ? throw lines.Refused("malformed-line", "line", "a quotation mark is not closed") : [.. fields];
    }

    /// <summary>One line: times in minutes after midnight.</summary>
    private sealed record Row(
        int Line,
        string Id,
        bool IsDepot,
        double Latitude,
        double Longitude,
        int Demand,
        double? Open,
        double? Close,
        double Service
    )
    {
        public static Row Read(LineCursor lines, char separator, int[] columns, int before)
        {
            string[] fields = Fields(lines, separator);
            if (fields.Length != columns[^1])
            {
                throw lines.Refused("malformed-line", "line", $"{fields.Length} fields under {columns[^1]} headings");
            }
            string Field(int column) => columns[column] < 0 ? "" : fields[columns[column]];
            double Within(int column, string name, double least, double most) =>
                lines.Number(Field(column), name) is var value && value >= least && value <= most
                    ? value
                    : throw lines.Refused("out-of-range", name, $"{Field(column)} is not between {least} and {most}");
            string kind = Field(3).ToLowerInvariant();
            if (columns[3] >= 0 && kind is not ("depot" or "stop"))
            {
                throw lines.Refused("unknown-kind", "kind", $"'{Field(3)}' is neither depot nor stop");
            }
            var row = new Row(
                lines.Line,
                Field(2).Length > 0 ? Field(2) : $"{before}",
                columns[3] >= 0 ? kind == "depot" : before == 0,
                Within(0, "lat", -90, 90),
                Within(1, "lon", -180, 180),
                Field(4).Length == 0 ? 0 : lines.Whole(Field(4), "demand"),
                Time(lines, Field(5), "open"),
                Time(lines, Field(6), "close"),
                Field(7).Length == 0 ? 0 : Within(7, "service", 0, Day)
            );
            return row.Demand is < 0 or > RoutingLimits.Amount
                    ? throw lines.Refused("amount-range", "demand", $"{row.Demand} is out of range")
                : row.Close < (row.Open ?? 0) || row.Open > (row.Close ?? Day)
                    ? throw lines.Refused("window-reversed", "close", "closes before it opens")
                : row;
        }

        private static double? Time(LineCursor lines, string text, string field)
        {
            if (text.Length == 0)
            {
                return null;
            }
            if (TimeOnly.TryParseExact(text, "H:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
            {
                return time.ToTimeSpan().TotalMinutes;
            }
            double minutes = text == "24:00" ? Day : lines.Number(text, field);
            return minutes is >= 0 and <= 2 * Day
                ? minutes
                : throw lines.Refused("out-of-range", field, $"{text} is not a time of day");
        }
    }
}
