using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Lading.Kernel;
using Lading.Platform.Http;

namespace Lading.Http.Tests;

/// <summary>
/// What is committed under <c>docs/reference</c> is what the program says of itself. With <c>LADING_UPDATE=1</c> the
/// files are written anew; the change then shows in the review.
/// </summary>
public partial class ReferenceTests(House house)
{
    [Fact]
    public async Task The_committed_OpenAPI_document_is_the_one_that_is_served()
    {
        using var http = new HttpClient { BaseAddress = new Uri(house.Server.Address) };
        var served = JsonNode.Parse(
            await http.GetStringAsync("/openapi/v1.json", TestContext.Current.CancellationToken)
        )!;
        Compare("openapi.json", served.ToJsonString(new() { WriteIndented = true }) + "\n");
    }

    [Fact]
    public void Every_refusal_of_the_code_stands_in_the_reference()
    {
        var rows = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(Repository.At("src"), "*.cs", SearchOption.AllDirectories))
        foreach (Match match in RefusalShape().Matches(File.ReadAllText(file)))
        {
            var kind = Enum.Parse<RefusalKind>(match.Groups["kind"].Value);
            var message = string.Concat(
                TextShape().Matches(match.Groups["message"].Value).Select(m => m.Groups[1].Value)
            );
            rows[match.Groups["code"].Value] =
                $"| `{match.Groups["code"].Value}` | {Problems.StatusOf(kind)} | {message.Replace("|", "\\|")} |";
        }

        rows.Count.ShouldBeGreaterThan(80);
        var page = new StringBuilder(
            "# Refusals\n\nEvery expected no, by its stable code. Made from the code by a test.\n\n"
        );
        page.Append("| Code | Status | Message |\n|---|---|---|\n").AppendJoin('\n', rows.Values).Append('\n');
        Compare("refusals.md", page.ToString());
    }

    private static void Compare(string name, string now)
    {
        var path = Repository.At("docs", "reference", name);
        if (Environment.GetEnvironmentVariable("LADING_UPDATE") == "1")
            File.WriteAllText(path, now);
        File.ReadAllText(path)
            .ShouldBe(now, $"docs/reference/{name} is out of date: run this test with LADING_UPDATE=1.");
    }

    [GeneratedRegex(
        """new(?: Refusal)?\(\s*"(?<code>[a-z0-9]+(?:[.-][a-z0-9]+)+)",\s*(?:Kernel\.)?RefusalKind\.(?<kind>\w+),"""
            + """\s*(?<message>\$?"(?:[^"\\]|\\.)*"(?:\s*\+\s*\$?"(?:[^"\\]|\\.)*")*)"""
    )]
    private static partial Regex RefusalShape();

    [GeneratedRegex("""\$?"((?:[^"\\]|\\.)*)" ?""")]
    private static partial Regex TextShape();
}
