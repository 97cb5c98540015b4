using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Lading.Kernel;

namespace Lading.Log;

/// <summary>Where a tenant's log ended at a time, as somebody signed it.</summary>
public sealed record SignedHead(TenantId Tenant, LogHead Head, DateTime At);

/// <summary>A file of signed heads is not what was signed; says which line.</summary>
public sealed class HeadsFault(string message) : Exception(message);

/// <summary>
/// Heads of logs, signed and kept where nobody who writes the log can write: they show a tail that was cut off and a
/// log that was written anew, which the chain alone cannot. A line is <c>v1 TENANT POSITION HASH AT PREVIOUS
/// SIGNATURE</c>: the time is UTC, PREVIOUS the SHA-256 of the line before it (64 zeros in the first), the signature
/// ECDSA on P-256 with SHA-256 (IEEE P1363, base64) over what stands before it. A line taken out, changed or put in
/// between breaks the lines behind it. A crash can leave the last line unfinished: it says nothing, and the next one
/// takes its place.
/// </summary>
public static class SignedHeads
{
    private const string Version = "v1";
    private const string Begin = Version + " ";
    private const int MostLine = 400;
    private static readonly string First = new('0', 64);

    /// <summary>A new pair of keys in PEM: the private one signs, the public one verifies.</summary>
    public static (string Private, string Public) NewKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return (key.ExportPkcs8PrivateKeyPem(), key.ExportSubjectPublicKeyInfoPem());
    }

    /// <summary>The public key of a private one, both in PEM.</summary>
    /// <exception cref="HeadsFault">The key cannot be read.</exception>
    public static string PublicOf(string privateKey)
    {
        using var key = Key(privateKey);
        return key.ExportSubjectPublicKeyInfoPem();
    }

    /// <summary>Signs a head and appends it to the file; on disk on return.</summary>
    /// <param name="privateKey">PEM.</param>
    /// <exception cref="HeadsFault">The key cannot be read, or the file is no file of heads.</exception>
    public static SignedHead Append(string file, string privateKey, TenantId tenant, LogHead head, DateTime at)
    {
        using var key = Key(privateKey);
        // Nobody else appends meanwhile: two lines would follow the same one.
        using var stream = new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        var previous = Mend(file, stream, key) is { } last ? Digest(last) : First;
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{Version} {tenant.Value} {head.Position} {Convert.ToHexStringLower(head.Hash)} {at:O} {previous}"
        );
        var signature = Convert.ToBase64String(key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256));
        stream.Write(Encoding.ASCII.GetBytes($"{text} {signature}\n"));
        stream.Flush(flushToDisk: true);
        return new SignedHead(tenant, head, at);
    }

    /// <summary>Verifies every line of a file and answers a tenant's heads in the order of their positions.</summary>
    /// <param name="publicKey">PEM.</param>
    /// <param name="unfinished">Told of a last line that was not finished; it is left out.</param>
    /// <exception cref="HeadsFault">A line is not what was signed, or is missing.</exception>
    public static IReadOnlyList<SignedHead> Read(
        string file,
        string publicKey,
        TenantId tenant,
        Action<string>? unfinished = null
    )
    {
        using var key = Key(publicKey);
        var lines = File.ReadAllText(file).Split('\n');
        var (heads, previous) = (new List<SignedHead>(), First);
        for (var number = 1; number <= lines.Length; number++)
        {
            var line = lines[number - 1].TrimEnd('\r');
            if (number == lines.Length && line.Length == 0)
                break;
            if (Parse(line, key) is not var (head, before))
            {
                if (number < lines.Length)
                    throw new HeadsFault($"Line {number} of {file} was not signed by this key as it stands.");
                unfinished?.Invoke($"Line {number} of {file}, the last, was never finished: it is left out.");
                break;
            }

            if (before != previous)
                throw new HeadsFault($"Line {number} of {file} does not follow line {number - 1}: one is missing.");
            if (head.Tenant == tenant && heads is [.., var last] && last.Head.Position > head.Head.Position)
                throw new HeadsFault($"Line {number} of {file} goes back behind position {last.Head.Position}.");
            if (head.Tenant == tenant)
                heads.Add(head);
            previous = Digest(line);
        }

        return heads;
    }

    /// <summary>What a line says and the digest of the one before it, or null when it is not as this key signed
    /// it.</summary>
    private static (SignedHead Head, string Before)? Parse(string line, ECDsa key)
    {
        var end = line.LastIndexOf(' ');
        var signature = new byte[64];
        if (
            line.Split(' ') is not [Version, var id, var position, var hash, var at, var before, var signed]
            || !Guid.TryParse(id, out var whose)
            || !long.TryParse(position, NumberStyles.None, CultureInfo.InvariantCulture, out var where)
            || hash.Length != HashChain.Size * 2
            || !DateTime.TryParse(at, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var when)
            || !Convert.TryFromBase64String(signed, signature, out var length)
            || length != signature.Length
            || !key.VerifyData(Encoding.ASCII.GetBytes(line[..end]), signature, HashAlgorithmName.SHA256)
        )
            return null;
        var head = new LogHead(where, Convert.FromHexString(hash));
        return (new SignedHead(new TenantId(whose), head, when), before);
    }

    /// <summary>Leaves the file at the end of its last whole line, which it answers: what a crash left unfinished
    /// behind it is cut off.</summary>
    private static string? Mend(string file, FileStream stream, ECDsa key)
    {
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        var end = bytes.AsSpan().LastIndexOf((byte)'\n') + 1;
        var rest = Encoding.ASCII.GetString(bytes.AsSpan(end));
        if (Parse(rest, key) is not null)
        {
            stream.Write("\n"u8); // only its end is missing
            return rest;
        }

        var begun = rest.TrimEnd('\0'); // zeros: the file had grown, what was to fill it was lost
        if (
            begun.Length > MostLine
            || !(begun.StartsWith(Begin, StringComparison.Ordinal) || Begin.StartsWith(begun, StringComparison.Ordinal))
        )
            throw new HeadsFault($"{file} ends with something that is not a signed head: is it another file?");
        stream.SetLength(end);
        stream.Position = end;
        var whole = Encoding.ASCII.GetString(bytes.AsSpan(0, end)).TrimEnd().Split('\n')[^1].TrimEnd('\r');
        return whole.Length == 0 ? null : whole;
    }

    private static string Digest(string line) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(line)));

    private static ECDsa Key(string pem)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            return key;
        }
        catch (Exception bad) when (bad is ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw new HeadsFault($"This is not a key made by `lading audit key`: {bad.Message}");
        }
    }
}
