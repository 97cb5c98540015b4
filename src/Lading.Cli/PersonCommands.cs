using System.CommandLine;
using System.Text.Json;

namespace Lading.Cli;

/// <summary><c>lading person</c>: hand out or erase what the log holds of a person.</summary>
internal static class PersonCommands
{
    private static readonly Argument<string> Subject = new("SUBJECT")
    {
        Description = "Whose data: customer/C1001, or person/ID of one who signs in.",
    };

    private static readonly Option<string> Reason = new("--reason")
    {
        Description = "Why; it is kept.",
        HelpName = "TEXT",
        Required = true,
    };

    public static Command Build() =>
        new Verb(
            "person",
            "A person's rights over their data.",
            "lading person export customer/C1001 --reason \"asked on 3 May\""
        ).With(
            new Verb(
                "export",
                "Print everything the log holds of a person, opened, as JSON.",
                "lading person export customer/C1001 --reason \"asked on 3 May\""
            )
                .With([Subject, Reason, .. Shared.Place])
                .Does(Export),
            new Verb(
                "erase",
                "Destroy the key of a person: their data reads as erased everywhere, for ever.",
                "lading person erase customer/C1001 --reason \"asked on 3 May\""
            )
                .With([Subject, Reason, .. Shared.Place, Shared.Json])
                .Does(Erase)
        );

    private static async Task<int> Export(ParseResult parsed, CancellationToken stop)
    {
        await using var place = await Place.Open(parsed);
        var found = await place.Api.Post("/api/v1/people/export", Body(parsed), stop);
        Console.WriteLine(JsonSerializer.Serialize(found, PrettyJson.Default.JsonElement));
        return ExitCode.Done;
    }

    private static async Task<int> Erase(ParseResult parsed, CancellationToken stop)
    {
        await using var place = await Place.Open(parsed, work: true);
        await place.Api.Post("/api/v1/people/erase", Body(parsed), stop);
        var subject = parsed.GetValue(Subject)!;
        Out.Write(
            parsed,
            $"{Out.Shown(subject)} is erased. Copies in backups die with the backup of the keys.",
            ("subject", subject),
            ("done", "erased")
        );
        return ExitCode.Done;
    }

    private static string Body(ParseResult parsed) =>
        JsonText.Object(
            new Dictionary<string, string?>
            {
                ["subject"] = parsed.GetValue(Subject),
                ["reason"] = parsed.GetValue(Reason),
            }
        );
}
