using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Lading.Kernel;

/// <summary>One kind of fact: its stable stored name, its record and how it is written.</summary>
public sealed record EventType(string Name, Type ClrType, JsonTypeInfo Json);

/// <summary>
/// The registry of facts. A stored event is chosen by its explicit name (<c>orders.order-placed.v1</c>), never by a CLR
/// name; an older version is upcast step by step to the newest when read, after its hash was verified.
/// </summary>
public sealed class EventTypes
{
    private readonly Dictionary<string, EventType> byName = new(StringComparer.Ordinal);
    private readonly Dictionary<Type, EventType> byType = [];
    private readonly Dictionary<string, (string Next, Func<JsonObject, JsonObject> Upcast)> upcasts = new(
        StringComparer.Ordinal
    );

    /// <summary>All current names, sorted.</summary>
    public IEnumerable<EventType> All => byName.Values.OrderBy(e => e.Name, StringComparer.Ordinal);

    /// <summary>Registers a fact under <paramref name="name"/>, which must end in <c>.vN</c>.</summary>
    public EventTypes Add<T>(string name, JsonTypeInfo<T> json)
        where T : class
    {
        if (!IsVersioned(name) || upcasts.ContainsKey(name))
            throw new ArgumentException($"'{name}' is not an event name: expected module.fact-in-past-tense.vN.");
        var type = new EventType(name, typeof(T), json);
        byName.Add(name, type);
        byType.Add(typeof(T), type);
        return this;
    }

    /// <summary>Says how the body of an old version becomes the body of the next one.</summary>
    public EventTypes Upcast(string from, string to, Func<JsonObject, JsonObject> upcast)
    {
        if (!IsVersioned(from) || byName.ContainsKey(from))
            throw new ArgumentException($"'{from}' is not an old event version.");
        upcasts.Add(from, (to, upcast));
        return this;
    }

    /// <summary>The registration of a fact's record; a fact that was never registered is a bug.</summary>
    public EventType Of(Type type) =>
        byType.TryGetValue(type, out var found)
            ? found
            : throw new InvalidOperationException($"{type.Name} is not registered as an event.");

    /// <summary>Whether a stored name can be read: it is current, or its upcasts lead to a current one.</summary>
    public bool Knows(string name)
    {
        // A chain longer than the table runs in a circle.
        for (var steps = 0; steps <= upcasts.Count && !byName.ContainsKey(name); steps++)
        {
            if (!upcasts.TryGetValue(name, out var step))
                return false;
            name = step.Next;
        }

        return byName.ContainsKey(name);
    }

    /// <summary>The record a stored name decodes to, following upcasts, without decoding.</summary>
    public Type TypeOf(string name)
    {
        while (!byName.ContainsKey(name))
            name = upcasts.TryGetValue(name, out var step) ? step.Next : throw Unknown(name);
        return byName[name].ClrType;
    }

    /// <summary>Reads a stored body, upcasting it when its version is old.</summary>
    public object Read(string name, ReadOnlySpan<byte> body)
    {
        if (byName.TryGetValue(name, out var type))
            return JsonSerializer.Deserialize(body, type.Json) ?? throw Null(name);
        return ReadOld(name, body);
    }

    private object ReadOld(string name, ReadOnlySpan<byte> body)
    {
        if (!Knows(name))
            throw Unknown(name);
        var node = JsonNode.Parse(body) as JsonObject ?? throw Null(name);
        while (!byName.ContainsKey(name))
        {
            var step = upcasts[name];
            (name, node) = (step.Next, step.Upcast(node));
        }

        return node.Deserialize(byName[name].Json) ?? throw Null(name);
    }

    private static InvalidOperationException Unknown(string name) =>
        new($"The log holds a '{name}', which this program cannot read.");

    private static JsonException Null(string name) => new($"The body of a {name} is no object.");

    private static bool IsVersioned(string name)
    {
        var dot = name.LastIndexOf(".v", StringComparison.Ordinal);
        return dot > name.IndexOf('.', StringComparison.Ordinal)
            && int.TryParse(name.AsSpan(dot + 2), NumberStyles.None, CultureInfo.InvariantCulture, out var n)
            && n > 0;
    }
}
