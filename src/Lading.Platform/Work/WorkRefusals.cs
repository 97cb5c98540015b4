using System.Text.Json.Serialization;
using Lading.Kernel;

namespace Lading.Platform.Work;

/// <summary>What a child has against a file.</summary>
public sealed record RefusedFile(string Code, string Message, string? Field, int? Line, string? Remedy);

/// <summary>Refusals of heavy work.</summary>
public static class WorkRefusals
{
    public static Refusal TooMany() =>
        new(
            "work.too-many",
            RefusalKind.TooMany,
            "This tenant has as many heavy jobs under way as it may.",
            Remedy: "Wait for one of them to end, or end one by closing its connection."
        );

    public static Refusal TooLarge() =>
        new(
            "work.file-too-large",
            RefusalKind.TooLarge,
            "The file is larger than 16 MiB.",
            "Content-Length",
            null,
            "Send a smaller file, or use `lading solve` and `lading forecast` on the machine itself."
        );

    public static Refusal NoProgram() =>
        new(
            "work.no-program",
            RefusalKind.Unavailable,
            "The program lading is not installed beside this server, so there is nobody to do heavy work.",
            Remedy: "Start the server as `lading up`."
        );

    public static Refusal Lost() =>
        new(
            "work.lost",
            RefusalKind.Unavailable,
            "The process that did this work ended before it was done.",
            Remedy: "Try again; if it ends again the file needs more memory than one job may have, 2 GiB."
        );

    public static Refusal TooLong(TimeSpan limit) =>
        new(
            "work.too-long",
            RefusalKind.Unavailable,
            $"The work was ended: it took longer than {limit.TotalSeconds:0} s.",
            Remedy: "Send a smaller file, or allow more seconds."
        );
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(RefusedFile))]
public sealed partial class WorkJson : JsonSerializerContext;
