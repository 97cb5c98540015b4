using System.Net;
using System.Text;
using Lading.Platform.Access;
using Lading.Platform.SignIn;

namespace Lading.Http.Tests;

/// <summary>
/// Every cell of the written matrix, tried: role × route × relation. In one's own part the door opens to the marked
/// roles and to no others; another venture's things, another customer's and another company's do not exist, whatever
/// one's role; without a credential nothing is told. What is one's own account's opens to everybody signed in, what is
/// the host's to no role at all.
/// </summary>
public class AccessMatrixTests(House house)
{
    private const string Canary = "c4n4ry-of-side";

    /// <summary>What is named so belongs to one customer of that venture, whom a grant may be narrowed to.</summary>
    private const string Plain = "plain";

    /// <summary>What the routes are asked with, beside <c>{}</c>: things of the other venture.</summary>
    private static readonly Dictionary<string, string> Bodies = new(StringComparer.Ordinal)
    {
        ["POST /api/v1/orders"] =
            """{"venture":"side","sites":["east"],"customer":"c4n4ry-of-side-c","""
            + """ "lines":[{"sku":"c4n4ry-of-side-s","quantity":1}]}""",
        ["POST /api/v1/orders/batch"] = """{"venture":"side","lines":[{"sku":"c4n4ry-of-side-s","quantity":1}]}""",
        ["POST /api/v1/orders/{order}/hold"] = """{"reason":"x"}""",
        ["POST /api/v1/orders/{order}/release"] = """{"reason":"x"}""",
        ["POST /api/v1/orders/{order}/cancel"] = """{"reason":"x"}""",
        ["POST /api/v1/orders/{order}/return"] = """{"site":"east","reason":"x","lines":[{"line":"1","quantity":1}]}""",
        ["POST /api/v1/customers"] = """{"customer":"c4n4ry-of-side-n","venture":"side"}""",
        ["POST /api/v1/skus"] = """{"sku":"c4n4ry-of-side-n","venture":"side","baseUnit":"EA"}""",
        ["PUT /api/v1/skus/{sku}"] = """{"description":"x"}""",
        ["POST /api/v1/skus/{sku}/discontinue"] = """{"reason":"x"}""",
        ["POST /api/v1/locations"] = """{"site":"east","location":"L2","kind":"bin"}""",
        ["POST /api/v1/locations/{site}/{location}/close"] = """{"reason":"x"}""",
        ["POST /api/v1/inventory/movements"] =
            """{"kind":"receipt","sku":"c4n4ry-of-side-s","quantity":1,"unit":"EA","to":{"site":"east"}}""",
        ["POST /api/v1/inventory/holds"] =
            """{"sku":"c4n4ry-of-side-s","quantity":1,"unit":"EA","at":{"site":"east"},"reason":"x"}""",
        ["POST /api/v1/inventory/holds/release"] =
            """{"sku":"c4n4ry-of-side-s","quantity":1,"unit":"EA","at":{"site":"east"}}""",
        ["POST /api/v1/inventory/reservations"] = """{"name":"n","sku":"c4n4ry-of-side-s","quantity":1,"unit":"EA"}""",
        ["POST /api/v1/inventory/reservations/release"] = """{"name":"n","sku":"c4n4ry-of-side-s"}""",
        ["PUT /api/v1/ventures/{code}"] = """{"name":"x"}""",
        ["POST /api/v1/sites"] = """{"code":"c4n4ry-of-side-n","venture":"side","name":"x","timeZone":"Etc/UTC"}""",
        ["PUT /api/v1/sites/{code}"] = """{"name":"x","timeZone":"Etc/UTC"}""",
        ["POST /api/v1/keys"] = """{"name":"k","scopes":["orders.read"],"ventures":["side"]}""",
        ["POST /api/v1/members"] = """{"person":"p9","grants":[{"role":"picker","ventures":["side"]}]}""",
        ["PUT /api/v1/members/{person}"] = """{"grants":[{"role":"picker","sites":["east"]}]}""",
    };

    [Fact]
    public async Task Every_cell_is_decided_as_written()
    {
        var (mine, other) = (await Furnished(), await Furnished(without: true));
        var rows = AccessMatrix.Read().Where(AccessMatrix.IsOfRoles).ToList();
        rows.Count.ShouldBeGreaterThan(50);
        var wrong = new List<string>();
        var tried = 0;
        foreach (var role in ShippedRoles.All)
        {
            var wide = mine.NewKey([.. role.Permissions]);
            var narrow = mine.NewKey([.. role.Permissions], ["main"]);
            var foreign = other.NewKey([.. role.Permissions]);
            var (person, token) = await CustomersOwn(mine, role);
            foreach (var row in rows)
            {
                var marked = row.Roles.Contains(role.Code);
                Judge(marked ? Door(await Ask(mine, row, wide)) : Denied(await Ask(mine, row, wide)), "own");
                var before = mine.Log.Head;
                var beside = await Ask(mine, row, narrow);
                Judge(
                    !marked ? Denied(beside)
                        : AccessMatrix.IsWhole(row) ? Code(beside, "access.narrowed")
                        : Hidden(row, beside, await Wrote(mine, before, narrow)),
                    "other venture"
                );
                before = mine.Log.Head;
                var away = await Ask(other, row, foreign);
                Judge(
                    !marked ? Denied(away)
                        : !await Wrote(mine, before, foreign) && !Shows(away) ? null
                        : "another company's facts show, or changed",
                    "other company"
                );
                tried += 3;
                if (token is not null)
                {
                    Judge(await OtherCustomer(mine, row, person, token, marked), "other customer");
                    if (marked && row.Route.Contains("{order}") && row.Permission == "orders.read")
                        Judge(Own(await Ask(mine, row, token, Plain)), "own records");
                    tried++;
                }

                void Judge(string? problem, string relation)
                {
                    if (problem is not null)
                        wrong.Add($"{role.Code}, {relation}: {row.Route}: {problem}");
                }
            }
        }

        foreach (var row in rows)
            if (await Ask(mine, row, Nobody) is var reply && !Shut(reply))
                wrong.Add($"nobody: {row.Route}: {reply.Status}");
        wrong.ShouldBeEmpty();
        var narrowed = ShippedRoles.All.Count - 1; // an owner owns everything
        tried.ShouldBe(rows.Count * ((ShippedRoles.All.Count * 3) + narrowed));
    }

    /// <summary>Somebody asks for things of another customer than the one whose records are theirs.</summary>
    private static async Task<string?> OtherCustomer(
        Company company,
        MatrixRow row,
        string person,
        string token,
        bool marked
    )
    {
        var before = company.Log.Head;
        var reply = await Ask(company, row, token);
        return !marked ? Denied(reply)
            : AccessMatrix.IsWhole(row) ? Code(reply, "access.narrowed")
            : Hidden(row, reply, await WroteAs(company, before, $"person:{person}"));
    }

    [Fact]
    public async Task What_is_no_role_s_is_everybody_s_one_s_own_or_the_host_s()
    {
        var company = await house.NewCompany();
        var another = await Joined(company, Canary, new GrantRequest(ShippedRoles.Owner));
        var theirs = Begin(company, another);
        var wrong = new List<string>();
        var tried = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var row in AccessMatrix.Read().Where(r => !AccessMatrix.IsOfRoles(r)))
        {
            var kind = row.Permission.Split('.')[0];
            tried[kind] = tried.GetValueOrDefault(kind) + 1;
            var nobody = await Ask(company, row, Nobody);
            if (Shut(nobody) == (kind == "everybody") || nobody.Status == HttpStatusCode.InternalServerError)
                wrong.Add($"nobody: {row.Route}: {nobody.Status} {nobody.Text}");
        }

        foreach (var role in ShippedRoles.All)
        {
            var key = company.NewKey([.. role.Permissions]);
            var person = await Joined(company, role.Code, GrantOf(role));
            var before = company.Log.Head;
            foreach (var row in AccessMatrix.Read().Where(r => r.Permission.StartsWith("host.")))
            {
                Judge(row, Denied(await Ask(company, row, key)));
                Judge(row, Denied(await Ask(company, row, Token(Begin(company, person)))));
            }

            foreach (var row in AccessMatrix.Read().Where(r => r.Permission == "self"))
            {
                Judge(row, OwnDoor(await Ask(company, row, key)));
                Judge(row, OwnDoor(await Ask(company, row, Token(Begin(company, person)), id: theirs.Id)));
            }

            if (company.Log.Head != before)
                wrong.Add($"{role.Code}: the log changed");
            void Judge(MatrixRow row, string? problem)
            {
                if (problem is not null)
                    wrong.Add($"{role.Code}: {row.Route}: {problem}");
            }
        }

        wrong.ShouldBeEmpty();
        tried.Keys.Order().ShouldBe(["everybody", "host", "self"]);
        tried.Values.ShouldAllBe(n => n > 4);
        house.Host.Accounts.Sessions.Live(theirs.Id).ShouldNotBeNull("nobody ends another's session");
    }

    /// <summary>What the door lets in may still find that a key is no person, or no such thing of one's own.</summary>
    private static string? OwnDoor(Reply reply) =>
        ((int)reply.Status >= 400 && reply.Text.Contains("\"code\":\"access.", StringComparison.Ordinal))
        || reply.Status is HttpStatusCode.Unauthorized or HttpStatusCode.InternalServerError
            ? $"the door is shut to who may: {(int)reply.Status} {reply.Text}"
        : Shows(reply) ? $"shows another's account: {reply.Text}"
        : null;

    private const string Nobody = "lk_aaaaaaaa_nobody-nobody-nobody-nobody";

    /// <summary>Whether the door was shut for want of a credential.</summary>
    private static bool Shut(Reply reply) =>
        reply.Status == HttpStatusCode.Unauthorized && reply.Text.Contains("\"access.unauthenticated\"");

    private static string? Door(Reply reply) =>
        reply.Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.InternalServerError
            ? $"the door is shut to a marked role: {(int)reply.Status} {reply.Text}"
            : null;

    private static string? Own(Reply reply) =>
        reply.Status == HttpStatusCode.OK && !Shows(reply) ? null : $"not one's own: {(int)reply.Status} {reply.Text}";

    private static string? Denied(Reply reply) => Code(reply, "access.missing-permission");

    private static string? Code(Reply reply, string code) =>
        reply.Text.Contains($"\"{code}\"", StringComparison.Ordinal) && !Shows(reply)
            ? null
            : $"{(int)reply.Status} instead of {code}: {reply.Text}";

    /// <summary>Nothing of the other venture shows; a write that names its things changes nothing.</summary>
    private static string? Hidden(MatrixRow row, Reply reply, bool wrote)
    {
        if (Shows(reply))
            return $"shows the other venture: {reply.Text}";
        if (reply.Status == HttpStatusCode.InternalServerError)
            return reply.Text;
        var names = row.Route.Contains('{') || Bodies.ContainsKey(row.Route);
        var batch = row.Route.EndsWith("/batch", StringComparison.Ordinal); // refused line by line
        return names && !batch && reply.Status is HttpStatusCode.OK or HttpStatusCode.Created
                ? $"not hidden: {(int)reply.Status} {reply.Text}"
            : wrote ? "the log changed"
            : null;
    }

    /// <summary>Whether a key wrote anything since a position: policies go on writing beside.</summary>
    private static Task<bool> Wrote(Company company, long since, string key) =>
        WroteAs(company, since, $"key:{key[3..11]}");

    private static async Task<bool> WroteAs(Company company, long since, string actor)
    {
        var facts = await company.Log.ReadAfter(since, 1_000, TestContext.Current.CancellationToken);
        return facts.Any(f => f.Actor == actor);
    }

    /// <summary>Somebody with this role for the records of one customer alone, signed in. Nobody is an owner of a
    /// part.</summary>
    private async Task<(string Person, string? Token)> CustomersOwn(Company company, Role role)
    {
        if (role.Code == ShippedRoles.Owner)
            return ("", null);
        var person = await Joined(company, role.Code, new GrantRequest(role.Code, Customers: [$"{Plain}-c"]));
        return (person, Token(Begin(company, person)));
    }

    private static GrantRequest GrantOf(Role role) =>
        role.Code == "customer" ? new(role.Code, Customers: ["c1"]) : new(role.Code);

    /// <summary>A person of the company.</summary>
    private async Task<string> Joined(Company company, string name, GrantRequest grant)
    {
        var accounts = house.Host.Accounts;
        var account = accounts.New($"{name}@{company.Tenant.Slug}.example", name);
        (await accounts.Store.CreateAsync(account, TestContext.Current.CancellationToken)).Succeeded.ShouldBeTrue();
        await accounts.Join(new Joining(company.Tenant.Id, account.Id, "test", [grant]));
        return account.Id;
    }

    private Session Begin(Company company, string person) =>
        house.Host.Accounts.Sessions.Begin(person, company.Tenant.Id, "pwd otp", true, false, "::1", "test").Session;

    private string Token(Session session) => house.Host.Accounts.Tokens.Make(session);

    /// <summary>A refusal repeats what was asked for; nothing else may name it.</summary>
    private static bool Shows(Reply reply) =>
        (int)reply.Status < 400
        && reply.Type != "application/x-ndjson"
        && reply.Text.Contains(Canary, StringComparison.OrdinalIgnoreCase);

    /// <param name="whose">Whose things the path names.</param>
    private static async Task<Reply> Ask(
        Company company,
        MatrixRow row,
        string key,
        string whose = Canary,
        string id = "nothing-of-the-kind"
    )
    {
        var (method, pattern) = row.Route.Split(' ') is [var m, var p] ? (m, p) : throw new FormatException(row.Route);
        var path = pattern
            .Replace("{order}", $"{whose}-o")
            .Replace("{customer}", $"{whose}-c")
            .Replace("{sku}", $"{whose}-s")
            .Replace("{site}", "east")
            .Replace("{location}", "L1")
            .Replace("{code}", pattern.Contains("ventures") ? "side" : "east")
            .Replace("{position:long}", Position.ToString())
            .Replace("{name}", "no-such")
            .Replace("{prefix}", "zzzzzzzz")
            .Replace("{person}", "p-of-nobody")
            .Replace("{role}", "no-such-role")
            .Replace("{rule}", "no-such-rule");
        path = System.Text.RegularExpressions.Regex.Replace(path, @"\{[^}]+\}", id);
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (method is "POST" or "PUT")
            request.Content = new StringContent(
                Bodies.GetValueOrDefault(row.Route, "{}"),
                Encoding.UTF8,
                path.EndsWith("/batch", StringComparison.Ordinal) ? "application/x-ndjson" : "application/json"
            );
        return await company.Send(request, method == "GET" ? null : Guid.NewGuid().ToString(), withKey: key);
    }

    /// <summary>Where in a furnished company's log the other venture was opened.</summary>
    private const long Position = 5;

    /// <summary>A company with a second venture whose every name is a canary; or one without it.</summary>
    private async Task<Company> Furnished(bool without = false)
    {
        var company = await house.NewCompany();
        if (without)
            return company;
        async Task Made(string path, string body) =>
            (await company.Post(path, body)).Status.ShouldBeOneOf(HttpStatusCode.Created, HttpStatusCode.OK);
        await Made("/ventures", $$"""{"code":"side","name":"{{Canary}}"}""");
        company.Log.Head.ShouldBe(Position);
        await Made("/sites", $$"""{"code":"east","venture":"side","name":"{{Canary}}","timeZone":"Etc/UTC"}""");
        await Made("/skus", $$"""{"sku":"{{Canary}}-s","venture":"side","baseUnit":"EA","description":"{{Canary}}"}""");
        await Made("/customers", $$"""{"customer":"{{Canary}}-c","venture":"side","name":"{{Canary}}"}""");
        await Made("/locations", """{"site":"east","location":"L1","kind":"c4n4ry-of-side"}""");
        await Made(
            "/inventory/movements",
            $$$"""{"kind":"receipt","sku":"{{{Canary}}}-s","quantity":9,"unit":"EA","to":{"site":"east"}}"""
        );
        await Made(
            "/orders",
            $$"""{"order":"{{Canary}}-o","venture":"side","lines":[{"sku":"{{Canary}}-s","quantity":1}]}"""
        );
        await Made("/skus", $$"""{"sku":"{{Plain}}-s","venture":"side","baseUnit":"EA"}""");
        await Made("/customers", $$"""{"customer":"{{Plain}}-c","venture":"side"}""");
        await Made(
            "/orders",
            $$"""{"order":"{{Plain}}-o","venture":"side","customer":"{{Plain}}-c","""
                + $$""" "lines":[{"sku":"{{Plain}}-s","quantity":1}]}"""
        );
        await company.Settle();
        return company;
    }
}
