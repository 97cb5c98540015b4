using System.CommandLine;
using System.Formats.Tar;
using Lading.Platform.Tenancy;
using Lading.Server.Backups;
using Command = System.CommandLine.Command;

namespace Lading.Cli;

/// <summary><c>lading backup</c> and <c>lading restore</c>.</summary>
internal static class BackupCommands
{
    public static IEnumerable<Command> Build() => [Backup(), Restore()];

    private static Verb Backup()
    {
        var to = new Option<string>("--to")
        {
            Description = "A new folder for the backup, or a file that ends in .tar.",
            HelpName = "PATH",
            Required = true,
        };
        var keys = new Option<string?>("--keys")
        {
            Description = "A new folder, kept elsewhere, for the keys without which personal values cannot be read.",
            HelpName = "DIR",
        };
        return new Verb(
            "backup",
            "Copy everything that cannot be derived, while everybody works; verified before it says done.",
            "lading backup --to /backup/monday --keys /safe/monday"
        )
            .With(to, keys, Shared.Data, Shared.Postgres, Shared.Json)
            .Does(
                async (parsed, stop) =>
                {
                    var target = Path.GetFullPath(parsed.GetValue(to)!);
                    var apart = parsed.GetValue(keys) is { } k ? Path.GetFullPath(k) : null;
                    var asFile = target.EndsWith(".tar", StringComparison.OrdinalIgnoreCase);
                    if (asFile && File.Exists(target))
                        throw CommandFailed.Usage($"{target} is there already: name a new file.");
                    var folder = asFile ? target + ".making" : target;
                    await using var place = await Place.Open(parsed, tenantNeeded: false);
                    var body = new Dictionary<string, string?> { ["to"] = folder, ["keys"] = apart };
                    using var bar = new Progress("Copying and verifying", open: true);
                    var made = await place.Api.PostPatiently("/api/v1/backups", JsonText.Object(body), stop);
                    bar.Say("Packing");
                    if (asFile)
                        Pack(folder, target);
                    bar.Done();
                    var note = apart is null
                        ? "\nThe keys are not in it: without them personal values stay sealed. --keys DIR keeps them."
                        : $"\nThe keys are in {apart}: keep them elsewhere, and only the newest.";
                    var tenants = string.Concat(
                        made.Items("tenants").Select(t => $"\n{t.Text("slug")} up to {t.Text("head") ?? "nothing"}")
                    );
                    Out.Write(parsed, made, $"{target}: {made.Number("bytes"):N0} bytes.{tenants}{note}");
                    return ExitCode.Done;
                }
            );
    }

    private static Verb Restore()
    {
        var from = new Option<string>("--from")
        {
            Description = "The backup: its folder or its .tar file.",
            HelpName = "PATH",
            Required = true,
        };
        var keys = new Option<string?>("--keys") { Description = "The folder of its keys.", HelpName = "DIR" };
        var without = new Option<bool>("--without-keys")
        {
            Description = "Restore although the keys are lost: personal values will read as erased.",
        };
        var database = new Option<string>("--database")
        {
            Description = "With --postgres: the new database's name.",
            HelpName = "NAME",
            DefaultValueFactory = _ => "lading",
        };
        return new Verb(
            "restore",
            "Make a data folder, or with --postgres a database, from a backup; the chain is verified before it says "
                + "done. Never overwrites.",
            "lading restore --from /backup/monday --keys /safe/monday --data data2"
        )
            .With(from, keys, without, Shared.Data, Shared.Postgres, database)
            .Does(
                async (parsed, stop) =>
                {
                    var apart = parsed.GetValue(keys);
                    if (apart is null != parsed.GetValue(without))
                        throw CommandFailed.Usage("Say where the keys are (--keys DIR), or --without-keys.");
                    var backup = Path.GetFullPath(parsed.GetValue(from)!);
                    using var bar = new Progress("Restoring and verifying", open: true);
                    using var unpacked = Unpacked.Of(backup);
                    var settings = new Settings(parsed);
                    if (settings.Text(Shared.Postgres) is { } admin)
                    {
                        var name = parsed.GetValue(database)!;
                        var (into, app) = await Lading.Server.Backups.Restore.IntoDatabase(
                            admin,
                            name,
                            unpacked.Folder,
                            apart,
                            stop
                        );
                        bar.Done();
                        Say(into, $"database {name}. Serve with: lading up --postgres and this connection:\n{app}");
                        return ExitCode.Done;
                    }

                    var manifest = Lading.Server.Backups.Restore.Into(settings.Data, unpacked.Folder, apart);
                    bar.Done();
                    Say(manifest, Path.GetFullPath(settings.Data));
                    return ExitCode.Done;
                }
            );
    }

    private static void Say(BackupManifest manifest, string where)
    {
        foreach (var tenant in manifest.Tenants)
            Console.WriteLine($"{tenant.Slug} up to {tenant.Head ?? "nothing"}: whole.");
        Console.WriteLine($"Restored into {where}");
    }

    private static void Pack(string folder, string file)
    {
        var making = file + ".part";
        TarFile.CreateFromDirectory(folder, making, includeBaseDirectory: false);
        using (var handle = File.OpenHandle(making, FileMode.Open, FileAccess.ReadWrite))
            RandomAccess.FlushToDisk(handle);
        File.Move(making, file);
        DurableFiles.SyncNames(Path.GetDirectoryName(file)!);
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>A backup as a folder; a packed one is unpacked beside itself while it is read.</summary>
    private sealed record Unpacked(string Folder, bool IsTemporary) : IDisposable
    {
        public static Unpacked Of(string path)
        {
            if (!File.Exists(path))
                return new Unpacked(path, false);
            var folder = Directory.CreateDirectory($"{path}.unpacked-{Guid.NewGuid():n}").FullName;
            try
            {
                TarFile.ExtractToDirectory(path, folder, overwriteFiles: false);
            }
            catch (Exception bad) when (bad is InvalidDataException or EndOfStreamException or FormatException)
            {
                Directory.Delete(folder, recursive: true);
                throw new DataFolderFault($"{path} is not a whole .tar file: {bad.Message}", bad);
            }

            return new Unpacked(folder, true);
        }

        public void Dispose()
        {
            if (IsTemporary)
                Directory.Delete(Folder, recursive: true);
        }
    }
}
