using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using Lading.Platform.Access;
using Lading.Platform.SignIn;
using Lading.Server;

namespace Lading.Http.Tests;

/// <summary>What the routes are asked for: whose things stand in path and body.</summary>
public sealed record Things(string Venture, string Site, string Sku, string Customer, string Order)
{
    /// <summary>Where the log tells of the order.</summary>
    public long Position { get; init; }

    /// <summary>Of a venture that others have nothing to do with.</summary>
    public static readonly Things OfSide = Named("side", "east", "c4n4ry-of-side-s", "c4n4ry-of-side");

    /// <summary>Of one customer.</summary>
    public static readonly Things Own = Named("main", "north", "A", "own");

    /// <summary>Of another customer of the same venture.</summary>
    public static readonly Things OfAnother = Named("main", "north", "A", "c4n4ry-of-another");

    private static Things Named(string venture, string site, string sku, string whose) =>
        new(venture, site, sku, $"{whose}-c", $"{whose}-o");
}

/// <summary>A company in which the matrix is tried: of all that nobody may see the name is a canary.</summary>
public sealed partial class MatrixCompany(House house, Company company)
{
    /// <summary>Shows where something shows that must not.</summary>
    public const string Canary = "c4n4ry";

    /// <summary>Shows where something of the other venture does.</summary>
    public const string OfSide = $"{Canary}-of-side";

    /// <summary>What the routes are asked with that name things.</summary>
    private static readonly Dictionary<string, string> Bodies = new(StringComparer.Ordinal)
    {
        ["POST /api/v1/orders"] =
            """{"venture":"{venture}","sites":["{site}"],"customer":"{customer}","""
            + """ "lines":[{"sku":"{sku}","quantity":1}]}""",
        ["POST /api/v1/orders/batch"] = """{"venture":"{venture}","lines":[{"sku":"{sku}","quantity":1}]}""",
        ["POST /api/v1/orders/{order}/hold"] = """{"reason":"x"}""",
        ["POST /api/v1/orders/{order}/release"] = """{"reason":"x"}""",
        ["POST /api/v1/orders/{order}/cancel"] = """{"reason":"x"}""",
        ["POST /api/v1/orders/{order}/lines"] = """{"lines":[{"line":"1","sku":"{sku}","quantity":3}]}""",
        ["POST /api/v1/orders/{order}/split"] = """{"lines":[{"line":"1","quantity":1}]}""",
        ["POST /api/v1/orders/{order}/return"] =
            """{"site":"north","reason":"x","lines":[{"line":"1","quantity":1}]}""",
        ["POST /api/v1/orders/take-back"] =
            """{"takeBack":"x","sku":"{sku}","quantity":1,"orders":["{order}"],"site":"{site}","reason":"x"}""",
        ["POST /api/v1/customers"] = """{"customer":"{customer}-n","venture":"{venture}"}""",
        ["PUT /api/v1/customers/{customer}"] = """{"country":"GB"}""",
        ["POST /api/v1/skus"] = """{"sku":"{sku}-n","venture":"{venture}","baseUnit":"EA"}""",
        ["PUT /api/v1/skus/{sku}"] = """{"description":"x"}""",
        ["POST /api/v1/skus/{sku}/discontinue"] = """{"reason":"x"}""",
        ["POST /api/v1/locations"] = """{"site":"{site}","location":"L2","kind":"bin"}""",
        ["POST /api/v1/locations/{site}/{location}/close"] = """{"reason":"x"}""",
        ["POST /api/v1/inventory/movements"] =
            """{"kind":"receipt","sku":"{sku}","quantity":1,"unit":"EA","to":{"site":"{site}"}}""",
        ["POST /api/v1/inventory/holds"] =
            """{"sku":"{sku}","quantity":1,"unit":"EA","at":{"site":"{site}"},"reason":"x"}""",
        ["POST /api/v1/inventory/holds/release"] =
            """{"sku":"{sku}","quantity":1,"unit":"EA","at":{"site":"{site}"}}""",
        ["POST /api/v1/inventory/reservations"] = """{"name":"n","sku":"{sku}","quantity":1,"unit":"EA"}""",
        ["POST /api/v1/inventory/reservations/release"] = """{"name":"n","sku":"{sku}"}""",
        ["PUT /api/v1/ventures/{code}"] = """{"name":"x"}""",
        ["POST /api/v1/sites"] = """{"code":"new","venture":"{venture}","name":"x","timeZone":"Etc/UTC"}""",
        ["PUT /api/v1/sites/{code}"] = """{"name":"x","timeZone":"Etc/UTC"}""",
        ["POST /api/v1/keys"] = """{"name":"k","scopes":["orders.read"],"ventures":["{venture}"]}""",
        ["POST /api/v1/members"] = """{"person":"p9","grants":[{"role":"picker","ventures":["{venture}"]}]}""",
        ["POST /api/v1/people/invitations"] =
            """{"email":"new@x.example","name":"New","grants":[{"role":"picker","ventures":["{venture}"]}]}""",
        ["PUT /api/v1/members/{person}"] = """{"grants":[{"role":"picker","sites":["{site}"]}]}""",
    };

    /// <summary>And those that name none; <c>{}</c> for all others.</summary>
    private static readonly Dictionary<string, string> Files = new(StringComparer.Ordinal)
    {
        ["POST /api/v1/plan/routes"] = "lat,lon,demand\n53.8,-1.5,\n53.9,-1.6,3\n",
        ["POST /api/v1/plan/forecasts"] = "month,A\n1,2\n2,3\n3,2\n",
        ["POST /api/v1/access/approvals/{approval}/refuse"] = """{"reason":"x"}""",
        ["POST /api/v1/me/account"] = """{"email":"new@x.example","name":"New","password":"{password}"}""",
        ["POST /api/v1/me/totp/confirm"] = """{"code":"{totp}"}""",
        ["POST /api/v1/session/step-up"] = """{"method":"password","code":"{password}"}""",
        ["POST /api/v1/session/tenant"] = """{"tenant":"{tenant}"}""",
        ["PUT /api/v1/me/password"] = """{"current":"{password}","new":"nine velvet anvils on a kiln"}""",
    };

    private static readonly HttpClient Bare = new(new HttpClientHandler { AllowAutoRedirect = false });

    public Company Company => company;

    /// <summary>Whether a request of the route names the things it is asked for.</summary>
    public static bool Names(MatrixRow row) => row.Route.Contains('{') || Bodies.ContainsKey(row.Route);

    /// <summary>Whether a body that should be right was not.</summary>
    public static bool IsMisread(MatrixRow row, Reply reply) =>
        reply.Status == HttpStatusCode.BadRequest && (Bodies.ContainsKey(row.Route) || Files.ContainsKey(row.Route));

    /// <summary>A refusal repeats what was asked for; nothing else may name it.</summary>
    public static bool Shows(Reply reply, string canary = Canary) =>
        (int)reply.Status < 400
        && reply.Type != "application/x-ndjson"
        && reply.Text.Contains(canary, StringComparison.OrdinalIgnoreCase);

    /// <summary>With a second venture, and two customers in the first.</summary>
    public static async Task<MatrixCompany> Furnished(House house)
    {
        var company = await house.NewCompany();
        async Task Made(string path, string body) =>
            (await company.Post(path, body)).Status.ShouldBeOneOf(HttpStatusCode.Created, HttpStatusCode.OK);
        await Made("/ventures", $$"""{"code":"side","name":"{{OfSide}}"}""");
        await Made("/sites", $$"""{"code":"east","venture":"side","name":"{{OfSide}}","timeZone":"Etc/UTC"}""");
        await Made(
            "/skus",
            $$"""{"sku":"{{Things.OfSide.Sku}}","venture":"side","baseUnit":"EA","description":"{{OfSide}}"}"""
        );
        await Made("/locations", $$"""{"site":"east","location":"L1","kind":"{{OfSide}}"}""");
        await Made(
            "/inventory/movements",
            $$$"""{"kind":"receipt","sku":"{{{Things.OfSide.Sku}}}","quantity":9,"unit":"EA","to":{"site":"east"}}"""
        );
        var made = new MatrixCompany(house, company);
        foreach (var things in (Things[])[Things.OfSide, Things.Own, Things.OfAnother])
        {
            await Made(
                "/customers",
                $$"""{"customer":"{{things.Customer}}","venture":"{{things.Venture}}","name":"{{things.Customer}}"}"""
            );
            await made.Place(things, things.Order);
        }

        await company.Settle();
        return made;
    }

    /// <summary>Places an order for a customer.</summary>
    public async Task<string> Place(Things things, string? number = null)
    {
        number ??= $"own-{Guid.NewGuid():N}"[..20];
        await company.Make(
            "/orders",
            $$"""
            {"order":"{{number}}","venture":"{{things.Venture}}","customer":"{{things.Customer}}",
             "lines":[{"line":"1","sku":"{{things.Sku}}","quantity":2}]}
            """
        );
        return number;
    }

    /// <summary>Makes a SKU of the things' venture.</summary>
    public async Task<string> NewSku(Things things)
    {
        var sku = $"own-{Guid.NewGuid():N}"[..20];
        await company.Make("/skus", $$"""{"sku":"{{sku}}","venture":"{{things.Venture}}","baseUnit":"EA"}""");
        return sku;
    }

    /// <summary>The things, with where the log tells of their order.</summary>
    public async Task<Things> Found(Things things)
    {
        var facts = await company.Log.ReadAfter(0, 1_000, TestContext.Current.CancellationToken);
        return things with { Position = facts.First(f => f.Stream.ToString() == $"order/{things.Order}").Position };
    }

    /// <summary>Makes a role of the company's own.</summary>
    public async Task Define(string role, IReadOnlyList<string> permissions)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/api/v1/roles/{role}")
        {
            Content = new StringContent(
                $$"""{"name":"Own","permissions":["{{string.Join("\",\"", permissions)}}"]}""",
                Encoding.UTF8,
                "application/json"
            ),
        };
        var reply = await company.Send(request, Guid.NewGuid().ToString());
        reply.Status.ShouldBe(HttpStatusCode.OK, reply.Text);
    }

    /// <summary>Somebody who holds a role, whole or for their own records, with a fresh second factor.</summary>
    public async Task<Account> Admit(string role, string name, string? customer = null)
    {
        var accounts = house.Host.Accounts;
        var person = accounts.New($"{name}.{Guid.NewGuid():N}@x.example".ToLowerInvariant(), name);
        (await accounts.Manager().CreateAsync(person)).Succeeded.ShouldBeTrue();
        var grant = new GrantRequest(role, Customers: customer is null ? null : [customer]);
        await accounts.Join(new Joining(company.Tenant.Id, person.Id, "test", [grant]));
        return person;
    }

    /// <summary>A session of a person, and the credential that it is used with.</summary>
    public (Session Session, string Credential) Enter(Account person, string agent = "")
    {
        var accounts = house.Host.Accounts;
        var (session, _) = accounts.Sessions.Begin(person.Id, company.Tenant.Id, "pwd otp", true, false, "", agent);
        return (session, accounts.Tokens.Make(session));
    }

    /// <summary>Whether somebody wrote anything since a position: policies go on writing beside.</summary>
    public async Task<bool> Wrote(long since, string actor)
    {
        var facts = await company.Log.ReadAfter(since, 1_000, TestContext.Current.CancellationToken);
        return facts.Any(f => f.Actor == actor);
    }

    /// <summary>Asks a route for things, with a credential or without any.</summary>
    public async Task<Reply> Ask(
        MatrixRow row,
        string? credential,
        Things things,
        IReadOnlyDictionary<string, string>? more = null
    )
    {
        var (method, pattern) = row.Route.Split(' ') is [var m, var p] ? (m, p) : throw new FormatException(row.Route);
        var path = Fill(pattern.Replace("{code}", pattern.Contains("ventures") ? "{venture}" : "{site}"), things);
        var body = Fill(Bodies.GetValueOrDefault(row.Route) ?? Files.GetValueOrDefault(row.Route, "{}"), things);
        if (row.Route == "PUT /api/v1/members/{person}") // whom POST /members let in
            path = path.Replace("{person}", "p9");
        foreach (var (name, value) in more ?? new Dictionary<string, string>())
            (path, body) = (path.Replace(name, value), body.Replace(name, value));
        path = Placeholder().Replace(path, "nothing-of-the-kind");
        if (path.EndsWith("/plan/routes", StringComparison.Ordinal))
            path += "?seconds=0.1&whySeconds=0";
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(house.Server.Address + path));
        if (method is "POST" or "PUT")
            request.Content = new StringContent(
                body,
                Encoding.UTF8,
                path.EndsWith("/batch", StringComparison.Ordinal) ? "application/x-ndjson" : "application/json"
            );
        if (method != "GET")
            request.Headers.TryAddWithoutValidation("Idempotency-Key", Guid.NewGuid().ToString());
        if (credential is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", credential);
        using var answer = await Bare.SendAsync(request, TestContext.Current.CancellationToken);
        return await Reply.Of(answer);
    }

    private static string Fill(string text, Things things) =>
        text.Replace("{order}", things.Order)
            .Replace("{customer}", things.Customer)
            .Replace("{sku}", things.Sku)
            .Replace("{site}", things.Site)
            .Replace("{venture}", things.Venture)
            .Replace("{location}", "L1")
            .Replace("{position:long}", things.Position.ToString())
            .Replace("{documentName}", "v1")
            .Replace("{prefix}", "zzzzzzzz");

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Placeholder();
}
