using System.Buffers.Binary;
using Lading.Kernel;

namespace Lading.Log.Sqlite;

/// <summary>Reads facts from <c>log.db</c>.</summary>
internal static class SqliteFacts
{
    private const string Columns =
        "e.position, e.stream, s.name, e.version, e.type, e.happened, e.recorded, e.actor, e.command, e.correlation, "
        + "e.causation, e.body, e.hash";

    public static IEnumerable<StoredFact> After(SqliteDb db, long position, int max)
    {
        var read = db.Prepare(
            $"select {Columns} from event e join stream s on s.id = e.stream where e.position > ?1 order by e.position "
                + $"limit ?2"
        );
        return Read(read.Bind(1, position).Bind(2, (long)max));
    }

    public static IEnumerable<StoredFact> OfStream(SqliteDb db, long stream, long afterVersion, int max)
    {
        var read = db.Prepare(
            $"select {Columns} from event e join stream s on s.id = e.stream where e.stream = ?1 and e.version > ?2 "
                + $"order by e.version limit ?3"
        );
        return Read(read.Bind(1, stream).Bind(2, afterVersion).Bind(3, (long)max));
    }

    private static IEnumerable<StoredFact> Read(SqliteStatement read)
    {
        var texts = new Dictionary<int, string>();
        try
        {
            while (read.Step())
                yield return new StoredFact(
                    read.Integer(0),
                    read.Integer(1),
                    read.Text(2)!,
                    read.Integer(3),
                    Interned(texts, read.Span(4)),
                    new DateTime(read.Integer(5), DateTimeKind.Utc),
                    new DateTime(read.Integer(6), DateTimeKind.Utc),
                    Interned(texts, read.Span(7)),
                    new CommandId(BinaryPrimitives.ReadUInt128LittleEndian(read.Span(8))),
                    read.Text(9),
                    read.Integer(10),
                    read.Bytes(11)!,
                    read.Bytes(12)!
                );
        }
        finally
        {
            read.Reset();
        }
    }

    /// <summary>Types and actors repeat: one string each.</summary>
    private static string Interned(Dictionary<int, string> texts, ReadOnlySpan<byte> utf8)
    {
        var hash = new HashCode();
        hash.AddBytes(utf8);
        var key = hash.ToHashCode();
        Span<char> chars = stackalloc char[256];
        if (utf8.Length <= 256 && texts.TryGetValue(key, out var known))
        {
            var length = System.Text.Encoding.UTF8.GetChars(utf8, chars);
            if (known.AsSpan().SequenceEqual(chars[..length]))
                return known;
        }

        return texts[key] = System.Text.Encoding.UTF8.GetString(utf8);
    }
}
