using System.Collections.Immutable;

namespace Lading.Optimization.Routing.Formats;

/// <summary>VRPLIB and CVRPLIB text, with the sections of PyVRP's dialect for several depots, vehicle types, windows
/// and backhauls. Section rows are "number value ...", nodes counted from 1, depots being nodes.</summary>
internal static partial class VrplibFormat
{
    private sealed class Sheet
    {
        public Dictionary<string, (string Value, int Line)> Spec { get; } = new(StringComparer.OrdinalIgnoreCase);
        public Dictionary<string, List<(double[] Values, int Line)>> Sections { get; } =
            new(StringComparer.OrdinalIgnoreCase);
    }

    public static RoutingProblem Read(TextReader reader, DistanceRounding? rounding)
    {
        var lines = new LineCursor(reader);
        var sheet = Parse(lines);
        int size = Whole(sheet, "DIMENSION", lines) ?? throw Missing(lines, "DIMENSION");
        bool rich =
            sheet.Sections.ContainsKey("TIME_WINDOW_SECTION")
            || sheet.Spec.ContainsKey("VEHICLES")
            || sheet.Sections.ContainsKey("VEHICLES_FIXED_COST_SECTION");
        var how = rounding ?? (rich ? DistanceRounding.None : DistanceRounding.Integer);
        bool explicitCells = sheet.Spec.GetValueOrDefault("EDGE_WEIGHT_TYPE").Value == "EXPLICIT";
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
        return new RoutingProblem
        {
            Name = sheet.Spec.GetValueOrDefault("NAME").Value ?? "VRPLIB",
            Locations = [.. places],
            Clients = Clients(sheet, size, isDepot, windows, scale, lines),
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
                sheet.Spec[key] = (text[(colon + 1)..].Trim().Trim('"'), lines.Line);
                section = null;
            }
            else if (char.IsAsciiLetter(text[0]) && text.Contains("SECTION", StringComparison.OrdinalIgnoreCase))
            {
                section = lines.Fields[0];
                sheet.Sections[section] = [];
            }
            else if (section is not null)
            {
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

    private static RefusedException Missing(LineCursor lines, string field) =>
        lines.Refused("truncated", field, "is missing: the file may be truncated");

    private static int? Whole(Sheet sheet, string key, LineCursor lines)
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
            : throw new RefusedException(
                new RoutingRefusal(
                    "routing.not-a-whole-number",
                    $"'{entry.Value}' is not a whole number in range",
                    key,
                    entry.Line
                )
            );
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
            : throw new RefusedException(
                new RoutingRefusal(
                    "routing.unknown-location",
                    $"{number} is not a node of 1 to {size}",
                    section,
                    row.Line
                )
            );
    }

    /// <summary>One column of a section as an array over nodes; absent sections give null.</summary>
    private static double[]? Column(Sheet sheet, string section, int size, int column, LineCursor lines)
    {
        if (!sheet.Sections.TryGetValue(section, out var rows))
        {
            return null;
        }
        var values = new double[size];
        Array.Fill(values, double.NaN);
        foreach (var row in rows)
        {
            if (row.Values.Length <= column)
            {
                throw new RefusedException(
                    new RoutingRefusal(
                        "routing.missing-field",
                        $"{row.Values.Length} fields where {column + 1} are needed",
                        section,
                        row.Line
                    )
                );
            }
            int node = Node(row, row.Values[0], size, section);
            if (node >= 0 && !double.IsNaN(values[node]))
            {
                throw new RefusedException(
                    new RoutingRefusal("routing.duplicate-id", $"{node + 1} appears twice", section, row.Line)
                );
            }
            values[node < 0 ? 0 : node] = row.Values[column];
        }
        int hole = Array.FindIndex(values, double.IsNaN);
        return hole < 0
            ? values
            : throw lines.Refused("truncated", section, $"{hole + 1} is missing: the file may be truncated");
    }

    private static List<Location> Places(Sheet sheet, int size, bool explicitCells, LineCursor lines)
    {
        double[]? x = Column(sheet, "NODE_COORD_SECTION", size, 1, lines);
        double[]? y = Column(sheet, "NODE_COORD_SECTION", size, 2, lines);
        if (x is null && !explicitCells)
        {
            throw Missing(lines, "NODE_COORD_SECTION");
        }
        return [.. Enumerable.Range(0, size).Select(k => new Location($"{k + 1}", x?[k] ?? 0, y?[k] ?? 0))];
    }

    private static TravelMatrix Cells(Sheet sheet, int size, LineCursor lines)
    {
        double[] flat = [.. Rows(sheet, "EDGE_WEIGHT_SECTION", lines).SelectMany(r => r.Values)];
        string form = sheet.Spec.GetValueOrDefault("EDGE_WEIGHT_FORMAT").Value ?? "FULL_MATRIX";
        bool lower = form == "LOWER_ROW";
        int needed = lower ? size * (size - 1) / 2 : size * size;
        if (flat.Length != needed || (!lower && form != "FULL_MATRIX"))
        {
            throw lines.Refused(
                "matrix-size",
                "EDGE_WEIGHT_SECTION",
                $"{flat.Length} cells where {form} of {size} nodes has {needed}"
            );
        }
        var cells = new int[size * size];
        for (int i = 0, at = 0; i < size; i++)
        {
            for (int j = 0; j < (lower ? i : size); j++)
            {
                double value = flat[at++];
                int cell = double.IsFinite(value) && value is >= 0 and <= RoutingLimits.Leg ? (int)value : -1;
                cells[(i * size) + j] = cell;
                if (lower)
                {
                    cells[(j * size) + i] = cell;
                }
            }
        }
        return TravelMatrix.FromCells(size, cells, cells);
    }
}
