using System.Collections.Immutable;

namespace Lading.Optimization.Routing.Formats;

/// <summary>VRPLIB and CVRPLIB text, with the sections of PyVRP's dialect for several depots, vehicle types, windows
/// and backhauls. Section rows are "number value ...", nodes counted from 1, depots being nodes. A key, section or
/// column that is not known is refused: it may be a rule, and a plan that ignores it would be wrong.</summary>
internal static partial class VrplibFormat
{
    private const int MostDepots = 1_000;
    private const int MostNodes = RoutingLimits.Clients + MostDepots;

    private static readonly HashSet<string> Keys = new(StringComparer.OrdinalIgnoreCase)
    {
        "NAME",
        "COMMENT",
        "TYPE",
        "DIMENSION",
        "CAPACITY",
        "DISTANCE",
        "SERVICE_TIME",
        "VEHICLES",
        "VEHICLES_MAX_DURATION",
        "VEHICLES_MAX_DISTANCE",
        "EDGE_WEIGHT_TYPE",
        "EDGE_WEIGHT_FORMAT",
        "NODE_COORD_TYPE",
        "DISPLAY_DATA_TYPE",
    };

    /// <summary>Fields in each row of a section; 0: any number.</summary>
    private static readonly Dictionary<string, int> Columns = new(StringComparer.OrdinalIgnoreCase)
    {
        ["NODE_COORD_SECTION"] = 3,
        ["DEMAND_SECTION"] = 2,
        ["LINEHAUL_SECTION"] = 2,
        ["BACKHAUL_SECTION"] = 2,
        ["SERVICE_TIME_SECTION"] = 2,
        ["TIME_WINDOW_SECTION"] = 3,
        ["PRIZE_SECTION"] = 2,
        ["CAPACITY_SECTION"] = 2,
        ["VEHICLES_DEPOT_SECTION"] = 2,
        ["VEHICLES_FIXED_COST_SECTION"] = 2,
        ["VEHICLES_UNIT_DISTANCE_COST_SECTION"] = 2,
        ["DEPOT_SECTION"] = 1,
        ["EDGE_WEIGHT_SECTION"] = 0,
        ["DISPLAY_DATA_SECTION"] = 0,
    };

    /// <summary>One value per node or vehicle, and the line each was read from.</summary>
    private sealed record Given(double[] Values, int[] Lines)
    {
        public double this[int k] => Values[k];
    }

    private sealed class Sheet
    {
        public Dictionary<string, (string Value, int Line)> Spec { get; } = new(StringComparer.OrdinalIgnoreCase);
        public Dictionary<string, List<(double[] Values, int Line)>> Sections { get; } =
            new(StringComparer.OrdinalIgnoreCase);
    }

    public static RoutingProblem Read(TextReader reader, DistanceRounding? rounding, out FieldLines origin)
    {
        var lines = new LineCursor(reader);
        var sheet = Parse(lines);
        int size = Size(sheet, lines);
        bool rich =
            sheet.Sections.ContainsKey("TIME_WINDOW_SECTION")
            || sheet.Spec.ContainsKey("VEHICLES")
            || sheet.Sections.ContainsKey("VEHICLES_FIXED_COST_SECTION");
        var how = rounding ?? (rich ? DistanceRounding.None : DistanceRounding.Integer);
        bool explicitCells = AreCellsGiven(sheet, lines);
        double scale = explicitCells ? 1 : RoutingFiles.ScaleOf(how);
        int[] depots =
        [
            .. Rows(sheet, "DEPOT_SECTION", lines)
                .Select(r => Node(r, r.Values[0], size, "DEPOT_SECTION"))
                .TakeWhile(d => d >= 0),
        ];
        if (depots.Length == 0)
        {
            throw Missing(lines, "DEPOT_SECTION");
        }
        var places = Places(sheet, size, explicitCells, lines);
        var windows = Windows(sheet, size, scale, lines);
        var isDepot = depots.ToHashSet();
        var fleet = Fleet(sheet, size - depots.Length, depots, windows, scale, lines);
        var clients = Clients(sheet, size, isDepot, windows, scale, lines);
        origin = (list, index, member) => LineOf(sheet, clients, fleet, list, index, member);
        return new RoutingProblem
        {
            Name = sheet.Spec.GetValueOrDefault("NAME").Value ?? "VRPLIB",
            Locations = [.. places],
            Clients = clients,
            Vehicles = fleet,
            Scale = scale,
            CostScale = scale,
            Travel =
            [
                explicitCells
                    ? Cells(sheet, size, lines)
                    : TravelMatrix.Straight(places, scale, how == DistanceRounding.Dimacs),
            ],
        };
    }

    private static int Size(Sheet sheet, LineCursor lines)
    {
        int size = Whole(sheet, "DIMENSION") ?? throw Missing(lines, "DIMENSION");
        return size <= MostNodes
            ? size
            : throw Refused(
                "too-many-clients",
                $"{size} nodes; the most is {RoutingLimits.Clients} clients and {MostDepots} depots",
                "DIMENSION",
                sheet.Spec["DIMENSION"].Line
            );
    }

    /// <summary>Whether distances are given cell by cell; otherwise they are straight lines.</summary>
    private static bool AreCellsGiven(Sheet sheet, LineCursor lines)
    {
        if (!sheet.Spec.TryGetValue("EDGE_WEIGHT_TYPE", out var type))
        {
            throw Missing(lines, "EDGE_WEIGHT_TYPE");
        }
        bool cells = type.Value.Equals("EXPLICIT", StringComparison.OrdinalIgnoreCase);
        if (!cells && !type.Value.Equals("EUC_2D", StringComparison.OrdinalIgnoreCase))
        {
            string message = $"'{type.Value}' is not read; EUC_2D and EXPLICIT are";
            throw Refused("edge-weight-type", message, "EDGE_WEIGHT_TYPE", type.Line);
        }
        if (!cells && sheet.Sections.ContainsKey("EDGE_WEIGHT_SECTION"))
        {
            const string message = "the file has cells in EDGE_WEIGHT_SECTION: this should be EXPLICIT";
            throw Refused("edge-weight-type", message, "EDGE_WEIGHT_TYPE", type.Line);
        }
        return cells;
    }

    private static Sheet Parse(LineCursor lines)
    {
        var sheet = new Sheet();
        string? section = null;
        while (lines.Next())
        {
            string text = lines.Text;
            if (text.StartsWith("EOF", StringComparison.OrdinalIgnoreCase))
            {
                break;
            }
            int colon = text.IndexOf(':');
            if (colon > 0 && !char.IsAsciiDigit(text[0]) && text[0] != '-')
            {
                string key = text[..colon].Trim();
                if (!Keys.Contains(key))
                {
                    throw lines.Refused("unknown-key", key, "is not known, and ignoring it might break a rule");
                }
                sheet.Spec[key] = (text[(colon + 1)..].Trim().Trim('"'), lines.Line);
                section = null;
            }
            else if (char.IsAsciiLetter(text[0]) && text.Contains("SECTION", StringComparison.OrdinalIgnoreCase))
            {
                section = lines.Fields[0].TrimEnd(':');
                if (!Columns.ContainsKey(section) || !sheet.Sections.TryAdd(section, []))
                {
                    throw lines.Refused("unknown-section", section, "is not known or appears twice");
                }
            }
            else if (section is not null)
            {
                int most = Columns[section];
                if (most > 0 && lines.Fields.Length > most)
                {
                    throw lines.Refused("extra-field", section, $"{lines.Fields.Length} fields where {most} are known");
                }
                double[] values = new double[lines.Fields.Length];
                for (int k = 0; k < values.Length; k++)
                {
                    values[k] = lines.Number(k, section);
                }
                sheet.Sections[section].Add((values, lines.Line));
            }
            else
            {
                throw lines.Refused("unknown-line", "header", $"'{text}' is neither 'KEY : value' nor a section");
            }
        }
        return sheet;
    }

    private static RefusedException Refused(string code, string message, string field, int line) =>
        new(new RoutingRefusal("routing." + code, message, field, line));

    private static RefusedException Missing(LineCursor lines, string field) =>
        lines.Refused("truncated", field, "is missing: the file may be truncated");

    private static int? Whole(Sheet sheet, string key)
    {
        if (!sheet.Spec.TryGetValue(key, out var entry))
        {
            return null;
        }
        return
            double.TryParse(entry.Value, System.Globalization.CultureInfo.InvariantCulture, out double value)
            && value == Math.Floor(value)
            && value is >= 0 and <= RoutingLimits.Horizon
            ? (int)value
            : throw Refused("not-a-whole-number", $"'{entry.Value}' is not a whole number in range", key, entry.Line);
    }

    private static List<(double[] Values, int Line)> Rows(Sheet sheet, string section, LineCursor lines) =>
        sheet.Sections.TryGetValue(section, out var rows) ? rows : throw Missing(lines, section);

    /// <summary>Zero-based node of a one-based number; -1 for the terminating -1.</summary>
    private static int Node((double[] Values, int Line) row, double number, int size, string section)
    {
        if (number == -1)
        {
            return -1;
        }
        return number >= 1 && number <= size && number == Math.Floor(number)
            ? (int)number - 1
            : throw Refused("unknown-location", $"{number} is not a node of 1 to {size}", section, row.Line);
    }

    /// <summary>One column of a section over all nodes or vehicles; absent sections give null.</summary>
    private static Given? Column(Sheet sheet, string section, int size, int column, LineCursor lines)
    {
        if (!sheet.Sections.TryGetValue(section, out var rows))
        {
            return null;
        }
        var found = new Dictionary<int, (double Value, int Line)>(rows.Count);
        foreach (var row in rows)
        {
            if (row.Values.Length <= column)
            {
                string message = $"{row.Values.Length} fields where {column + 1} are needed";
                throw Refused("missing-field", message, section, row.Line);
            }
            int node = Node(row, row.Values[0], size, section);
            if (node < 0)
            {
                throw Refused("unknown-location", $"-1 is not a number of 1 to {size}", section, row.Line);
            }
            if (!found.TryAdd(node, (row.Values[column], row.Line)))
            {
                throw Refused("duplicate-id", $"{node + 1} appears twice", section, row.Line);
            }
        }
        if (found.Count < size)
        {
            int hole = Enumerable.Range(0, size).First(k => !found.ContainsKey(k));
            int line = rows.Count > 0 ? rows[^1].Line : lines.Line;
            throw Refused("truncated", $"{hole + 1} is missing: the file may be truncated", section, line);
        }
        var each = Enumerable.Range(0, size).Select(k => found[k]).ToList();
        return new Given([.. each.Select(e => e.Value)], [.. each.Select(e => e.Line)]);
    }

    private static List<Location> Places(Sheet sheet, int size, bool explicitCells, LineCursor lines)
    {
        var x = Column(sheet, "NODE_COORD_SECTION", size, 1, lines);
        var y = Column(sheet, "NODE_COORD_SECTION", size, 2, lines);
        if (x is null && !explicitCells)
        {
            throw Missing(lines, "NODE_COORD_SECTION");
        }
        return [.. Enumerable.Range(0, size).Select(k => new Location($"{k + 1}", x?[k] ?? 0, y?[k] ?? 0))];
    }

    private static TravelMatrix Cells(Sheet sheet, int size, LineCursor lines)
    {
        var rows = Rows(sheet, "EDGE_WEIGHT_SECTION", lines);
        var (form, formLine) = sheet.Spec.GetValueOrDefault("EDGE_WEIGHT_FORMAT", ("FULL_MATRIX", lines.Line));
        bool lower = form == "LOWER_ROW";
        if (!lower && form != "FULL_MATRIX")
        {
            string message = $"'{form}' is not read; FULL_MATRIX and LOWER_ROW are";
            throw Refused("edge-weight-format", message, "EDGE_WEIGHT_FORMAT", formLine);
        }
        int count = rows.Sum(r => r.Values.Length),
            needed = lower ? size * (size - 1) / 2 : size * size;
        if (count != needed)
        {
            int line = rows.Count > 0 ? rows[^1].Line : lines.Line;
            string message = $"{count} cells where {form} of {size} nodes has {needed}";
            throw Refused("matrix-size", message, "EDGE_WEIGHT_SECTION", line);
        }
        var cells = new int[size * size];
        int i = lower ? 1 : 0,
            j = 0;
        foreach (var (values, line) in rows)
        {
            foreach (double value in values)
            {
                int cell = Cell(value, line);
                cells[(i * size) + j] = cell;
                if (lower)
                {
                    cells[(j * size) + i] = cell;
                }
                if (++j == (lower ? i : size))
                {
                    (i, j) = (i + 1, 0);
                }
            }
        }
        return TravelMatrix.FromCells(size, cells, cells);
    }

    private static int Cell(double value, int line) =>
        value is >= 0 and <= RoutingLimits.Leg && value == Math.Floor(value)
            ? (int)value
            : throw Refused(
                "matrix-cell",
                $"{value} is not a whole number of 0 to {RoutingLimits.Leg}: scale the cells",
                "EDGE_WEIGHT_SECTION",
                line
            );
}
