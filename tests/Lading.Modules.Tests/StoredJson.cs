using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Lading.Kernel;

namespace Lading.Modules.Tests;

/// <summary>The JSON of stored facts is committed beside the specs: what was written once is read for ever.</summary>
internal static class StoredJson
{
    /// <summary>One of the facts is written as it was and reads back the same. <c>LADING_UPDATE=1</c> writes the file
    /// of a new event; one that is there is never changed.</summary>
    public static void Keeps(EventTypes types, object[] facts, string name, [CallerFilePath] string spec = "")
    {
        var fact = facts.Single(f => types.Of(f.GetType()).Name == name);
        var json = types.Of(fact.GetType()).Json;
        var stored = JsonSerializer.Serialize(fact, json);
        var file = Path.Combine(Path.GetDirectoryName(spec)!, "snapshots", $"{name}.json");
        if (Environment.GetEnvironmentVariable("LADING_UPDATE") == "1" && !File.Exists(file))
            File.WriteAllText(file, stored + "\n");
        stored.ShouldBe(File.ReadAllText(file).TrimEnd());
        JsonSerializer.Serialize(types.Read(name, Encoding.UTF8.GetBytes(stored)), json).ShouldBe(stored);
    }
}
