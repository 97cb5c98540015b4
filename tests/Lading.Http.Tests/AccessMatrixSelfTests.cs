using System.Net;
using System.Text;
using Lading.Contracts.Platform;
using Lading.Kernel;
using Lading.Log;
using Lading.Platform.Access;
using Lading.Platform.SignIn;
using Microsoft.AspNetCore.Identity;

namespace Lading.Http.Tests;

/// <summary>
/// The cells of what is one's own: without a credential nothing is told, and with one, whatever its role and its
/// company, another person's records neither show nor change.
/// </summary>
public class AccessMatrixSelfTests(House house)
{
    private const string Password = "amber thistle under nine rooftops";

    /// <summary>What is the company's or the session's, or wants a device, another's eye or a local link.</summary>
    private static readonly string[] Nameless =
    [
        "GET /api/v1/settings",
        "POST /api/v1/access/approvals/{approval}/approve",
        "POST /api/v1/me/account",
        "POST /api/v1/me/logins/{id}",
        "POST /api/v1/me/passkeys",
        "POST /api/v1/session/sign-out",
        "POST /api/v1/session/step-up/passkey",
        "POST /api/v1/me/totp",
        "POST /api/v1/me/totp/confirm",
    ];

    private static string? hash;

    /// <summary>The provider by which the other signs in.</summary>
    private readonly string elsewhere = $"e{Guid.NewGuid():N}"[..12];

    [Fact]
    public async Task Every_cell_of_what_is_ones_own_is_decided_as_written()
    {
        var mine = new MatrixCompany(house, await house.NewCompany());
        var other = new MatrixCompany(house, await house.NewCompany());
        var rows = Rows();
        using var provider = Provide();
        var one = await Another(mine);
        var wrong = new List<string>();
        foreach (var role in ShippedRoles.All)
        foreach (var company in (MatrixCompany[])[mine, other])
        {
            var two = await Admit(company, role.Code, "Two");
            var nowhere = company == mine ? other : mine;
            foreach (var row in rows)
            foreach (var id in IdsOf(one, row))
                if (await Judge(company, row, two, one, nowhere, id) is { } problem)
                    wrong.Add($"{role.Code}, {(company == mine ? "another's" : "other company")}: {problem}");
        }

        foreach (var row in rows)
            if (await mine.Ask(row, null, Things.Own) is var reply && reply.Status != HttpStatusCode.Unauthorized)
                wrong.Add($"nobody: {row.Route}: {(int)reply.Status} {reply.Text}");
        wrong.ShouldBeEmpty();
    }

    /// <summary>The cells themselves, tried with the door opened: the other asks for what is their own.</summary>
    [Fact]
    public async Task A_cell_whose_hiding_is_gone_comes_out_red()
    {
        var mine = new MatrixCompany(house, await house.NewCompany());
        using var provider = Provide();
        var green = new List<string>();
        foreach (var row in Rows())
        {
            var one = await Another(mine);
            var isRed = false;
            foreach (var id in IdsOf(one, row))
                isRed |= await Judge(mine, row, one.Person, one, mine, id) is not null;
            if (!isRed)
                green.Add(row.Route);
        }

        green.ShouldBe(Nameless);
    }

    /// <summary>The code app last: with it on, a password alone no longer serves.</summary>
    private static List<MatrixRow> Rows()
    {
        var rows = AccessMatrix.Read().Where(r => r.IsOfOneself).OrderBy(r => r.Route.Contains("totp")).ToList();
        rows.Count.ShouldBeGreaterThan(20);
        return rows;
    }

    /// <summary>Asks as somebody in a session of their own, and says what another person has to do with the
    /// answer.</summary>
    /// <param name="nowhere">A company that is not theirs.</param>
    private async Task<string?> Judge(
        MatrixCompany company,
        MatrixRow row,
        Account who,
        Other one,
        MatrixCompany nowhere,
        Dictionary<string, string> id
    )
    {
        var accounts = house.Host.Accounts;
        var kept = await Kept(one);
        var (session, credential) = company.Enter(who);
        id["{password}"] = Password;
        id["{tenant}"] = nowhere.Company.Tenant.Slug;
        id["{totp}"] = accounts.Store.TotpKey(accounts.Store.Find(who.Id)!) is { } key
            ? Totp.Code(key, Totp.StepOf(house.Host.Clock.GetUtcNow()))
            : "";
        var reply = await company.Ask(row, credential, Things.Own, id);
        accounts.Sessions.Revoke(who.Id, session.Id);
        return Shut(reply) || Shows(row, reply, one) || MatrixCompany.IsMisread(row, reply)
                ? $"{row.Route}: {(int)reply.Status} {reply.Text}"
            : await Kept(one) != kept ? $"{row.Route} changed another's records"
            : null;
    }

    private Provider Provide()
    {
        house.Host.Accounts.External.Put(new(elsewhere, "Elsewhere", $"https://{elsewhere}.example", "c", "s"));
        return new Provider(house, elsewhere);
    }

    private async Task<Account> Admit(MatrixCompany company, string role, string name)
    {
        var accounts = house.Host.Accounts;
        var who = await company.Admit(role, name);
        who.Password = hash ??= accounts.Hashing.HashPassword(who, Password);
        who.LongPassword = true;
        (await accounts.Store.UpdateAsync(who, default)).Succeeded.ShouldBeTrue();
        return who;
    }

    /// <summary>A person of whom there is one record of each kind, and whose every name is a canary.</summary>
    private async Task<Other> Another(MatrixCompany company)
    {
        var (accounts, name) = (house.Host.Accounts, MatrixCompany.Canary);
        var one = await Admit(company, "picker", name);
        company.Enter(one, name);
        await accounts.Store.AddLoginAsync(
            one,
            new UserLoginInfo($"https://{elsewhere}.example", one.Id, name),
            default
        );
        var passkey = new UserPasskeyInfo(
            Encoding.UTF8.GetBytes($"{name}-{one.Id}"),
            [1],
            DateTimeOffset.UnixEpoch,
            1,
            [],
            true,
            false,
            false,
            [1],
            [1]
        )
        {
            Name = name,
        };
        await accounts.Store.AddOrUpdatePasskeyAsync(one, passkey, default);
        await accounts.Store.SetAuthenticatorKeyAsync(one, "GEZDGNBVGY3TQOJQ", default);
        one.TotpOn = true;
        await accounts.Store.ReplaceCodesAsync(one, ["c0de-c0de"], default);
        (await accounts.Store.UpdateAsync(one, default)).Succeeded.ShouldBeTrue();

        // Of a permission that no role holds: whoever holds it sees what waits for them, and may let it through.
        var approval = Guid.NewGuid().ToString("N");
        var stream = StreamName.Of("approval", approval);
        var asked = new ApprovalAsked(
            approval,
            one.Id,
            "host.manage",
            "POST",
            $"/api/v1/{name}",
            "",
            DateTime.MaxValue
        );
        var answer = await company.Company.Log.Send(
            new Command
            {
                Id = CommandId.From("test", approval),
                Fingerprint = 0,
                Actor = "test",
                Streams = [stream],
                Decide = on => on.Append(stream, Decision.Accept(asked)),
            }
        );
        answer.Refusal.ShouldBeNull();
        return new Other(company, one, approval);
    }

    /// <summary>What a route's <c>{id}</c> may be of the other's: a session, a passkey, a login.</summary>
    private IEnumerable<Dictionary<string, string>> IdsOf(Other one, MatrixRow row)
    {
        var session = house.Host.Accounts.Sessions.Of(one.Person.Id).Single().Id;
        var passkey = System.Buffers.Text.Base64Url.EncodeToString(
            Encoding.UTF8.GetBytes($"{MatrixCompany.Canary}-{one.Person.Id}")
        );
        string[] ids =
            row.Route == "DELETE /api/v1/me/logins/{id}" ? [elsewhere]
            : row.Route.Contains("{id}") ? [session, passkey]
            : [""];
        return ids.Select(id => new Dictionary<string, string> { ["{id}"] = id, ["{approval}"] = one.Approval });
    }

    private static bool Shut(Reply reply) =>
        reply.Status == HttpStatusCode.Unauthorized
        || (int)reply.Status >= 500
        || reply.Text.Contains("access.missing-permission", StringComparison.Ordinal)
            && !reply.Text.Contains("host.manage", StringComparison.Ordinal);

    /// <summary>Nothing of the other shows, and what names theirs does not exist.</summary>
    private static bool Shows(MatrixRow row, Reply reply, Other one) =>
        reply.Text.Contains(MatrixCompany.Canary, StringComparison.OrdinalIgnoreCase)
        || reply.Text.Contains(one.Person.Id, StringComparison.Ordinal)
        || reply.Text.Contains("\"linked\":true", StringComparison.Ordinal)
        || (row.Route.Contains('{') || row.Route.EndsWith("/tenant", StringComparison.Ordinal))
            && (int)reply.Status < 400;

    /// <summary>All that there is of a person, as one text.</summary>
    private async Task<string> Kept(Other other)
    {
        var (store, one) = (house.Host.Accounts.Store, other.Person);
        var there = store.Find(one.Id)!;
        var approval = await other.Company.Company.Log.Inline.Query(
            "select approval, given, refused from approval_row",
            r => $"{r.Text(0)} {r.Text(1)} {r.Text(2)}",
            TestContext.Current.CancellationToken
        );
        return string.Join(
            '\n',
            [
                $"{there.Version} {there.Email} {there.Name} {there.Password} {there.TotpOn}",
                $"{await store.CountCodesAsync(there, default)} {store.CountPasskeys(one.Id)}",
                $"{(await store.GetLoginsAsync(there, default)).Count}",
                .. house.Host.Accounts.Sessions.Of(one.Id).Select(s => $"{s.Id} {s.Tenant} {s.Mfa}"),
                .. approval,
            ]
        );
    }

    /// <summary>The other, and what waits for a second person of theirs.</summary>
    private sealed record Other(MatrixCompany Company, Account Person, string Approval);

    private sealed class Provider(House house, string id) : IDisposable
    {
        public void Dispose() => house.Host.Accounts.External.Remove(id);
    }
}
