using System.Text;
using Lading.Platform.Access;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Lading.Http.Tests;

/// <summary>
/// The written matrix of who may use which route is the one the program would write: a route without a row, or a role
/// that may more than its row says, fails the build. <c>LADING_UPDATE=1</c> writes it anew for the review.
/// </summary>
public class AccessMatrixReferenceTests(House house)
{
    [Fact]
    public void Every_route_has_its_row_in_the_written_matrix()
    {
        if (Environment.GetEnvironmentVariable("LADING_UPDATE") == "1")
            File.WriteAllText(AccessMatrix.Path(), AccessMatrix.Write(house.Server.Endpoints));
        HoldToTheMatrix(house.Server.Endpoints);
    }

    [Fact]
    public void Every_route_declares_what_it_needs() => EachDeclares(house.Server.Endpoints);

    [Fact]
    public void A_route_that_is_added_taken_away_or_opened_is_noticed()
    {
        var there = house.Server.Endpoints;
        var guarded = there.First(e => e.Metadata.GetMetadata<Permission>() is { Name: "access.manage" });
        Should.Throw<ShouldAssertException>(() => HoldToTheMatrix([.. there, Route("/api/v1/new", "orders.read")]));
        Should.Throw<ShouldAssertException>(() => HoldToTheMatrix([.. there.Where(e => e != guarded)]));
        var opened = Route(guarded.RoutePattern.RawText!, "", guarded.Metadata.GetMetadata<HttpMethodMetadata>()!);
        Should.Throw<ShouldAssertException>(() => HoldToTheMatrix([.. there.Where(e => e != guarded), opened]));
        Should.Throw<ShouldAssertException>(() => EachDeclares([.. there, Route("/api/v1/new", null)]));
    }

    private static void HoldToTheMatrix(IEnumerable<RouteEndpoint> endpoints) =>
        File.ReadAllText(AccessMatrix.Path())
            .ShouldBe(
                AccessMatrix.Write(endpoints),
                "docs/reference/access-matrix.md is out of date: run this test with LADING_UPDATE=1."
            );

    private static void EachDeclares(IEnumerable<RouteEndpoint> endpoints) =>
        endpoints.Where(e => e.Metadata.GetMetadata<Permission>() is null).ShouldBeEmpty();

    private static RouteEndpoint Route(string path, string? permission, HttpMethodMetadata? methods = null)
    {
        object[] metadata = [methods ?? new HttpMethodMetadata(["POST"])];
        return new RouteEndpoint(
            _ => Task.CompletedTask,
            RoutePatternFactory.Parse(path),
            0,
            new EndpointMetadataCollection(permission is null ? metadata : [.. metadata, new Permission(permission)]),
            path
        );
    }
}

/// <summary>A route as the matrix has it.</summary>
public sealed record MatrixRow(string Route, string Permission, string For, IReadOnlySet<string> Roles);

/// <summary>Reads and writes <c>docs/reference/access-matrix.md</c>.</summary>
public static class AccessMatrix
{
    private const string Company = "whole company";
    private const string Part = "own part";

    /// <summary>Whether roles hold the row's permission: it is not everybody's, one's own account's or the
    /// host's.</summary>
    public static bool IsOfRoles(MatrixRow row) => IsOfRoles(row.Permission);

    private static bool IsOfRoles(string permission) =>
        permission.Contains('.') && !permission.StartsWith("host.", StringComparison.Ordinal);

    /// <summary>Whether the row's route is refused to who holds its permission for a part.</summary>
    public static bool IsWhole(MatrixRow row) => row.For == Company;

    public static string Path() => Repository.At("docs", "reference", "access-matrix.md");

    public static string Write(IEnumerable<RouteEndpoint> endpoints)
    {
        var roles = ShippedRoles.All;
        var text = new StringBuilder(
            """
            # Who may use which route

            Made from the running program by a test and held to it by another, which tries every cell. `everybody`
            needs no credential, `self` any valid one and reaches one's own account alone, `host.…` that of who owns
            the data folder: no role holds it. A mark: the shipped role holds the permission. *own part*: a role given
            for some ventures, sites or customers reaches only those; *whole company*: it is refused unless it was
            given for everything. Each cell is tried with the role for the whole company, for another venture, for
            another customer's records beside one's own, and in another company; each row without a credential.


            """
        );
        text.Append("| Route | Permission | For | ")
            .AppendJoin(" | ", roles.Select(r => r.Code))
            .Append(" |\n|---|---|---|");
        text.Append(string.Concat(roles.Select(_ => ":-:|"))).Append('\n');
        foreach (
            var (route, endpoint) in endpoints
                .Select(e => (Permissions.NameOf(e), e))
                .OrderBy(e => e.Item1, StringComparer.Ordinal)
        )
        {
            var permission = endpoint.Metadata.GetMetadata<Permission>()?.Name ?? "(none)";
            var isRole = IsOfRoles(permission);
            var reach =
                !isRole ? ""
                : endpoint.Metadata.GetMetadata<WholeCompany>() is null ? Part
                : Company;
            var marks = roles.Select(r => isRole && r.Permissions.Any(p => Rights.Matches(p, permission)) ? "●" : "");
            text.Append($"| `{route}` | {(permission.Length == 0 ? "everybody" : permission)} | {reach} | ");
            text.AppendJoin(" | ", marks).Append(" |\n");
        }

        return text.ToString();
    }

    /// <summary>The committed rows: what the cells are tried against.</summary>
    public static IReadOnlyList<MatrixRow> Read()
    {
        var lines = File.ReadAllLines(Path()).Where(l => l.StartsWith('|')).ToList();
        var head = Cells(lines[0]);
        return
        [
            .. lines
                .Skip(2)
                .Select(Cells)
                .Select(cells => new MatrixRow(
                    cells[0].Trim('`'),
                    cells[1],
                    cells[2],
                    Enumerable
                        .Range(3, head.Length - 3)
                        .Where(i => cells[i].Length > 0)
                        .Select(i => head[i])
                        .ToHashSet()
                )),
        ];
    }

    private static string[] Cells(string line) => [.. line.Split('|')[1..^1].Select(c => c.Trim())];
}
