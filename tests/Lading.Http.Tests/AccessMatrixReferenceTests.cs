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
public sealed record MatrixRow(string Route, string Permission, string For, IReadOnlySet<string> Roles)
{
    /// <summary>Whether it is refused to who holds its permission for a part.</summary>
    public bool IsWhole => For == AccessMatrix.Company;

    /// <summary>Whether who holds its permission for named customers reaches their records.</summary>
    public bool HasOwnRecords => For == AccessMatrix.Records;

    public bool IsOfRoles => IsWhole || HasOwnRecords || For == AccessMatrix.Part;

    public bool IsOfHost => For == AccessMatrix.Host;

    public bool IsOfEverybody => For == AccessMatrix.Everybody;

    public bool IsOfOneself => For == AccessMatrix.Oneself;
}

/// <summary>Reads and writes <c>docs/reference/access-matrix.md</c>.</summary>
public static class AccessMatrix
{
    public const string Company = "whole company";
    public const string Part = "own part";
    public const string Records = "own part, own records";
    public const string Oneself = "oneself";
    public const string Host = "the data folder's owner";
    public const string Everybody = "everybody";

    public static string Path() => Repository.At("docs", "reference", "access-matrix.md");

    public static string Write(IEnumerable<RouteEndpoint> endpoints)
    {
        var roles = ShippedRoles.All;
        var text = new StringBuilder(
            """
            # Who may use which route

            Made from the running program by a test and held to it by others, which try every cell. A mark: the
            shipped role holds the permission. *own part*: a role given for some ventures or sites reaches only those,
            and one given for named customers is refused; *own part, own records*: one given for named customers
            reaches their records and no others'; *whole company*: it is refused unless it was given for everything.
            *oneself*: any valid credential serves, for what is one's own; *the data folder's owner*: refused to every
            role, `*` too; *everybody*: no credential is needed.


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
            var reach = For(endpoint, permission);
            var isRole = reach is Part or Records or Company;
            var marks = roles.Select(r => isRole && r.Permissions.Any(p => Rights.Matches(p, permission)) ? "●" : "");
            text.Append($"| `{route}` | {(permission.Length == 0 ? "everybody" : permission)} | {reach} | ");
            text.AppendJoin(" | ", marks).Append(" |\n");
        }

        return text.ToString();
    }

    private static string For(RouteEndpoint endpoint, string permission) =>
        permission.Length == 0 ? Everybody
        : permission == Permissions.Self ? Oneself
        : permission.StartsWith("host.", StringComparison.Ordinal) ? Host
        : endpoint.Metadata.GetMetadata<WholeCompany>() is not null ? Company
        : endpoint.Metadata.GetMetadata<OwnRecords>() is not null ? Records
        : Part;

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
