using Lading.Kernel;
using Lading.Platform.Audit;

namespace Lading.Modules.Tests.Platform;

/// <summary>Every event version of an audit log has its JSON committed here and reads back the same.</summary>
public sealed class AuditFactsSpec
{
    private static readonly DateTime Noon = new(2026, 11, 23, 12, 0, 0, DateTimeKind.Utc);
    private static readonly EventTypes Types = AuditTrail.Model().Events;

    private static readonly object[] Facts =
    [
        new Denied("key:abcd2345", "POST /api/v1/orders", "access.missing-permission", Noon, 25),
        new KeyUsed("key:abcd2345", Noon, 7),
        new SignIn("person:p1", "pwd otp", "sign-in.wrong-code", 3),
        new Done("person:p1", Acts.ResetLinkMade, "person:p2", 1),
    ];

    public static TheoryData<string> Names() => [.. Types.All.Select(t => t.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_stored_version_keeps_its_JSON(string name) => StoredJson.Keeps(Types, Facts, name);

    [Fact]
    public void A_sign_in_that_was_stored_without_a_count_was_one() =>
        Types
            .Read("audit.sign-in.v1", """{"actor":"person:p1","how":"pwd"}"""u8)
            .ShouldBe(new SignIn("person:p1", "pwd", null, 1));
}
