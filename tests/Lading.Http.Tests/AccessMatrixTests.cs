using System.Net;
using Lading.Platform.Access;

namespace Lading.Http.Tests;

/// <summary>
/// Every cell of the written matrix, tried: role × route × relation. In one's own part the door opens to the marked
/// roles and to no others; another venture's things and another company's do not exist, whatever one's role; who holds
/// a role for one customer reaches that customer's records and no more; without a credential nothing is told.
/// </summary>
public class AccessMatrixTests(House house)
{
    private readonly List<string> wrong = [];
    private int tried;

    [Fact]
    public async Task Every_cell_of_the_roles_and_of_the_host_is_decided_as_written()
    {
        var mine = await MatrixCompany.Furnished(house);
        var other = new MatrixCompany(house, await house.NewCompany());
        var side = await mine.Found(Things.OfSide);
        var rows = AccessMatrix.Read().Where(r => r.IsOfRoles || r.IsOfHost).ToList();
        rows.Count.ShouldBeGreaterThan(50);
        foreach (var role in ShippedRoles.All)
        {
            var wide = mine.Company.NewKey([.. role.Permissions]);
            var narrow = mine.Company.NewKey([.. role.Permissions], ["main"]);
            var foreign = other.Company.NewKey([.. role.Permissions]);
            foreach (var row in rows)
            {
                var marked = row.Roles.Contains(role.Code);
                var own = await mine.Ask(row, wide, side);
                Judge($"{role.Code}, own", row, marked ? Door(own) : Denied(own));
                var before = mine.Company.Log.Head;
                var beside = await mine.Ask(row, narrow, side);
                Judge(
                    $"{role.Code}, other venture",
                    row,
                    !marked ? Denied(beside)
                        : row.IsWhole ? Code(beside, "access.narrowed")
                        : Hidden(row, beside, await mine.Wrote(before, KeyOf(narrow)))
                );
                before = mine.Company.Log.Head;
                var away = await other.Ask(row, foreign, side);
                Judge(
                    $"{role.Code}, other company",
                    row,
                    !marked ? Denied(away)
                        : !await mine.Wrote(before, KeyOf(foreign)) && !MatrixCompany.Shows(away) ? null
                        : "another company's facts show, or changed"
                );
            }

            await TryOwnRecords(mine, role, rows);
        }

        foreach (var row in rows)
            Judge(
                "nobody",
                row,
                Code(await mine.Ask(row, "lk_aaaaaaaa_nobody-nobody-nobody-nobody", side), "access.unauthenticated")
            );
        wrong.ShouldBeEmpty();
        tried.ShouldBe((rows.Count * ShippedRoles.All.Count * 4) + rows.Count);
    }

    [Fact]
    public async Task Who_owns_the_data_folder_is_let_in_to_what_is_the_hosts()
    {
        var mine = await MatrixCompany.Furnished(house);
        var rows = AccessMatrix.Read().Where(r => r.IsOfHost).ToList();
        foreach (var row in rows)
            Judge("the data folder's owner", row, Door(await mine.Ask(row, house.OwnersKey, Things.Own)));
        wrong.ShouldBeEmpty();
        tried.ShouldBeGreaterThan(5);
    }

    [Fact]
    public async Task What_is_for_everybody_answers_without_a_credential_and_tells_nothing()
    {
        var mine = await MatrixCompany.Furnished(house);
        foreach (var row in AccessMatrix.Read().Where(r => r.IsOfEverybody))
        {
            var reply = await mine.Ask(row, null, Things.OfSide);
            var shut = reply.Text.Contains("\"access.", StringComparison.Ordinal) || (int)reply.Status >= 500;
            Judge("nobody", row, shut || MatrixCompany.Shows(reply) ? $"{(int)reply.Status} {reply.Text}" : null);
        }

        wrong.ShouldBeEmpty();
        tried.ShouldBeGreaterThan(20);
    }

    /// <summary>The fourth relation: what the role may is held for one customer, by a person, for no key is narrowed
    /// so, and by a role of the company's own, for an owner owns all of it.</summary>
    private async Task TryOwnRecords(MatrixCompany mine, Role role, List<MatrixRow> rows)
    {
        await mine.Define($"own-{role.Code}", role.Permissions);
        var person = await mine.Admit($"own-{role.Code}", "Own", Things.Own.Customer);
        var (own, another) = (await mine.Found(Things.Own), await mine.Found(Things.OfAnother));
        var (_, credential) = mine.Enter(person);
        foreach (var row in rows)
        {
            var before = mine.Company.Log.Head;
            var beside = await mine.Ask(row, credential, another);
            var problem =
                !row.Roles.Contains(role.Code) ? Denied(beside)
                : row.IsWhole ? Code(beside, "access.narrowed")
                : !row.HasOwnRecords ? Code(beside, "access.not-own-records")
                : Hidden(row, beside, await mine.Wrote(before, $"person:{person.Id}"), MatrixCompany.Canary);
            if (problem is null && row.HasOwnRecords && row.Roles.Contains(role.Code))
                problem = Reached(row, await mine.Ask(row, credential, await Fresh(mine, row, own)));
            Judge($"{role.Code}, own records", row, problem);
        }
    }

    /// <summary>A change wants an order that no other cell has changed.</summary>
    private static async Task<Things> Fresh(MatrixCompany mine, MatrixRow row, Things own) =>
        row.Route.StartsWith("POST", StringComparison.Ordinal) ? own with { Order = await mine.Place(own) } : own;

    private void Judge(string who, MatrixRow row, string? problem)
    {
        tried++;
        if (problem is not null)
            wrong.Add($"{who}: {row.Route}: {problem}");
    }

    private static string KeyOf(string secret) => $"key:{secret[3..11]}";

    private static string? Door(Reply reply) =>
        reply.Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
        || reply.Status == HttpStatusCode.InternalServerError
            ? $"the door is shut to a marked role: {(int)reply.Status} {reply.Text}"
            : null;

    private static string? Denied(Reply reply) => Code(reply, "access.missing-permission");

    private static string? Code(Reply reply, string code) =>
        reply.Text.Contains($"\"{code}\"", StringComparison.Ordinal) && !MatrixCompany.Shows(reply)
            ? null
            : $"{(int)reply.Status} instead of {code}: {reply.Text}";

    /// <summary>Nothing of the others shows; a write that names their things changes nothing.</summary>
    private static string? Hidden(MatrixRow row, Reply reply, bool wrote, string canary = MatrixCompany.OfSide)
    {
        if (MatrixCompany.Shows(reply, canary))
            return $"shows what is others': {reply.Text}";
        if (reply.Status == HttpStatusCode.InternalServerError)
            return reply.Text;
        var batch = row.Route.EndsWith("/batch", StringComparison.Ordinal); // refused line by line
        return MatrixCompany.Names(row) && !batch && reply.Status is HttpStatusCode.OK or HttpStatusCode.Created
                ? $"not hidden: {(int)reply.Status} {reply.Text}"
            : wrote ? "the log changed"
            : null;
    }

    /// <summary>One's own shows, and others' beside it does not; a change is done, or refused by the order's
    /// state.</summary>
    private static string? Reached(MatrixRow row, Reply reply)
    {
        var good =
            reply.Status is HttpStatusCode.OK or HttpStatusCode.Created or HttpStatusCode.Conflict
            && !MatrixCompany.Shows(reply);
        var figures = row.Route.EndsWith("/counts", StringComparison.Ordinal);
        var shown = figures || !row.Route.StartsWith("GET", StringComparison.Ordinal) || reply.Text.Contains("own-");
        return good && shown ? null : $"one's own is not reached: {(int)reply.Status} {reply.Text}";
    }
}
