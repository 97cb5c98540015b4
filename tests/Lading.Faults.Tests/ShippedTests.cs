using System.Text;
using System.Text.Json.Nodes;

namespace Lading.Faults.Tests;

/// <summary>The seeded bugs stand in this project's neighbour alone: the program that ships neither holds nor loads
/// them.</summary>
public class ShippedTests
{
    private static readonly string Here = AppContext.BaseDirectory;

    private static IEnumerable<string> Bugs => Catalogue.All.SelectMany(e => e.Controls).Select(c => c.Bug).Distinct();

    [Fact]
    public void The_program_that_ships_needs_no_assembly_of_the_tests()
    {
        var needed = Shipped();
        needed.ShouldContain("lading.dll");
        needed.ShouldContain("Lading.Log.dll");
        needed.Where(n => n.Contains("Faults") || n.Contains("Tests")).ShouldBeEmpty();
    }

    [Fact]
    public void No_seeded_bug_is_in_it()
    {
        foreach (var assembly in Shipped().Where(n => n.StartsWith("lading", StringComparison.OrdinalIgnoreCase)))
            Named(assembly, Bugs).ShouldBeEmpty(assembly);
        Named("Lading.Faults.dll", Bugs).ShouldBe(Bugs); // so that the search is known to find one
    }

    /// <summary>The assemblies the program's list of dependencies names, and itself.</summary>
    private static List<string> Shipped()
    {
        var list = JsonNode.Parse(File.ReadAllText(Path.Combine(Here, "lading.deps.json")))!;
        return
        [
            .. list["targets"]!
                .AsObject()
                .SelectMany(t => t.Value!.AsObject())
                .SelectMany(library => library.Value!["runtime"]?.AsObject().Select(f => f.Key) ?? [])
                .Select(file => Path.GetFileName(file)),
        ];
    }

    /// <summary>Those of the bugs that an assembly names, as text or as a member.</summary>
    private static List<string> Named(string assembly, IEnumerable<string> bugs)
    {
        var bytes = File.ReadAllBytes(Path.Combine(Here, assembly));
        bool Holds(byte[] word) => bytes.AsSpan().IndexOf(word) >= 0;
        return [.. bugs.Where(b => Holds(Encoding.Unicode.GetBytes(b)) || Holds(Encoding.UTF8.GetBytes(Member(b))))];
    }

    /// <summary>lost-dues as a member is called: LostDues.</summary>
    private static string Member(string bug) => string.Concat(bug.Split('-').Select(w => w[..1].ToUpper() + w[1..]));
}
