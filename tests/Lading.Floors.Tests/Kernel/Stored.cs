using System.Text.Json;
using Lading.Kernel;

namespace Lading.Floors.Tests.Kernel;

/// <summary>Values as they stand in stored facts, and refusals as people must be able to read them.</summary>
internal static class Stored
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static string Json<T>(T value) => JsonSerializer.Serialize(value, Options);

    public static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, Options)!;

    /// <summary>A refusal says what came and what would help, and leaves the field to the caller.</summary>
    public static void ShouldBeClear(Refusal? refusal, string code)
    {
        refusal.ShouldNotBeNull();
        refusal.Code.ShouldBe(code);
        refusal.Kind.ShouldBe(RefusalKind.Invalid);
        refusal.Field.ShouldBeNull();
        refusal.Value.ShouldNotBeNull();
        refusal.Message.ShouldContain(refusal.Value);
        refusal.Message.ShouldEndWith(".");
        refusal.Remedy.ShouldNotBeNull().ShouldEndWith(".");
    }
}
