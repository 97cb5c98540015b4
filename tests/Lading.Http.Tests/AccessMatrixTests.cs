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
                Judge($"{role.Code}, own", row, await MatrixCells.Own(mine, row, marked, wide, side));
                Judge($"{role.Code}, other venture", row, await MatrixCells.Beside(mine, row, marked, narrow, side));
                Judge(
                    $"{role.Code}, other company",
                    row,
                    await MatrixCells.Away(mine, other, row, marked, foreign, side)
                );
            }

            await TryOwnRecords(mine, role, rows);
        }

        foreach (var row in rows)
            Judge(
                "nobody",
                row,
                MatrixCells.Code(
                    await mine.Ask(row, "lk_aaaaaaaa_nobody-nobody-nobody-nobody", side),
                    "access.unauthenticated"
                )
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
            Judge("the data folder's owner", row, MatrixCells.Door(await mine.Ask(row, house.OwnersKey, Things.Own)));
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
            var marked = row.Roles.Contains(role.Code);
            var problem =
                await MatrixCells.Others(mine, row, marked, (person, credential), another)
                ?? (marked && row.HasOwnRecords ? await MatrixCells.Reached(mine, row, credential, own) : null);
            Judge($"{role.Code}, own records", row, problem);
        }
    }

    private void Judge(string who, MatrixRow row, string? problem)
    {
        tried++;
        if (problem is not null)
            wrong.Add($"{who}: {row.Route}: {problem}");
    }
}
