using System.Text.Json;
using Lading.Platform.SignIn;

namespace Lading.Modules.Tests.Platform;

/// <summary>When a token is in force: clocks may differ by 30 seconds and by no more.</summary>
public sealed class TokenTimesSpec
{
    private const long Now = 1_795_000_000;

    [Theory]
    [InlineData("exp", -29, true)]
    [InlineData("exp", -30, false)]
    [InlineData("nbf", 30, true)]
    [InlineData("nbf", 31, false)]
    [InlineData("iat", 30, true)]
    [InlineData("iat", 31, false)]
    public void Clocks_may_differ_by_the_skew_and_no_more(string claim, int seconds, bool inForce)
    {
        var claims = new Dictionary<string, long> { ["exp"] = Now + 300, [claim] = Now + seconds };
        InForce(JsonSerializer.Serialize(claims)).ShouldBe(inForce);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"exp":"1795000300"}""")]
    [InlineData("""{"exp":-1}""")]
    [InlineData("""{"exp":1e300}""")]
    [InlineData("""{"exp":1795000300,"nbf":null}""")]
    [InlineData("""{"exp":1795000300,"iat":"yesterday"}""")]
    public void A_token_whose_times_cannot_be_read_is_not_in_force(string claims) => InForce(claims).ShouldBeFalse();

    private static bool InForce(string claims)
    {
        using var json = JsonDocument.Parse(claims);
        return Jwt.InForce(json.RootElement, DateTimeOffset.FromUnixTimeSeconds(Now));
    }
}
