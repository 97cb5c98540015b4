using System.Text.Json;
using System.Text.Json.Nodes;
using Lading.Kernel;

namespace Lading.Log;

/// <summary>Makes stored facts from pending ones, and facts from stored ones.</summary>
internal sealed class FactWriter(TenantId tenant, EventTypes types, IPersonalCipher cipher)
{
    private readonly string name = tenant.ToString();

    public StoredFact Write(LogHead head, StreamHead stream, Command command, PendingFact pending, DateTime now)
    {
        var type = types.Of(pending.Fact.GetType());
        var text = stream.Name.ToString();
        var fact = new StoredFact(
            head.Position + 1,
            stream.Id,
            text,
            stream.Version + 1,
            type.Name,
            pending.Happened,
            now,
            command.Actor,
            command.Id,
            command.Correlation,
            command.Causation,
            Body(type, pending.Fact, new FactPlace(name, text, stream.Version + 1)),
            new byte[HashChain.Size]
        );
        HashChain.Next(head.Hash, tenant, fact, fact.Hash);
        return fact;
    }

    private byte[] Body(EventType type, object fact, in FactPlace place)
    {
        PersonalScope.Enter(cipher, place);
        try
        {
            return JsonSerializer.SerializeToUtf8Bytes(fact, type.Json);
        }
        finally
        {
            PersonalScope.Leave();
        }
    }

    /// <summary>A state as snapshot bytes; personal values in it stand as ciphertext, erased ones as nothing.</summary>
    public byte[] WriteSnapshot(StreamHead head)
    {
        PersonalScope.Enter(cipher, new FactPlace(name, head.Name.ToString(), 0), erased: true);
        try
        {
            return head.Kind.WriteSnapshot(head.State);
        }
        finally
        {
            PersonalScope.Leave();
        }
    }

    public object ReadSnapshot(StreamKind kind, StreamName stream, byte[] state)
    {
        PersonalScope.Enter(cipher, new FactPlace(name, stream.ToString(), 0));
        try
        {
            return kind.ReadSnapshot(state);
        }
        finally
        {
            PersonalScope.Leave();
        }
    }

    /// <summary>A fact to hand on, decoded on demand.</summary>
    public Recorded Read(StoredFact stored) => Read(stored, StreamName.Parse(stored.Stream), null);

    /// <summary>A fact to hand on; decoded on demand unless it is at hand.</summary>
    public Recorded Read(StoredFact stored, StreamName stream, object? fact) =>
        new(this, fact)
        {
            Position = stored.Position,
            Stream = stream,
            Version = stored.Version,
            Type = stored.Type,
            Happened = stored.Happened,
            RecordedAt = stored.RecordedAt,
            Actor = stored.Actor,
            Command = stored.Command,
            Correlation = stored.Correlation,
            Causation = stored.Causation,
            Body = stored.Body,
            Hash = stored.Hash,
        };

    public Type TypeOf(string name) => types.TypeOf(name);

    public object Decode(Recorded recorded)
    {
        PersonalScope.Enter(cipher, PlaceOf(recorded));
        try
        {
            return types.Read(recorded.Type, recorded.Body.Span);
        }
        finally
        {
            PersonalScope.Leave();
        }
    }

    /// <summary>A body with its sealed values opened in place; null where the person was erased.</summary>
    public JsonNode Open(Recorded recorded)
    {
        return Opened(JsonNode.Parse(recorded.Body.Span)!, PlaceOf(recorded))!;
    }

    private JsonNode? Opened(JsonNode? node, FactPlace place)
    {
        switch (node)
        {
            case JsonObject { Count: 3 } value
                when value.TryGetPropertyValue("of", out var of) && value.TryGetPropertyValue("sealed", out var bytes):
                return cipher.Open(
                    (string)of!,
                    place.Of((int)value["field"]!),
                    Convert.FromBase64String((string)bytes!)
                );
            case JsonObject members:
                return new JsonObject(members.Select(m => KeyValuePair.Create(m.Key, Opened(m.Value, place))));
            case JsonArray items:
                return new JsonArray([.. items.Select(i => Opened(i, place))]);
            default:
                return node?.DeepClone();
        }
    }

    private FactPlace PlaceOf(Recorded recorded) => new(name, recorded.Stream.ToString(), recorded.Version);
}
