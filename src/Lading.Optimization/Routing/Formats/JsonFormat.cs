using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Lading.Optimization.Routing.Formats;

/// <summary>The problem model as JSON, member by member in camel case. Matrices are given as
/// <c>"travel": [{"distance": [[...]], "duration": [[...]]}]</c>, or left out: straight lines between locations,
/// times <c>"straightFactor"</c>. A missing or null cell is refused by row and column. Unknown members are refused,
/// so that a misspelt constraint is never ignored; so are holes in lists and half of a window or rule.</summary>
internal static class JsonFormat
{
    private sealed record Matrix(int?[]?[]? Distance, int?[]?[]? Duration);

    /// <summary>Coordinates are needed only where there are no matrices.</summary>
    private sealed record Place
    {
        public string Name { get; init; } = "";
        public double? X { get; init; }
        public double? Y { get; init; }
    }

    private sealed record Sheet
    {
        public string Name { get; init; } = "json";
        public int Dimensions { get; init; } = 1;
        public double StraightFactor { get; init; } = 1;
        public double Scale { get; init; } = 1;
        public double CostScale { get; init; } = 1;
        public Place?[]? Locations { get; init; }
        public ImmutableArray<Client>? Clients { get; init; }
        public ImmutableArray<VehicleType>? Vehicles { get; init; }
        public Matrix?[]? Travel { get; init; }
        public ImmutableArray<PickupDelivery> Pairs { get; init; } = [];
        public ImmutableArray<TravelStep> TravelSteps { get; init; } = [];
        public ImmutableArray<LockedPrefix> Locked { get; init; } = [];
    }

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        NumberHandling = JsonNumberHandling.Strict,
        RespectNullableAnnotations = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { NeedEveryMember } },
    };

    private static readonly Type[] NeededWhole =
    [
        typeof(ServiceWindow),
        typeof(PickupDelivery),
        typeof(ShiftBreak),
        typeof(DrivingRule),
        typeof(ReloadRule),
        typeof(TravelStep),
        typeof(LockedPrefix),
    ];

    /// <summary>A window without its close would silently be one that closes at 0.</summary>
    private static void NeedEveryMember(JsonTypeInfo info)
    {
        foreach (var property in NeededWhole.Contains(info.Type) ? info.Properties : [])
        {
            property.IsRequired = true;
        }
    }

    public static RoutingProblem Read(string text)
    {
        Sheet sheet;
        try
        {
            sheet = JsonSerializer.Deserialize<Sheet>(text, Options)!;
        }
        catch (JsonException e)
        {
            string field = e.Path is null or "$" ? "file" : e.Path.TrimStart('$', '.');
            throw new RefusedException(
                new RoutingRefusal("routing.json", e.Message.Split(" Path:")[0], field, (int)(e.LineNumber ?? 0) + 1)
            );
        }
        NoHoles(text, sheet);
        var places = Places(text, sheet);
        return new RoutingProblem
        {
            Name = sheet.Name,
            Dimensions = sheet.Dimensions,
            Scale = sheet.Scale,
            CostScale = sheet.CostScale,
            Locations = [.. places],
            Clients = Arrays(sheet.Clients ?? throw Missing("clients")),
            Vehicles = Arrays(sheet.Vehicles ?? throw Missing("vehicles")),
            Pairs = sheet.Pairs,
            TravelSteps = sheet.TravelSteps,
            Locked = sheet.Locked,
            Travel = sheet.Travel is { } given
                ? [.. given.Select((m, k) => Stored(text, m!, k, places.Length))]
                : [TravelMatrix.Straight(places, sheet.StraightFactor, false)],
        };
    }

    private static Location[] Places(string text, Sheet sheet)
    {
        var places = sheet.Locations ?? throw Missing("locations");
        if (sheet.StraightFactor is not (> 0 and < double.PositiveInfinity))
        {
            throw Refused(text, "straightFactor", "straight-factor", "must be a finite number above 0");
        }
        int bare = sheet.Travel is null ? Array.FindIndex(places, p => p!.X is null || p.Y is null) : -1;
        return bare < 0
            ? [.. places.Select(p => new Location(p!.Name, p.X ?? 0, p.Y ?? 0))]
            : throw Refused(
                text,
                $"locations[{bare}]",
                "missing-field",
                "x and y are needed where travel is not given"
            );
    }

    private static void NoHoles(string text, Sheet sheet)
    {
        void Whole<T>(IReadOnlyList<T?>? list, string field)
            where T : class
        {
            for (int k = 0; k < (list?.Count ?? 0); k++)
            {
                if (list![k] is null)
                {
                    throw Refused(text, $"{field}[{k}]", "missing-field", "is null");
                }
            }
        }
        Whole<Place>(sheet.Locations, "locations");
        Whole<Client>(sheet.Clients, "clients");
        Whole<VehicleType>(sheet.Vehicles, "vehicles");
        Whole<Matrix>(sheet.Travel, "travel");
        Whole<PickupDelivery>(sheet.Pairs, "pairs");
        Whole<LockedPrefix>(sheet.Locked, "locked");
        foreach (var (k, client) in Arrays(sheet.Clients ?? []).Index())
        {
            Whole<string>(client.Skills, $"clients[{k}].skills");
            Whole<string>(client.OnlyVehicles, $"clients[{k}].onlyVehicles");
        }
        foreach (var (k, vehicle) in Arrays(sheet.Vehicles ?? []).Index())
        {
            Whole<string>(vehicle.Skills, $"vehicles[{k}].skills");
            Whole<ShiftBreak>(vehicle.Breaks, $"vehicles[{k}].breaks");
        }
        foreach (var (k, matrix) in (sheet.Travel ?? []).Index())
        {
            Whole<int?[]>(matrix!.Distance, $"travel[{k}].distance");
            Whole<int?[]>(matrix.Duration, $"travel[{k}].duration");
        }
        foreach (var (k, prefix) in sheet.Locked.Index())
        {
            Whole<string>(prefix.Clients, $"locked[{k}].clients");
        }
    }

    private static RefusedException Missing(string field) =>
        new(new RoutingRefusal("routing.missing-field", "is needed", field, 1));

    private static ImmutableArray<T> Arrays<T>(ImmutableArray<T> given) => given.IsDefault ? [] : given;

    private static TravelMatrix Stored(string text, Matrix matrix, int number, int size)
    {
        if (matrix.Distance is null && matrix.Duration is null)
        {
            throw Refused(text, $"travel[{number}]", "matrix-size", "needs distance or duration");
        }
        int[]? distance = Flat(text, matrix.Distance, $"travel[{number}].distance", size);
        int[]? duration = Flat(text, matrix.Duration, $"travel[{number}].duration", size);
        return TravelMatrix.FromCells(size, distance ?? duration!, duration ?? distance!);
    }

    private static RefusedException Refused(string text, string field, string code, string message) =>
        new(new RoutingRefusal("routing." + code, message, field, LineOf(text, field)));

    private static int[]? Flat(string text, int?[]?[]? rows, string field, int size)
    {
        if (rows is null)
        {
            return null;
        }
        if (rows.Length != size)
        {
            throw Refused(text, field, "matrix-size", $"{rows.Length} rows for {size} locations");
        }
        var cells = new int[size * size];
        for (int i = 0; i < size; i++)
        {
            var row = rows[i]!;
            if (row.Length != size)
            {
                throw Refused(text, $"{field}[{i}]", "matrix-size", $"{row.Length} cells for {size} locations");
            }
            for (int j = 0; j < size; j++)
            {
                cells[(i * size) + j] = row[j] is { } cell and >= 0 and <= RoutingLimits.Leg
                    ? cell
                    : throw Refused(
                        text,
                        $"{field}[{i}][{j}]",
                        "matrix-cell",
                        $"missing, negative or above {RoutingLimits.Leg}"
                    );
            }
        }
        return cells;
    }

    /// <summary>One-based line on which the value at a path like <c>clients[3].windows[0]</c> begins, or of its
    /// nearest ancestor that the text has.</summary>
    public static int? LineOf(string text, string field)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip });
        var path = new List<(string Name, int Index)>();
        string member = "";
        long best = -1;
        int bestLength = -1;
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.PropertyName)
            {
                member = reader.GetString()!;
                continue;
            }
            if (reader.TokenType is JsonTokenType.EndArray or JsonTokenType.EndObject)
            {
                path.RemoveAt(path.Count - 1);
                continue;
            }
            if (path.Count > 0 && path[^1].Index >= 0)
            {
                path[^1] = (path[^1].Name, path[^1].Index + 1);
            }
            string here = PathOf(path, member);
            if (Leads(here, field) && here.Length > bestLength)
            {
                (best, bestLength) = (reader.TokenStartIndex, here.Length);
            }
            if (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject)
            {
                path.Add((here, reader.TokenType == JsonTokenType.StartArray ? 0 : -1));
            }
            member = "";
        }
        return best < 0 ? 1 : 1 + bytes.AsSpan(0, (int)best).Count((byte)'\n');
    }

    private static bool Leads(string here, string field) =>
        field.StartsWith(here, StringComparison.OrdinalIgnoreCase)
        && (here.Length == field.Length || here.Length == 0 || field[here.Length] is '.' or '[');

    private static string PathOf(List<(string Name, int Index)> path, string member)
    {
        if (path.Count == 0)
        {
            return "";
        }
        var (name, index) = path[^1];
        return index > 0 ? $"{name}[{index - 1}]"
            : name.Length == 0 ? member
            : $"{name}.{member}";
    }
}
