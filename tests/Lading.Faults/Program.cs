using Lading.Faults;

// full FOLDER: the disk fills and is freed again.
// kill9 [SECONDS] [SEED] [CONNECTION]: a writer process, on SQLite or PostgreSQL, is killed again and again;
// everything it acknowledged must be
// there, whole and once.
switch (args)
{
    case ["write", var folder, var first, var seed]:
        await Writer.Run(folder, int.Parse(first), int.Parse(seed));
        return 0;
    case ["kill9", .. var rest]:
        var seconds = rest.Length > 0 ? rest[0] : Environment.GetEnvironmentVariable("LADING_FAULT_SECONDS") ?? "10";
        return await KillLoop.Run(
            TimeSpan.FromSeconds(int.Parse(seconds)),
            rest.Length > 1 ? int.Parse(rest[1]) : Random.Shared.Next(),
            rest.Length > 2 ? rest[2] : null
        );
    case ["full", var folder]:
        return await FullDisk.Run(folder);
    default:
        Console.Error.WriteLine(
            "Usage: Lading.Faults kill9 [SECONDS] [SEED] [CONNECTION]   (SECONDS also as LADING_FAULT_SECONDS)"
        );
        Console.Error.WriteLine("       Lading.Faults full FOLDER   (an empty folder on a file system of some 16 MB)");
        return 2;
}
