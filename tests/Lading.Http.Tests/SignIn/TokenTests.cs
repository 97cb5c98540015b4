using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Lading.Http.Tests.SignIn;

/// <summary>Access tokens, refresh tokens and the attacks on them (H20).</summary>
[Collection(SigningIn.Name)]
public class TokenTests(SignInHouse house)
{
    [Fact]
    public async Task An_access_token_is_short_lived_and_a_refresh_token_gives_the_next()
    {
        var (program, refresh) = await Program();
        (await program.Get("/ventures")).Status.ShouldBe(HttpStatusCode.OK);
        house.Clock.Advance(TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(20));
        (await program.Get("/ventures")).Status.ShouldBe(HttpStatusCode.OK, "clocks may differ by 30 s");
        house.Clock.Advance(TimeSpan.FromSeconds(20));
        (await program.Get("/ventures")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        program.Token = null;
        program.Token = (string)
            (await program.Post("/session/refresh", new { refreshToken = refresh })).Json["accessToken"]!;
        (await program.Get("/ventures")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_refresh_token_used_twice_ends_the_session_for_whoever_holds_it()
    {
        var (program, refresh) = await Program();
        var next = (await program.Post("/session/refresh", new { refreshToken = refresh })).Json;
        program.Token = (string)next["accessToken"]!;
        (await program.Post("/session/refresh", new { refreshToken = refresh })).Code.ShouldBe(
            "sign-in.refresh-refused"
        );
        (await program.Get("/ventures")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        program.Token = null;
        (await program.Post("/session/refresh", new { refreshToken = (string)next["refreshToken"]! })).Status.ShouldBe(
            HttpStatusCode.Unauthorized
        );
    }

    [Fact]
    public async Task Of_many_who_trade_one_refresh_token_at_once_at_most_one_wins()
    {
        var (program, refresh) = await Program();
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(_ => program.Post("/session/refresh", new { refreshToken = refresh }))
        );
        answers.Count(a => a.Status == HttpStatusCode.OK).ShouldBe(1);
    }

    [Fact]
    public async Task A_made_up_refresh_token_ends_nobodys_session()
    {
        var (program, refresh) = await Program();
        var parts = refresh.Split('_', 4);
        var forged = $"{parts[0]}_{parts[1]}_{parts[2]}_{Base64Url.EncodeToString(new byte[32])}";
        (await program.Post("/session/refresh", new { refreshToken = forged })).Status.ShouldBe(
            HttpStatusCode.Unauthorized
        );
        (await program.Get("/ventures")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Made_up_refresh_tokens_from_one_address_are_stopped_and_good_ones_cost_nothing()
    {
        var (program, refresh) = await Program();
        for (var i = 0; i < 60; i++)
            refresh = (string)
                (await program.Post("/session/refresh", new { refreshToken = refresh })).Json["refreshToken"]!;
        var made = new { refreshToken = refresh[..^3] + "AAA" };
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 51; i++)
            answers.Add((await program.Post("/session/refresh", made)).Status);
        answers[..50].ShouldAllBe(a => a == HttpStatusCode.Unauthorized);
        answers[50].ShouldBe(HttpStatusCode.TooManyRequests);
        house.NewTenant(); // and with it the window
    }

    [Fact]
    public async Task No_token_but_one_signed_by_us_for_this_purpose_is_believed()
    {
        var (program, _) = await Program();
        var good = program.Token!;
        foreach (var (attack, token) in Attacks(good))
        {
            program.Token = token;
            (await program.Get("/session")).Status.ShouldBe(HttpStatusCode.Unauthorized, attack);
        }

        program.Token = good;
        (await program.Get("/session")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Signing_keys_change_under_load_and_no_good_call_fails()
    {
        var (program, refresh) = await Program();
        using var ended = new CancellationTokenSource();
        var failed = 0;
        var calls = 0;
        var callers = Enumerable
            .Range(0, 4)
            .Select(async _ =>
            {
                while (!ended.IsCancellationRequested)
                {
                    Interlocked.Increment(ref calls);
                    if ((await program.Get("/session")).Status != HttpStatusCode.OK)
                        Interlocked.Increment(ref failed);
                }
            })
            .ToArray();
        var rotations = Amount.Of(50, 1_000);
        for (var i = 0; i < rotations; i++)
        {
            house.Host.Accounts.Tokens.Rotate();
            var next = (await new Browser(house).Post("/session/refresh", new { refreshToken = refresh })).Json;
            (program.Token, refresh) = ((string)next["accessToken"]!, (string)next["refreshToken"]!);
        }

        await ended.CancelAsync();
        await Task.WhenAll(callers);
        Amount.Tell($"{rotations} signing keys under load: {calls} calls, {failed} failed");
        calls.ShouldBeGreaterThan(50);
        failed.ShouldBe(0);
        var published = (await program.Get("/session/keys")).Json["keys"]!.AsArray();
        published.Count.ShouldBeGreaterThan(50);
        published.ShouldAllBe(k => k!["d"] == null);
    }

    /// <summary>Every way to have a token believed that was not signed by us for this purpose.</summary>
    private static IEnumerable<(string Attack, string Token)> Attacks(string good)
    {
        var parts = good.Split('.');
        var header = JsonNode.Parse(Base64Url.DecodeFromChars(parts[0]))!.AsObject();
        var claims = JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!.AsObject();
        var kid = (string)header["kid"]!;
        using var mine = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = mine.ExportParameters(false).Q;
        var jwk = new JsonObject
        {
            ["kty"] = "EC",
            ["crv"] = "P-256",
            ["x"] = Base64Url.EncodeToString(point.X),
            ["y"] = Base64Url.EncodeToString(point.Y),
        };
        string Own(string head) => Sign(mine, head, claims.ToJsonString());
        yield return ("none", $"{Encode("""{"alg":"none"}""")}.{parts[1]}.");
        yield return (
            "none with our kid",
            $"{Encode($$"""{"alg":"none","kid":"{{kid}}","typ":"at+jwt"}""")}.{parts[1]}.AA"
        );
        yield return ("no signature", $"{parts[0]}.{parts[1]}.");
        yield return ("another's key", Own($$"""{"alg":"ES256","kid":"{{kid}}","typ":"at+jwt"}"""));
        yield return (
            "key in the header",
            Own($$"""{"alg":"ES256","kid":"{{kid}}","typ":"at+jwt","jwk":{{jwk.ToJsonString()}}}""")
        );
        yield return (
            "jku",
            Own($$"""{"alg":"ES256","kid":"{{kid}}","typ":"at+jwt","jku":"http://127.0.0.1:1/keys"}""")
        );
        yield return (
            "x5u",
            Own($$"""{"alg":"ES256","kid":"{{kid}}","typ":"at+jwt","x5u":"http://127.0.0.1:1/cert"}""")
        );
        yield return ("kid of a file", Own("""{"alg":"ES256","kid":"../../../dev/null","typ":"at+jwt"}"""));
        yield return ("kid of SQL", Own("""{"alg":"ES256","kid":"' or 1=1 --","typ":"at+jwt"}"""));
        yield return ("HMAC over the public key", Hmac(kid, mine, claims.ToJsonString()));
        yield return (
            "our signature under another header",
            $"{Encode($$"""{"alg":"ES256","kid":"{{kid}}","typ":"JWT"}""")}.{parts[1]}.{parts[2]}"
        );
        yield return (
            "other claims",
            $"{parts[0]}.{Encode(claims.ToJsonString().Replace("lading-api", "lading-apis"))}.{parts[2]}"
        );
        yield return ("two members", $"{parts[0]}.{Encode("{\"sid\":\"a\"," + claims.ToJsonString()[1..])}.{parts[2]}");
        yield return ("four parts", good + ".AAAA");
        yield return ("endless", new string('A', 15_000));
        var bytes = Base64Url.DecodeFromChars(parts[2]);
        bytes[5] ^= 1;
        yield return ("one bit", $"{parts[0]}.{parts[1]}.{Base64Url.EncodeToString(bytes)}");
        yield return ("zero signature", $"{parts[0]}.{parts[1]}.{Base64Url.EncodeToString(new byte[64])}");
    }

    [Theory]
    [InlineData("iss", "\"other\"")]
    [InlineData("aud", "\"other-api\"")]
    [InlineData("aud", "[\"lading-api\"]")]
    [InlineData("exp", "1")]
    [InlineData("exp", "\"9999999999\"")]
    [InlineData("exp", "null")]
    [InlineData("nbf", "99999999999")]
    [InlineData("iat", "99999999999")]
    public async Task A_token_signed_by_us_with_a_wrong_claim_is_refused(string claim, string value)
    {
        var (program, _) = await Program();
        var parts = program.Token!.Split('.');
        var claims = JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!.AsObject();
        using var key = SigningKey((string)JsonNode.Parse(Base64Url.DecodeFromChars(parts[0]))!["kid"]!);
        var head = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[0]));
        program.Token = Sign(key, head, claims.ToJsonString());
        (await program.Get("/session")).Status.ShouldBe(HttpStatusCode.OK, "the control: the same claims, signed anew");
        claims[claim] = JsonNode.Parse(value);
        program.Token = Sign(key, head, claims.ToJsonString());
        (await program.Get("/session")).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("""{"kid":"KID","alg":"ES256","typ":"at+jwt"}""")]
    [InlineData("""{"alg":"ES256","typ":"at+jwt","kid":"KID"}""")]
    [InlineData("""{"alg": "ES256","kid":"KID","typ":"at+jwt"}""")]
    [InlineData("""{"alg":"ES256","kid":"KID","typ":"at+jwt"} """)]
    [InlineData("""{"alg":"ES256","kid":"KID"}""")]
    [InlineData("""{"alg":"ES256","kid":"KID","typ":"JWT"}""")]
    [InlineData("""{"alg":"ES256","kid":"KID","typ":"AT+JWT"}""")]
    [InlineData("""{"alg":"ES256","kid":"KID","typ":"application/at+jwt"}""")]
    [InlineData("""{"alg":"es256","kid":"KID","typ":"at+jwt"}""")]
    [InlineData("""{"alg":"HS256","kid":"KID","typ":"at+jwt"}""")]
    [InlineData("""{"alg":"ES256","kid":"KID","typ":"at+jwt","crit":["exp"]}""")]
    [InlineData("""{"alg":"ES256","kid":"KID","typ":"at+jwt","cty":"JWT"}""")]
    [InlineData("""{"alg":"ES256","kid":"KID","typ":"at+jwt","jku":"https://keys.example"}""")]
    [InlineData("""{"alg":"ES256","kid":"ESCAPED","typ":"at+jwt"}""")]
    public async Task A_token_signed_by_us_under_any_other_header_than_ours_is_refused(string header)
    {
        var (program, _) = await Program();
        var parts = program.Token!.Split('.');
        var head = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[0]));
        var claims = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[1]));
        var kid = (string)JsonNode.Parse(head)!["kid"]!;
        using var key = SigningKey(kid);
        program.Token = Sign(key, head, claims);
        (await program.Get("/session")).Status.ShouldBe(HttpStatusCode.OK, "the control: our own header, signed anew");
        var escaped = $"\\u{(int)kid[0]:x4}{kid[1..]}";
        program.Token = Sign(key, header.Replace("ESCAPED", escaped).Replace("KID", kid), claims);
        (await program.Get("/session")).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    private async Task<(Browser Program, string Refresh)> Program()
    {
        var (_, _, owner) = await house.NewOwner();
        var program = new Browser(house);
        var reply = await program.SignIn(owner, tokens: true);
        reply.Status.ShouldBe(HttpStatusCode.OK, reply.Text);
        program.Cookies.GetAllCookies().ShouldNotContain(c => c.Name == "lading_session");
        program.Token = (string)reply.Json["accessToken"]!;
        return (program, (string)reply.Json["refreshToken"]!);
    }

    /// <summary>The server's own private key, as only the server can open it.</summary>
    private ECDsa SigningKey(string kid)
    {
        var accounts = house.Host.Accounts;
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(accounts.Seal.Open($"signing-key/{kid}", house.SealedKey(kid)), out _);
        return key;
    }

    private static string Hmac(string kid, ECDsa key, string claims)
    {
        var text = $"{Encode($$"""{"alg":"HS256","kid":"{{kid}}","typ":"at+jwt"}""")}.{Encode(claims)}";
        var mac = HMACSHA256.HashData(key.ExportSubjectPublicKeyInfo(), Encoding.ASCII.GetBytes(text));
        return $"{text}.{Base64Url.EncodeToString(mac)}";
    }

    private static string Sign(ECDsa key, string header, string claims)
    {
        var text = $"{Encode(header)}.{Encode(claims)}";
        var signature = key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256);
        return $"{text}.{Base64Url.EncodeToString(signature)}";
    }

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
