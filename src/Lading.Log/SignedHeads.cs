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
/// between breaks the lines behind it.
/// </summary>
public static class SignedHeads
{
    private const string Version = "v1";
    private static readonly string First = new('0', 64);

    /// <summary>A new pair of keys in PEM: the private one signs, the public one verifies.</summary>
    public static (string Private, string Public) NewKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return (key.ExportPkcs8PrivateKeyPem(), key.ExportSubjectPublicKeyInfoPem());
    }

    /// <summary>Signs a head and appends it to the file; on disk on return.</summary>
    /// <param name="privateKey">PEM.</param>
    /// <exception cref="HeadsFault">The key cannot be read.</exception>
    public static SignedHead Append(string file, string privateKey, TenantId tenant, LogHead head, DateTime at)
    {
        using var key = Key(privateKey);
        var previous = File.Exists(file) && File.ReadLines(file).LastOrDefault() is { } last ? Digest(last) : First;
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{Version} {tenant.Value} {head.Position} {Convert.ToHexStringLower(head.Hash)} {at:O} {previous}"
        );
        var signature = Convert.ToBase64String(key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256));
        using var stream = new FileStream(file, FileMode.Append, FileAccess.Write);
        stream.Write(Encoding.ASCII.GetBytes($"{text} {signature}\n"));
        stream.Flush(flushToDisk: true);
        return new SignedHead(tenant, head, at);
    }

    /// <summary>Verifies every line of a file and answers a tenant's heads in the order of their positions.</summary>
    /// <param name="publicKey">PEM.</param>
    /// <exception cref="HeadsFault">A line is not what was signed, or is missing.</exception>
    public static IReadOnlyList<SignedHead> Read(string file, string publicKey, TenantId tenant)
    {
        using var key = Key(publicKey);
        var (heads, previous, number) = (new List<SignedHead>(), First, 0);
        foreach (var line in File.ReadLines(file))
        {
            number++;
            var end = line.LastIndexOf(' ');
            var parts = line.Split(' ');
            var signature = new byte[64];
            if (
                parts is not [Version, var id, var position, var hash, var at, var before, var signed]
                || !Guid.TryParse(id, out var whose)
                || !long.TryParse(position, NumberStyles.None, CultureInfo.InvariantCulture, out var where)
                || hash.Length != HashChain.Size * 2
                || !DateTime.TryParse(at, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var when)
                || !Convert.TryFromBase64String(signed, signature, out var length)
                || length != signature.Length
                || !key.VerifyData(Encoding.ASCII.GetBytes(line[..end]), signature, HashAlgorithmName.SHA256)
            )
                throw new HeadsFault($"Line {number} of {file} was not signed by this key as it stands.");
            if (before != previous)
                throw new HeadsFault($"Line {number} of {file} does not follow line {number - 1}: one is missing.");
            if (whose == tenant.Value && heads is [.., var last] && last.Head.Position > where)
                throw new HeadsFault($"Line {number} of {file} goes back behind position {last.Head.Position}.");
            if (whose == tenant.Value)
                heads.Add(new SignedHead(tenant, new LogHead(where, Convert.FromHexString(hash)), when));
            previous = Digest(line);
        }

        return heads;
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
