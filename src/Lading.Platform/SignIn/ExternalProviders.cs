using System.Text;
using Lading.Log;
using Lading.Platform.Tenancy;

namespace Lading.Platform.SignIn;

/// <summary>A provider of identities that this installation trusts, by the operator's word.</summary>
/// <param name="Issuer">Its address and its name in tokens; everything else about it is read from there.</param>
/// <param name="Client">How it knows us.</param>
/// <param name="Secret">What we show it; empty for a public client, which PKCE alone protects.</param>
public sealed record ExternalProvider(string Id, string Name, string Issuer, string Client, string Secret)
{
    /// <summary>The id alone: the secret never reaches a log line.</summary>
    public override string ToString() => Id;
}

/// <summary>The identity providers, as rows; their secrets are sealed.</summary>
public sealed class ExternalProviders(ISystemSql sql, SystemSeal seal, TimeProvider clock)
{
    /// <summary>How many there may be.</summary>
    public const int Most = 20;

    /// <summary>Adds or replaces one.</summary>
    public void Put(ExternalProvider provider) =>
        sql.Run(
            "insert into lading_system.identity_provider (id, name, issuer, client, secret, created) "
                + "values ($1, $2, $3, $4, $5, $6) on conflict (id) do update set name = excluded.name, "
                + "issuer = excluded.issuer, client = excluded.client, secret = excluded.secret",
            provider.Id,
            provider.Name,
            provider.Issuer,
            provider.Client,
            seal.Seal(PlaceOf(provider.Id), Encoding.UTF8.GetBytes(provider.Secret)),
            clock.GetUtcNow().UtcDateTime
        );

    /// <summary>Removes one; who signed in by it stays signed in. False when there is none.</summary>
    public bool Remove(string id) => sql.Run("delete from lading_system.identity_provider where id = $1", id) == 1;

    /// <summary>All of them by name, without their secrets.</summary>
    public List<ProviderRow> All() =>
        sql.Query(
            $"select id, name, issuer from lading_system.identity_provider order by name, id limit {Most}",
            r => new ProviderRow(r.Text(0)!, r.Text(1)!, r.Text(2)!)
        );

    /// <summary>One, or null.</summary>
    public ExternalProvider? Find(string id) =>
        sql.Query(
                "select id, name, issuer, client, secret from lading_system.identity_provider where id = $1",
                r => new ExternalProvider(
                    r.Text(0)!,
                    r.Text(1)!,
                    r.Text(2)!,
                    r.Text(3)!,
                    Encoding.UTF8.GetString(seal.Open(PlaceOf(r.Text(0)!), r.Bytes(4)!))
                ),
                id
            )
            .FirstOrDefault();

    private static string PlaceOf(string id) => $"identity-provider/{id}";
}

/// <summary>A provider as anybody sees it before signing in.</summary>
public sealed record ProviderRow(string Id, string Name, string Issuer);
