using Lading.Platform.Access;

namespace Lading.Http.Tests;

/// <summary>
/// The cells of the matrix, tried themselves: asked with a credential for which nothing is hidden and every door is
/// open, as if the product hid nothing, each comes out red. Those that name and show nothing of others cannot.
/// </summary>
public class AccessMatrixControlTests(House house)
{
    private static readonly IReadOnlyList<MatrixRow> Rows = [.. AccessMatrix.Read().Where(r => r.IsOfRoles)];

    /// <summary>What has only figures, names of the program's own, or the caller's own file.</summary>
    private static readonly string[] Nameless =
    [
        "GET /api/v1/access/rules",
        "GET /api/v1/events/types",
        "GET /api/v1/inventory/discrepancies",
        "GET /api/v1/locations/fill",
        "GET /api/v1/orders/counts",
        "GET /api/v1/orders/course",
        "GET /api/v1/orders/days",
        "GET /api/v1/permissions",
        "GET /api/v1/projections",
        "GET /api/v1/roles",
        "POST /api/v1/plan/forecasts",
        "POST /api/v1/plan/routes",
    ];

    [Fact]
    public async Task A_cell_whose_hiding_is_gone_comes_out_red()
    {
        var mine = await MatrixCompany.Furnished(house);
        var side = await mine.Found(Things.OfSide);
        var open = mine.Company.NewKey(["*"]);
        var green = new List<string>();
        foreach (var row in Rows)
            if (await MatrixCells.Beside(mine, row, true, open, side) is null)
                green.Add(row.Route);
        green.ShouldBe(Nameless);
    }

    [Fact]
    public async Task A_cell_whose_door_is_open_comes_out_red()
    {
        var mine = await MatrixCompany.Furnished(house);
        var open = mine.Company.NewKey(["*"]);
        foreach (var row in Rows)
            (await MatrixCells.Own(mine, row, false, open, Things.OfSide)).ShouldNotBeNull(row.Route);
    }

    [Fact]
    public async Task A_cell_of_another_company_that_is_let_in_comes_out_red()
    {
        var mine = await MatrixCompany.Furnished(house);
        var side = await mine.Found(Things.OfSide);
        var open = mine.Company.NewKey(["*"]);
        var green = new List<string>();
        foreach (var row in Rows.Where(r => !r.IsWhole))
            if (await MatrixCells.Away(mine, mine, row, true, open, side) is null)
                green.Add(row.Route);
        green.ShouldBe(Nameless);
    }

    [Fact]
    public async Task A_cell_that_shows_another_customers_records_comes_out_red()
    {
        var mine = await MatrixCompany.Furnished(house);
        var another = await mine.Found(Things.OfAnother);
        var person = await mine.Admit(ShippedRoles.Owner, "Open");
        var (_, credential) = mine.Enter(person);
        var green = new List<string>();
        foreach (var row in Rows)
            if (await MatrixCells.Others(mine, row, true, (person, credential), another) is null)
                green.Add(row.Route);
        green.ShouldBe(["GET /api/v1/orders/counts"]);
    }
}
