using System.CommandLine;
using Lading.Platform.Tenancy;
using Lading.Server;
using Lading.Server.Admin;

namespace Lading.Cli;

/// <summary><c>lading demo reset</c>: takes the demo company away.</summary>
internal static class DemoCommands
{
    public static Command Build() =>
        new Verb("demo", "The demo company.", "lading demo reset").With(
            new Verb(
                "reset",
                "Remove the demo company with all its data; an empty tenant main takes its place.",
                "lading demo reset --data /srv/lading"
            )
                .With(Shared.Data, Shared.Json)
                .Does(Reset)
        );

    private static async Task<int> Reset(ParseResult parsed, CancellationToken stop)
    {
        var data = new Settings(parsed).Data;
        if (!File.Exists(Path.Combine(data, "system.db")))
            throw new DataFolderFault($"There is no Lading in {Path.GetFullPath(data)}. Name its folder with --data.");
        if (DataFolder.IsHeld(data))
            throw new DataFolderFault(
                $"Lading runs on {Path.GetFullPath(data)}. Stop it first: the demo company "
                    + $"cannot go while it works."
            );
        await using var host = LadingHost.Open(
            new HostOptions
            {
                Data = data,
                Follow = false,
                React = false,
            }
        );
        var demo = host.Tenants.Tenants.Where(t => t.Demo).ToList();
        foreach (var tenant in demo)
            await host.Tenants.Remove(tenant);
        if (host.Tenants.Tenants.Count == 0)
            await NewTenant.Create(host, NewTenant.First, "Main");
        Out.Write(
            parsed,
            demo.Count == 0 ? "There is no demo company." : "The demo company is gone.",
            ("done", demo.Count == 0 ? "nothing" : "removed")
        );
        return ExitCode.Done;
    }
}
