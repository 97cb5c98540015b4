using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Lading.Kernel;
using Lading.Platform.Tenancy;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Lading.Platform.SignIn;

/// <summary>People, their secrets and their sessions: what signing in is made of. One per process.</summary>
public sealed class Accounts : IDisposable
{
    private readonly ISystemStore system;
    private readonly IdentityOptions options = new();

    /// <summary>Puts it together; nothing is read before it is needed.</summary>
    /// <param name="shared">Whether other processes use the same rows.</param>
    /// <param name="argon2">Whether new passwords are hashed with Argon2id.</param>
    public Accounts(ISystemStore system, SystemSeal seal, TimeProvider clock, bool shared, bool argon2)
    {
        this.system = system;
        Clock = clock;
        Seal = seal;
        Store = new AccountStore(system, Seal, clock);
        Hashing = new PasswordHashing(argon2);
        Desk = new PasswordDesk(PasswordDesk.UsualPatience, clock);
        Throttle = new Throttle(system, Seal, clock);
        Tickets = new Tickets(system, clock);
        Sessions = new Sessions(system, Seal, clock, shared);
        Tokens = new AccessTokens(system, Seal, clock);
        Invitations = new Invitations(system, clock);
        External = new ExternalProviders(system, Seal, clock);
        OpenId = new OpenIdClient(clock);
        Notes = new AuditNotes(CompaniesOf);
        options.User.RequireUniqueEmail = true;
        options.Password.RequiredLength = PasswordRules.WithSecond;
    }

    public TimeProvider Clock { get; }

    public SystemSeal Seal { get; }

    public AccountStore Store { get; }

    public PasswordHashing Hashing { get; }

    public PasswordDesk Desk { get; }

    public Throttle Throttle { get; }

    public Tickets Tickets { get; }

    public Sessions Sessions { get; }

    public AccessTokens Tokens { get; }

    public Invitations Invitations { get; }

    public ExternalProviders External { get; }

    public OpenIdClient OpenId { get; }

    /// <summary>What of all this the companies' audit logs are told.</summary>
    public AuditNotes Notes { get; }

    /// <summary>What a company does with a person who joined it: the facts are its own.</summary>
    public Func<Joining, Task>? Joined { get; set; }

    /// <summary>Whether who made a link could make it now: the company's own facts say so. Nothing stands unless they
    /// do.</summary>
    public Func<Invitation, ValueTask<bool>> Stands { get; init; } = _ => ValueTask.FromResult(false);

    /// <summary>Identity's manager over the stores; one for each use.</summary>
    public UserManager<Account> Manager()
    {
        var manager = new UserManager<Account>(
            Store,
            Options.Create(options),
            Hashing,
            [],
            [new PasswordRules(Store)],
            new AsWritten(),
            new IdentityErrorDescriber(),
            null!,
            NullLogger<UserManager<Account>>.Instance
        );
        manager.RegisterTokenProvider(Totp.Provider, new Totp(Store, Clock));
        return manager;
    }

    /// <summary>The framework's passkeys: the person is verified by the device, so a passkey is two factors.</summary>
    public static PasskeyHandler<Account> Passkeys(UserManager<Account> manager) =>
        new(
            manager,
            Options.Create(
                new IdentityPasskeyOptions
                {
                    UserVerificationRequirement = "required",
                    ResidentKeyRequirement = "required",
                    AuthenticatorTimeout = TimeSpan.FromMinutes(5),
                    ValidateOrigin = at =>
                        ValueTask.FromResult(!at.CrossOrigin && at.Origin == OriginOf(at.HttpContext)),
                }
            )
        );

    private static string OriginOf(HttpContext http) => $"{http.Request.Scheme}://{http.Request.Host}";

    /// <summary>
    /// Checks a password at the desk. Whether there is such an account does not show in the time: an unknown one is
    /// checked against nobody's hash, made in a way in which somebody's is. Null: no turn came in time.
    /// </summary>
    public async Task<bool?> CheckPassword(
        PasswordDesk.Place place,
        string email,
        Account? account,
        string password,
        CancellationToken stop
    )
    {
        var (served, right) = await place.Run(
            async () =>
            {
                var decoy = Hashing.DecoyLike(Store.SomePassword(email)); // looked up for somebody too
                if (account?.Password is null)
                {
                    Hashing.VerifyHashedPassword(account!, decoy, password);
                    return false;
                }

                return await Manager().CheckPasswordAsync(account, password);
            },
            stop
        );
        return served ? right : null;
    }

    /// <summary>A new account, not yet stored.</summary>
    public Account New(string email, string name) =>
        new()
        {
            Id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
            Email = email,
            Name = name,
            Stamp = "",
            Created = Clock.GetUtcNow().UtcDateTime,
        };

    /// <summary>The companies an account belongs to, by name; what it may do there are the company's own
    /// facts.</summary>
    public IReadOnlyList<Tenant> CompaniesOf(string account)
    {
        var tenants = system.Tenants().ToDictionary(t => t.Id.ToString(), StringComparer.Ordinal);
        return
        [
            .. system
                .Query(
                    "select tenant from lading_system.membership where account = $1",
                    r => tenants.GetValueOrDefault(r.Text(0)!),
                    account
                )
                .OfType<Tenant>()
                .OrderBy(t => t.Name, StringComparer.Ordinal),
        ];
    }

    /// <summary>Whether an account belongs to a company.</summary>
    public bool IsMember(string account, TenantId tenant) =>
        system
            .Query(
                "select 1 from lading_system.membership where account = $1 and tenant = $2",
                r => r.Integer(0),
                account,
                tenant.ToString()
            )
            .Count > 0;

    /// <summary>Makes an account a member; the company's own facts come first, so that nobody signs in to
    /// nothing.</summary>
    public async Task Join(Joining joining)
    {
        if (Joined is { } tell)
            await tell(joining);
        system.Run(
            "insert into lading_system.membership (account, tenant, since) values ($1, $2, $3) on conflict do nothing",
            joining.Account,
            joining.Tenant.ToString(),
            Clock.GetUtcNow().UtcDateTime
        );
    }

    /// <summary>Ends a membership, every session in that company and every link they made for it; false when there
    /// was none.</summary>
    public bool Leave(string account, TenantId tenant)
    {
        var left = system.Run(
            "delete from lading_system.membership where account = $1 and tenant = $2",
            account,
            tenant.ToString()
        );
        Sessions.RevokeAll(account, tenant: tenant);
        Invitations.WithdrawMadeBy(tenant, $"person:{account}");
        return left == 1;
    }

    /// <summary>
    /// Ends what a company has of a person: membership, sessions, open links. An account that then belongs to no
    /// company goes with all its secrets; one that does is the person's own still. Saying it twice is saying it once.
    /// </summary>
    public async Task Erase(string account, TenantId tenant)
    {
        Leave(account, tenant);
        Sessions.Forget(account, tenant);
        if (Store.Find(account) is { } there)
        {
            Invitations.Forget(tenant, there);
            if (CompaniesOf(account).Count == 0)
            {
                Sessions.RevokeAll(account);
                await Store.DeleteAsync(there, default);
            }
        }

        Tickets.Sweep();
        system.Scrub();
    }

    /// <summary>What a company has of a person, opened: their account, and where they signed in to it. Null when it has
    /// nobody of that id.</summary>
    public JsonObject? Export(string account, TenantId tenant)
    {
        if (!IsMember(account, tenant) || Store.Find(account) is not { } there)
            return null;
        var sessions = Sessions.Of(account).Where(s => s.Tenant == tenant);
        return new JsonObject
        {
            ["id"] = there.Id,
            ["email"] = there.Email,
            ["name"] = there.Name,
            ["created"] = there.Created,
            ["codeApp"] = there.TotpOn,
            ["passkeys"] = Store.CountPasskeys(account),
            ["sessions"] = new JsonArray([
                .. sessions.Select(s => new JsonObject
                {
                    ["created"] = s.Created,
                    ["seen"] = s.Seen,
                    ["methods"] = s.Methods,
                    ["address"] = s.Address,
                    ["agent"] = s.Agent,
                }),
            ]),
        };
    }

    /// <summary>All companies.</summary>
    public IReadOnlyList<Tenant> Tenants => system.Tenants();

    /// <inheritdoc />
    public void Dispose()
    {
        Desk.Dispose();
        Tokens.Dispose();
        OpenId.Dispose();
        Store.Dispose();
    }

    /// <summary>Addresses are put into one form before they get here.</summary>
    private sealed class AsWritten : ILookupNormalizer
    {
        public string? NormalizeName(string? name) => name;

        public string? NormalizeEmail(string? email) => email;
    }
}

/// <summary>Someone joins a company.</summary>
/// <param name="By">The actor who let them in, as facts name them.</param>
/// <param name="Grants">What they were promised, as JSON, or empty.</param>
public sealed record Joining(TenantId Tenant, string Account, string By, IReadOnlyList<Access.GrantRequest> Grants);
