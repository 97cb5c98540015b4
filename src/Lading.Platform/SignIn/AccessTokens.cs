using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lading.Platform.Tenancy;

namespace Lading.Platform.SignIn;

/// <summary>
/// Short tokens for programs: ES256, five minutes, bound to a session that can be revoked. The signing key changes
/// every 30 days; the ones before stay published until nothing signed by them can be in force. Private keys are kept
/// sealed, under a master key that is not in the database.
/// </summary>
public sealed class AccessTokens(ISystemSql sql, SystemSeal seal, TimeProvider clock) : IDisposable
{
    /// <summary>How long one is good.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    private const string Issuer = "lading";
    private const string Audience = "lading-api";
    private const string Type = "at+jwt";
    private static readonly TimeSpan KeyLife = TimeSpan.FromDays(30);
    private static readonly TimeSpan Reread = TimeSpan.FromSeconds(3);
    private readonly Lock gate = new();
    private Dictionary<string, SigningKey> keys = new(StringComparer.Ordinal);
    private long readAt;

    private sealed record SigningKey(string Id, ECDsa Key, DateTime Created);

    /// <summary>A token for a session.</summary>
    public string Make(Session session)
    {
        var now = clock.GetUtcNow();
        var key = Current(now.UtcDateTime);
        var claims = new JsonObject
        {
            ["iss"] = Issuer,
            ["aud"] = Audience,
            ["sub"] = session.Account,
            ["sid"] = session.Id,
            ["tenant"] = session.Tenant.ToString(),
            ["iat"] = now.ToUnixTimeSeconds(),
            ["nbf"] = now.ToUnixTimeSeconds(),
            ["exp"] = (now + Life).ToUnixTimeSeconds(),
            ["auth_time"] = new DateTimeOffset(session.Authenticated).ToUnixTimeSeconds(),
            ["jti"] = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(12)),
        };
        lock (key)
            return Jwt.Sign(key.Key, Header(key.Id), claims.ToJsonString());
    }

    /// <summary>The session a token names, or null. The header must be, to the byte, one that this program
    /// writes.</summary>
    public string? Session(string token)
    {
        if (Jwt.Read(token) is not { } parts || Jwt.Text(parts.Header, "kid") is not { Length: <= 40 } kid)
            return null;
        if (token[..token.IndexOf('.')] != Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Header(kid))))
            return null;
        var now = clock.GetUtcNow();
        var claims = parts.Claims;
        return
            Find(kid) is { } key
            && key.Created + KeyLife + KeyLife > now.UtcDateTime
            && parts.Signature.Length == 64
            && Verifies(key, parts)
            && Jwt.Text(claims, "iss") == Issuer
            && Jwt.Text(claims, "aud") == Audience
            && Jwt.InForce(claims, now)
            ? Jwt.Text(claims, "sid")
            : null;
    }

    private static bool Verifies(SigningKey key, JwtParts parts)
    {
        lock (key)
            return key.Key.VerifyData(parts.Signed, parts.Signature, HashAlgorithmName.SHA256);
    }

    /// <summary>Makes a new key now; tokens signed by the ones before stay good until their end.</summary>
    public void Rotate() => Add(clock.GetUtcNow().UtcDateTime);

    /// <summary>The public keys (RFC 7517).</summary>
    public string Published()
    {
        Current(clock.GetUtcNow().UtcDateTime);
        var list = new JsonArray();
        foreach (var key in keys.Values.OrderByDescending(k => k.Created))
        {
            var point = key.Key.ExportParameters(false).Q;
            list.Add(
                new JsonObject
                {
                    ["kty"] = "EC",
                    ["crv"] = "P-256",
                    ["use"] = "sig",
                    ["alg"] = "ES256",
                    ["kid"] = key.Id,
                    ["x"] = Base64Url.EncodeToString(point.X!),
                    ["y"] = Base64Url.EncodeToString(point.Y!),
                }
            );
        }

        return new JsonObject { ["keys"] = list }.ToJsonString();
    }

    private static string Header(string kid) => $$"""{"alg":"ES256","kid":"{{kid}}","typ":"{{Type}}"}""";

    private SigningKey Current(DateTime now)
    {
        var newest = Newest();
        if (newest is null || newest.Created + KeyLife <= now)
        {
            Reload();
            newest = Newest();
        }

        return newest is null || newest.Created + KeyLife <= now ? Add(now) : newest;
    }

    private SigningKey? Newest() => keys.Values.MaxBy(k => (k.Created, k.Id));

    /// <summary>A key another node made is looked for, at most every 3 s: unknown names must cost nothing.</summary>
    private SigningKey? Find(string kid)
    {
        if (keys.TryGetValue(kid, out var key))
            return key;
        if (readAt != 0 && clock.GetElapsedTime(readAt) < Reread)
            return null;
        Reload();
        return keys.GetValueOrDefault(kid);
    }

    private SigningKey Add(DateTime now)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        sql.Run(
            "insert into lading_system.signing_key (id, public_key, sealed, created) values ($1, $2, $3, $4)",
            id,
            key.ExportSubjectPublicKeyInfo(),
            seal.Seal($"signing-key/{id}", key.ExportPkcs8PrivateKey()),
            now
        );
        sql.Run("delete from lading_system.signing_key where created < $1", now - (2 * KeyLife));
        key.Dispose();
        Reload();
        return keys[id];
    }

    private void Reload()
    {
        lock (gate)
        {
            var found = new Dictionary<string, SigningKey>(StringComparer.Ordinal);
            foreach (
                var (id, bytes, created) in sql.Query(
                    "select id, sealed, created from lading_system.signing_key",
                    r => (r.Text(0)!, r.Bytes(1)!, new DateTime(r.Integer(2), DateTimeKind.Utc))
                )
            )
                found[id] = keys.GetValueOrDefault(id) ?? Open(id, bytes, created);
            (keys, readAt) = (found, clock.GetTimestamp());
        }
    }

    private SigningKey Open(string id, byte[] bytes, DateTime created)
    {
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(seal.Open($"signing-key/{id}", bytes), out _);
        return new SigningKey(id, key, created);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var key in keys.Values)
            key.Key.Dispose();
    }
}
