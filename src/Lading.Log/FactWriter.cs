using System.Text.Json;
using System.Text.Json.Nodes;
using Lading.Kernel;

namespace Lading.Log;

/// <summary>Makes stored facts from pending ones, and facts from stored ones.</summary>
internal sealed class FactWriter(TenantId tenant, EventTypes types, IPersonalCipher cipher)
{
    public StoredFact Write(LogHead head, StreamHead stream, Command command, PendingFact pending, DateTime now)
    {
        var type = types.Of(pending.Fact.GetType());
        var name = stream.Name.ToString();
        var fact = new StoredFact(
            head.Position + 1,
            stream.Id,
            name,
            stream.Version + 1,
            type.Name,
            pending.Happened,
            now,
            command.Actor,
            command.Id,
            command.Correlation,
            command.Causation,
            Body(type, pending.Fact, name, stream.Version + 1),
            []
        );
        return fact with { Hash = HashChain.Next(head.Hash, tenant, fact) };
    }

    private byte[] Body(EventType type, object fact, string stream, long version)
    {
        PersonalScope.Enter(cipher, Place(stream, version));
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
        PersonalScope.Enter(cipher, SnapshotPlace(head.Name.ToString()), erased: true);
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
        PersonalScope.Enter(cipher, SnapshotPlace(stream.ToString()));
        try
        {
            return kind.ReadSnapshot(state);
        }
        finally
        {
            PersonalScope.Leave();
        }
    }

    private string SnapshotPlace(string stream) => $"{tenant}|{stream}|snapshot";

    /// <summary>A fact to hand on; decoded on demand unless it is at hand.</summary>
    public Recorded Read(StoredFact stored, object? fact = null) =>
        new(this, fact)
        {
            Position = stored.Position,
            Stream = StreamName.Parse(stored.Stream),
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
        PersonalScope.Enter(cipher, Place(recorded.Stream.ToString(), recorded.Version));
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
        var place = Place(recorded.Stream.ToString(), recorded.Version);
        return Opened(JsonNode.Parse(recorded.Body.Span)!, place)!;
    }

    private JsonNode? Opened(JsonNode? node, string place)
    {
        switch (node)
        {
            case JsonObject { Count: 3 } value
                when value.TryGetPropertyValue("of", out var of) && value.TryGetPropertyValue("sealed", out var bytes):
                return cipher.Open(
                    (string)of!,
                    $"{place}#{(int)value["field"]!}",
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

    /// <summary>Where a sealed value stands: moved elsewhere, it does not open.</summary>
    private string Place(string stream, long version) => $"{tenant}|{stream}|{version}";
}
