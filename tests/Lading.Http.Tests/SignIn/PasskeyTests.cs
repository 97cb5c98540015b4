using System.Buffers.Binary;
using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Lading.Http.Tests.SignIn;

/// <summary>Passkeys, with an authenticator written in software.</summary>
[Collection(SigningIn.Name)]
public class PasskeyTests(SignInHouse house)
{
    [Fact]
    public async Task A_passkey_signs_in_without_a_name_or_a_password_and_is_two_factors()
    {
        var (device, _, _) = await WithPasskey();
        var browser = new Browser(house);
        var session = (await SignIn(browser, device)).Json["session"]!;
        session["methods"]!.AsArray().Select(m => (string)m!).ShouldBe(["passkey"]);
        session["secondFactorAt"].ShouldNotBeNull();
        (await browser.Get("/ventures")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Beside_a_passkey_the_password_alone_does_not_let_anyone_in()
    {
        var (_, _, owner) = await WithPasskey();
        var first = (await new Browser(house).SignIn(owner)).Json;
        ((string)first["status"]!).ShouldBe("second-step");
        first["methods"]!.AsArray().Select(m => (string)m!).ShouldBe(["passkey"]);
    }

    [Fact]
    public async Task An_answer_works_once_and_only_for_its_own_challenge()
    {
        var (device, _, _) = await WithPasskey();
        var browser = new Browser(house);
        var asked = (await browser.Post("/session/passkey/options")).Json;
        var answer = device.Get(asked["options"]!, house.Address);
        (await Send(browser, asked, answer)).Status.ShouldBe(HttpStatusCode.OK);
        (await Send(browser, asked, answer)).Code.ShouldBe("sign-in.no-ticket");
        var again = (await browser.Post("/session/passkey/options")).Json;
        (await Send(browser, again, answer)).Code.ShouldBe("sign-in.passkey-refused");
    }

    [Theory]
    [InlineData("http://evil.example")]
    [InlineData("https://localhost.evil.example")]
    public async Task An_answer_given_to_another_site_is_refused(string origin)
    {
        var (device, _, _) = await WithPasskey();
        var browser = new Browser(house);
        var asked = (await browser.Post("/session/passkey/options")).Json;
        (await Send(browser, asked, device.Get(asked["options"]!, origin))).Code.ShouldBe("sign-in.passkey-refused");
    }

    [Fact]
    public async Task Another_key_an_unverified_person_and_a_turned_back_counter_are_refused()
    {
        var (device, _, _) = await WithPasskey();
        var browser = new Browser(house);
        (await SignIn(browser, device with { Key = ECDsa.Create(ECCurve.NamedCurves.nistP256) })).Code.ShouldBe(
            "sign-in.passkey-refused"
        );
        (await SignIn(browser, device with { Verified = false })).Code.ShouldBe("sign-in.passkey-refused");
        device.Count = 50;
        (await SignIn(browser, device)).Status.ShouldBe(HttpStatusCode.OK);
        device.Count = 7;
        (await SignIn(browser, device)).Code.ShouldBe("sign-in.passkey-refused");
    }

    [Fact]
    public async Task One_lists_and_removes_ones_own_passkeys()
    {
        var (device, browser, _) = await WithPasskey();
        var items = (await browser.Get("/me/passkeys")).Json["items"]!.AsArray();
        ((string)items.Single()!["name"]!).ShouldBe("Laptop");
        var (_, stranger, _) = await house.NewOwner();
        (await stranger.Delete($"/me/passkeys/{items[0]!["id"]}")).Code.ShouldBe("passkeys.unknown");
        await SignIn(browser, device);
        (await browser.Delete($"/me/passkeys/{items[0]!["id"]}")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await SignIn(new Browser(house), device)).Code.ShouldBe("sign-in.passkey-refused");
    }

    private async Task<(SoftDevice Device, Browser Browser, Someone Owner)> WithPasskey()
    {
        var (_, browser, owner) = await house.NewOwner();
        var device = new SoftDevice();
        var offered = (await browser.Post("/me/passkeys/options")).Json;
        var added = await browser.Post(
            "/me/passkeys",
            new
            {
                ticket = (string)offered["ticket"]!,
                name = "Laptop",
                credential = device.Make(offered["options"]!, house.Address),
            }
        );
        added.Status.ShouldBe(HttpStatusCode.Created, added.Text);
        return (device, browser, owner);
    }

    private async Task<Reply> SignIn(Browser browser, SoftDevice device)
    {
        var asked = (await browser.Post("/session/passkey/options")).Json;
        return await Send(browser, asked, device.Get(asked["options"]!, house.Address));
    }

    private static Task<Reply> Send(Browser browser, JsonNode asked, JsonNode credential) =>
        browser.Post("/session/passkey", new { ticket = (string)asked["ticket"]!, credential });
}

/// <summary>An authenticator: one ES256 key, a counter, no attestation (WebAuthn level 2, §6).</summary>
public sealed record SoftDevice
{
    private readonly byte[] id = RandomNumberGenerator.GetBytes(24);
    private string userHandle = "";

    public ECDsa Key { get; init; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public bool Verified { get; init; } = true;

    public uint Count { get; set; }

    /// <summary>Answers <c>navigator.credentials.create</c>.</summary>
    public JsonNode Make(JsonNode options, string origin)
    {
        userHandle = (string)options["user"]!["id"]!;
        var point = Key.ExportParameters(false).Q;
        byte[] cose = [0xA5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32, .. point.X!, 0x22, 0x58, 32, .. point.Y!];
        byte[] data =
        [
            .. Head((string?)options["rp"]!["id"], 0x40),
            .. new byte[16],
            0,
            (byte)id.Length,
            .. id,
            .. cose,
        ];
        byte[] attestation =
        [
            0xA3,
            0x63,
            .. "fmt"u8,
            0x64,
            .. "none"u8,
            0x67,
            .. "attStmt"u8,
            0xA0,
            0x68,
            .. "authData"u8,
            0x58,
            (byte)data.Length,
            .. data,
        ];
        return Credential(
            new JsonObject
            {
                ["clientDataJSON"] = Text(ClientData("webauthn.create", options, origin)),
                ["attestationObject"] = Text(attestation),
                ["transports"] = new JsonArray("internal"),
            }
        );
    }

    /// <summary>Answers <c>navigator.credentials.get</c>.</summary>
    public JsonNode Get(JsonNode options, string origin)
    {
        Count++;
        var client = ClientData("webauthn.get", options, origin);
        var data = Head((string?)options["rpId"], 0);
        var signature = Key.SignData(
            [.. data, .. SHA256.HashData(client)],
            HashAlgorithmName.SHA256,
            DSASignatureFormat.Rfc3279DerSequence
        );
        return Credential(
            new JsonObject
            {
                ["clientDataJSON"] = Text(client),
                ["authenticatorData"] = Text(data),
                ["signature"] = Text(signature),
                ["userHandle"] = userHandle,
            }
        );
    }

    private byte[] Head(string? site, byte flags)
    {
        var count = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(count, Count);
        flags |= (byte)(Verified ? 0x05 : 0x01);
        return [.. SHA256.HashData(Encoding.UTF8.GetBytes(site ?? "localhost")), flags, .. count];
    }

    private static byte[] ClientData(string type, JsonNode options, string origin) =>
        Encoding.UTF8.GetBytes(
            new JsonObject
            {
                ["type"] = type,
                ["challenge"] = (string)options["challenge"]!,
                ["origin"] = origin,
                ["crossOrigin"] = false,
            }.ToJsonString()
        );

    private JsonObject Credential(JsonObject response) =>
        new()
        {
            ["id"] = Text(id),
            ["rawId"] = Text(id),
            ["type"] = "public-key",
            ["clientExtensionResults"] = new JsonObject(),
            ["response"] = response,
        };

    private static string Text(byte[] bytes) => Base64Url.EncodeToString(bytes);
}
