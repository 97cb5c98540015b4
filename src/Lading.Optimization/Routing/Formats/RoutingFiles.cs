using System.Diagnostics.CodeAnalysis;

namespace Lading.Optimization.Routing.Formats;

/// <summary>Reads a problem in any of the formats, told apart by how the text begins. Nothing here opens a file.
/// </summary>
public static class RoutingFiles
{
    /// <summary>Solomon and Gehring-Homberger, Li and Lim, VRPLIB (CVRP, VRPTW, HFVRP, MDVRPTW, ...) or JSON.
    /// </summary>
    /// <param name="text">The whole file.</param>
    /// <param name="rounding">How straight lines become whole units; null: none for windows, integer for VRPLIB
    /// without windows and equal vehicles.</param>
    /// <param name="problem">A problem that passes <see cref="ProblemCheck"/>.</param>
    /// <param name="refusal">Names line and field.</param>
    public static bool TryRead(
        string text,
        DistanceRounding? rounding,
        [NotNullWhen(true)] out RoutingProblem? problem,
        [NotNullWhen(false)] out RoutingRefusal? refusal
    )
    {
        problem = null;
        try
        {
            problem = Read(text, rounding, out var origin);
            refusal = ProblemCheck.Refuse(problem);
            if (refusal is { Line: null })
            {
                int? line = origin is null ? JsonFormat.LineOf(text, refusal.Field) : Line(origin, refusal.Field);
                refusal = refusal with { Line = line };
            }
            problem = refusal is null ? problem : null;
        }
        catch (RefusedException e)
        {
            refusal = e.Refusal;
        }
        return refusal is null;
    }

    private static RoutingProblem Read(string text, DistanceRounding? rounding, out FieldLines? origin)
    {
        origin = null;
        var head = text.AsSpan().TrimStart();
        if (head.StartsWith("{") || head.StartsWith("["))
        {
            return JsonFormat.Read(text);
        }
        using var reader = new StringReader(text);
        if (head.IsEmpty)
        {
            throw new RefusedException(new RoutingRefusal("routing.empty-file", "the file is empty", "file", 1));
        }
        if (char.IsAsciiDigit(head[0]))
        {
            return LiLimFormat.Read(reader, rounding ?? DistanceRounding.None, out origin);
        }
        return
            text.Contains("CUST NO", StringComparison.OrdinalIgnoreCase)
            || (
                !text.Contains("DIMENSION", StringComparison.OrdinalIgnoreCase)
                && text.Contains("VEHICLE", StringComparison.OrdinalIgnoreCase)
            )
            ? SolomonFormat.Read(reader, rounding ?? DistanceRounding.None, out origin)
            : VrplibFormat.Read(reader, rounding, out origin);
    }

    private static int Line(FieldLines origin, string field)
    {
        string[] parts = field.Split('[', ']', '.');
        int index = parts.Length > 1 && int.TryParse(parts[1], out int number) ? number : -1;
        return origin(parts[0], index, field.Contains('.') ? field.Split('.')[1].Split('[')[0] : "");
    }

    /// <summary>For files with one row per place, the depot's first, and one line for the fleet.</summary>
    internal static FieldLines RowLines(List<int> rows, int fleet) =>
        (list, index, _) =>
            list switch
            {
                "clients" => rows[1 + (index < 0 ? RoutingLimits.Clients : index)],
                "locations" => rows[index],
                "vehicles" => fleet,
                _ => rows[0],
            };

    /// <summary>The one type of vehicle of a file that knows no other, from the depot and back.</summary>
    internal static VehicleType Fleet(int vehicles, int capacity, ServiceWindow shift) =>
        new()
        {
            Id = "vehicle",
            Count = vehicles,
            Start = 0,
            End = 0,
            Capacity = [capacity],
            Shift = shift,
        };

    internal static double ScaleOf(DistanceRounding rounding) =>
        rounding switch
        {
            DistanceRounding.None => 10_000,
            DistanceRounding.Dimacs => 10,
            _ => 1,
        };
}
