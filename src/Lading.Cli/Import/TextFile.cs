using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Unicode;

namespace Lading.Cli.Import;

/// <summary>The file cannot be read as what it is said to be; nothing of it was sent.</summary>
internal sealed class UnreadableFile(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// A text file, plain or gzipped, read once from end to end before anything is done with it: so a truncated archive, a
/// wrong encoding and a
/// file that is no text are found first.
/// </summary>
/// <param name="Encoding">UTF-8 when all bytes are; UTF-16 by its mark; else Windows-1252.</param>
/// <param name="Note">What to say aloud about the encoding, or null.</param>
/// <param name="Lines">How many lines there are, about.</param>
internal sealed record TextFile(string Path, Encoding Encoding, string? Note, long Lines)
{
    private const int Chunk = 1 << 16;

    /// <summary>Bytes that Windows-1252 does not use, and that no text has.</summary>
    private static readonly SearchValues<byte> NotInWindows1252 = SearchValues.Create([
        0x00,
        0x81,
        0x8D,
        0x8F,
        0x90,
        0x9D,
    ]);

    /// <summary>Reads the file through and finds out what it is.</summary>
    /// <param name="encoding">The encoding the mapping names, or null to find out.</param>
    /// <exception cref="UnreadableFile">It is not there, not whole, not text, or not in that encoding.</exception>
    public static TextFile Examine(string path, string? encoding = null)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        try
        {
            using var stream = OpenBytes(path);
            var scan = new Scan();
            var buffer = new byte[Chunk];
            int read;
            while ((read = stream.ReadAtLeast(buffer, Chunk, throwOnEndOfStream: false)) > 0)
                scan.Take(buffer.AsSpan(0, read));
            scan.End();
            CheckWhole(path, scan.Bytes);
            return Conclude(path, encoding, scan);
        }
        catch (Exception fault) when (fault is InvalidDataException or EndOfStreamException)
        {
            throw new UnreadableFile($"{path} is no whole gzip file: {fault.Message} Fetch or pack it again.", fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new UnreadableFile($"{path} cannot be read: {fault.Message}", fault);
        }
    }

    /// <summary>Opens the text.</summary>
    public StreamReader Open() => new(OpenBytes(Path), Encoding, detectEncodingFromByteOrderMarks: true, Chunk);

    private static Stream OpenBytes(string path)
    {
        var file = new FileStream(
            path,
            FileMode.Open,
            FileAccess.Read,
            FileShare.Read,
            Chunk,
            FileOptions.SequentialScan
        );
        return IsPacked(path) ? new GZipStream(file, CompressionMode.Decompress) : file;
    }

    /// <summary>
    /// The framework reads a gzip file that was cut off without a word. Its last four bytes are the length of what was
    /// packed (RFC 1952):
    /// when that differs, the end is missing, or several files were joined.
    /// </summary>
    private static void CheckWhole(string path, long length)
    {
        if (!IsPacked(path))
            return;
        using var file = File.OpenRead(path);
        var end = new byte[4];
        if (file.Length < 18)
            throw new InvalidDataException("it is too short.");
        file.Seek(-4, SeekOrigin.End);
        file.ReadExactly(end);
        if (System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(end) != unchecked((uint)length))
            throw new InvalidDataException("its end is missing, or several files were joined.");
    }

    private static bool IsPacked(string path) => path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);

    private static TextFile Conclude(string path, string? named, Scan scan)
    {
        if (scan.Bytes == 0)
            throw new UnreadableFile($"{path} is empty.");
        if (scan.Utf16 is { } utf16)
            return new TextFile(path, utf16, null, scan.Lines);
        var encoding = named is null ? null : Find(named);
        if (encoding is UTF8Encoding && scan.NotUtf8 is { } bad)
            throw new UnreadableFile(
                $"{path} is not UTF-8 as its mapping says: row {bad.Line} has the byte " + $"0x{bad.Value:X2}. {Remedy}"
            );
        if (encoding is not null || scan.NotUtf8 is null)
        {
            if (scan.Nul is { } nul)
                throw new UnreadableFile($"{path} is no text: row {nul.Line} has a zero byte. {Remedy}");
            return new TextFile(path, encoding ?? new UTF8Encoding(false, true), null, scan.Lines);
        }

        if (scan.NotWindows1252 is { } neither)
            throw new UnreadableFile(
                $"{path} is neither UTF-8 nor Windows-1252: row {neither.Line} has the byte 0x{neither.Value:X2}. "
                    + $"{Remedy}"
            );
        var at = scan.NotUtf8.Value;
        var note = string.Create(
            CultureInfo.InvariantCulture,
            $"{path} is not UTF-8 (row {at.Line} has the byte 0x{at.Value:X2}), so it is read as Windows-1252. "
                + $"{Remedy}"
        );
        return new TextFile(path, Encoding.GetEncoding(1252), note, scan.Lines);
    }

    private const string Remedy = "If that is wrong, save the file as UTF-8 or name its \"encoding\" in the mapping.";

    private static Encoding Find(string name)
    {
        try
        {
            return name.ToLowerInvariant() is "utf-8" or "utf8"
                ? new UTF8Encoding(false, true)
                : Encoding.GetEncoding(name);
        }
        catch (ArgumentException)
        {
            throw new UnreadableFile(
                $"The mapping names the encoding '{name}', which nobody knows. Use utf-8 or " + $"windows-1252."
            );
        }
    }

    private sealed class Scan
    {
        private readonly char[] chars = new char[Chunk + 4];
        private readonly byte[] carried = new byte[4];
        private int carry;

        public long Bytes { get; private set; }

        public long Lines { get; private set; } = 1;

        public Encoding? Utf16 { get; private set; }

        public (long Line, byte Value)? NotUtf8 { get; private set; }

        public (long Line, byte Value)? NotWindows1252 { get; private set; }

        public (long Line, byte Value)? Nul { get; private set; }

        /// <summary>A character that the end of the file cuts off is none.</summary>
        public void End()
        {
            if (carry > 0)
                NotUtf8 ??= (Lines, carried[0]);
        }

        public void Take(ReadOnlySpan<byte> bytes)
        {
            if (Bytes == 0 && bytes.Length >= 2 && Utf16 is null)
                Utf16 = (bytes[0], bytes[1]) switch
                {
                    (0xFF, 0xFE) => Encoding.Unicode,
                    (0xFE, 0xFF) => Encoding.BigEndianUnicode,
                    _ => null,
                };
            Bytes += bytes.Length;
            if (Utf16 is null)
            {
                NotWindows1252 ??= First(bytes, bytes.IndexOfAny(NotInWindows1252));
                Nul ??= First(bytes, bytes.IndexOf((byte)0));
                if (NotUtf8 is null)
                    CheckUtf8(bytes);
            }

            Lines += bytes.Count((byte)'\n');
        }

        private (long, byte)? First(ReadOnlySpan<byte> bytes, int at) =>
            at < 0 ? null : (Lines + bytes[..at].Count((byte)'\n'), bytes[at]);

        /// <summary>A character cut in two by the end of a chunk is carried over to the next.</summary>
        private void CheckUtf8(ReadOnlySpan<byte> bytes)
        {
            var all = bytes;
            if (carry > 0)
                all = (byte[])[.. carried.AsSpan(0, carry), .. bytes];
            var status = Utf8.ToUtf16(
                all,
                chars,
                out var read,
                out _,
                replaceInvalidSequences: false,
                isFinalBlock: false
            );
            if (status == OperationStatus.InvalidData)
                NotUtf8 = (Lines + all[..read].Count((byte)'\n'), all[read]);
            carry = NotUtf8 is null ? all.Length - read : 0;
            all[^carry..].CopyTo(carried);
        }
    }
}
