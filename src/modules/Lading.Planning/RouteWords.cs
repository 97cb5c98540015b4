using Lading.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Lading.Planning;

/// <summary>What a route that takes a file and answers a stream says of itself in the API document.</summary>
/// <param name="Answer">A record with one member for each name of an event, of the type of its data.</param>
internal sealed record BenchWords(string Summary, string Description, Type Answer, params QueryName[] Names);

internal static class RouteWords
{
    public static void Says(this RouteHandlerBuilder route, BenchWords words) =>
        route
            .Unkeyed("Nothing is stored: closing the connection ends the work.")
            .Query(words.Names)
            .Accepts<string>(BenchFile.Types[0], BenchFile.Types[1..])
            .Produces(200, words.Answer, "text/event-stream")
            .Produces<Problem>(400, "application/problem+json")
            .Produces<Problem>(413, "application/problem+json")
            .Produces<Problem>(429, "application/problem+json")
            .WithTags("Plan bench")
            .WithSummary(words.Summary)
            .WithDescription(words.Description);
}

/// <summary>The file in the body: text, whatever a browser calls it.</summary>
internal static class BenchFile
{
    public static readonly string[] Types = ["text/plain", "text/csv", "application/json", "application/octet-stream"];
}
