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
    private static readonly string Approval = new('a', 32);

    [Fact]
    public async Task Every_cell_of_what_is_ones_own_is_decided_as_written()
    {
        var mine = new MatrixCompany(house, await house.NewCompany());
        var other = new MatrixCompany(house, await house.NewCompany());
        var one = await Another(mine);
        var kept = await Kept(mine, one);
        var rows = AccessMatrix.Read().Where(r => r.IsOfOneself).ToList();
        rows.Count.ShouldBeGreaterThan(20);
        var wrong = new List<string>();
        foreach (var role in ShippedRoles.All)
        foreach (var (where, company) in ((string, MatrixCompany)[])[("another's", mine), ("other company", other)])
        {
            var two = await company.Admit(role.Code, "Two");
            foreach (var row in rows)
            foreach (var id in IdsOf(one))
            {
                var (session, credential) = company.Enter(two);
                var reply = await company.Ask(row, credential, Things.Own, id);
                house.Host.Accounts.Sessions.Revoke(two.Id, session.Id);
                if (Shut(reply) || Shows(row, reply))
                    wrong.Add($"{role.Code}, {where}: {row.Route}: {(int)reply.Status} {reply.Text}");
                if (await Kept(mine, one) != kept)
                    wrong.Add($"{role.Code}, {where}: {row.Route} changed another's records");
            }
        }

        foreach (var row in rows)
            if (await mine.Ask(row, null, Things.Own) is var reply && reply.Status != HttpStatusCode.Unauthorized)
                wrong.Add($"nobody: {row.Route}: {(int)reply.Status} {reply.Text}");
        wrong.ShouldBeEmpty();
    }

    /// <summary>A person of whom there is one record of each kind, and whose every name is a canary.</summary>
    private async Task<Account> Another(MatrixCompany company)
    {
        var (accounts, name) = (house.Host.Accounts, MatrixCompany.Canary);
        var one = await company.Admit("picker", name);
        company.Enter(one, name);
        await accounts.Store.AddLoginAsync(one, new UserLoginInfo($"https://{name}.example", name, name), default);
        var passkey = new UserPasskeyInfo(
            Encoding.UTF8.GetBytes(name),
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
        var stream = StreamName.Of("approval", Approval);
        var asked = new ApprovalAsked(
            Approval,
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
                Id = CommandId.From("test", Approval),
                Fingerprint = 0,
                Actor = "test",
                Streams = [stream],
                Decide = on => on.Append(stream, Decision.Accept(asked)),
            }
        );
        answer.Refusal.ShouldBeNull();
        return one;
    }

    /// <summary>What a route's <c>{id}</c> may be of the other's: a session, a passkey, a login.</summary>
    private IEnumerable<Dictionary<string, string>> IdsOf(Account one)
    {
        var session = house.Host.Accounts.Sessions.Of(one.Id).Single().Id;
        var passkey = System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(MatrixCompany.Canary));
        foreach (var id in (string[])[session, passkey])
            yield return new() { ["{id}"] = id, ["{approval}"] = Approval };
    }

    private static bool Shut(Reply reply) =>
        reply.Status == HttpStatusCode.Unauthorized
        || (int)reply.Status >= 500
        || reply.Text.Contains("access.missing-permission", StringComparison.Ordinal)
            && !reply.Text.Contains("host.manage", StringComparison.Ordinal);

    /// <summary>Nothing of the other shows, and what names theirs does not exist.</summary>
    private static bool Shows(MatrixRow row, Reply reply) =>
        reply.Text.Contains(MatrixCompany.Canary, StringComparison.OrdinalIgnoreCase)
        || (row.Route.Contains('{') && (int)reply.Status < 400);

    /// <summary>All that there is of a person, as one text.</summary>
    private async Task<string> Kept(MatrixCompany company, Account one)
    {
        var store = house.Host.Accounts.Store;
        var there = store.Find(one.Id)!;
        var approval = await company.Company.Log.Inline.Query(
            "select approval, given from approval_row",
            r => $"{r.Text(0)} {r.Text(1)}",
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
}
