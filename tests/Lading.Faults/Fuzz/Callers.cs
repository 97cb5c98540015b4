using Lading.Platform.SignIn;
using Lading.Server;
using Lading.Server.Admin;

namespace Lading.Faults.Fuzz;

/// <summary>
/// Who calls in a company: a key of the whole company, mostly; its owner, who signed in, where an operation is a
/// person's own, and sometimes elsewhere; whoever owns the data folder where an operation is theirs.
/// </summary>
internal sealed class Callers
{
    private static readonly string[] Personal = ["/session", "/me", "/people", "/members", "/access"];

    /// <summary>Not backups: they write wherever they are told to.</summary>
    private static readonly string[] Hosts = ["/tenants", "/links"];
    private readonly LadingHost host;
    private readonly FuzzTenant tenant;
    private readonly string hostKey;
    private string account = "";
    private string cookie = "";

    private Callers(LadingHost host, FuzzTenant tenant)
    {
        (this.host, this.tenant) = (host, tenant);
        hostKey = HostAccess.Issue(host, tenant.Tenant.Id).Secret;
    }

    public static async Task<Callers> Of(LadingHost host, HttpClient http, FuzzTenant tenant)
    {
        var callers = new Callers(host, tenant);
        callers.Begin();
        for (var tries = 1; await callers.MakeAccount(http) is { } no; tries++)
            if (tries == 200)
                throw new InvalidOperationException(no);
            else
                await Pause.For(50); // one password is hashed at a time, and the fuzz signs in too
        callers.account = host.Accounts.Store.WithEmail(tenant.Email)!.Id;
        callers.Begin();
        return callers;
    }

    /// <summary>The owner's account, or what was answered instead.</summary>
    private async Task<string?> MakeAccount(HttpClient http)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/me/account");
        request.Content = new StringContent(
            $$"""{"email":"{{tenant.Email}}","name":"Olive Owner","password":"{{FuzzTenant.Password}}"}""",
            null,
            "application/json"
        );
        request.Headers.Add("Cookie", cookie);
        using var answer = await http.SendAsync(request);
        return answer.IsSuccessStatusCode ? null : await answer.Content.ReadAsStringAsync();
    }

    /// <summary>A session of the owner with a second factor; before there is one, that of a local link.</summary>
    private void Begin()
    {
        var how = account.Length > 0 ? "pwd" : "link";
        var (_, value) = host.Accounts.Sessions.Begin(
            account,
            tenant.Tenant.Id,
            how,
            mfa: account.Length > 0,
            cookie: true,
            "127.0.0.1",
            "faults"
        );
        cookie = $"{SignInForm.SessionCookie}={value}";
    }

    /// <summary>Gives a request its credential, and says whose it is.</summary>
    public string Sign(Random random, HttpRequestMessage request, Operation operation)
    {
        bool Among(string[] places) =>
            places.Any(p => operation.Path.StartsWith("/api/v1" + p, StringComparison.Ordinal));
        if (random.Next(100) == 0)
        {
            request.Headers.TryAddWithoutValidation("Authorization", Odd.Header(random));
            return "nobody";
        }

        if (Among(Hosts) && random.Next(2) == 0)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {hostKey}");
            if (random.Next(4) == 0)
                request.Headers.TryAddWithoutValidation(
                    HostAccess.TenantHeader,
                    random.Next(2) == 0 ? tenant.Tenant.Slug : Odd.Header(random)
                );
            return "host";
        }

        if (random.Next(Among(Personal) ? 2 : 20) == 0)
        {
            request.Headers.TryAddWithoutValidation("Cookie", cookie);
            return "owner";
        }

        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {tenant.Key}");
        return "key";
    }

    /// <summary>The fuzz may have revoked its own key, or signed itself out.</summary>
    public void Renew()
    {
        tenant.Renew();
        if (host.Accounts.Sessions.OfCookie(cookie[(SignInForm.SessionCookie.Length + 1)..]) is null)
            Begin();
    }
}
