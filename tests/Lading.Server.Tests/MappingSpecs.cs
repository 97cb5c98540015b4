using Lading.Cli;
using Lading.Cli.Import;

namespace Lading.Server.Tests;

/// <summary>A mapping that cannot be used is refused before anything is read or sent.</summary>
public sealed class MappingSpecs
{
    [Theory]
    [InlineData("""{"dateFormats":["%"]}""", "dateFormats holds '%'")]
    [InlineData("""{"dateFormats":[null]}""", "dateFormats holds ''")]
    [InlineData("""{"charges":{"POST":null}}""", "charges gives null for 'POST'")]
    [InlineData("""{"nothing":["NULL",null]}""", "nothing holds a null")]
    public void What_is_wrong_with_it_is_said(string json, string problem)
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("lading-mapping").FullName, "map.json");
        File.WriteAllText(file, json);
        Should.Throw<CommandFailed>(() => Mapping.Read(file)).Message.ShouldContain(problem);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }
}
