using Lading.Faults;

// What stands before the runner are processes that experiments start, kill or starve.
switch (args)
{
    case ["write", var folder, var first, var seed]:
        await Writer.Run(folder, int.Parse(first), int.Parse(seed));
        return 0;
    case ["full", var folder]:
        return await FullDisk.Run(folder);
    default:
        return await Runner.Run(Catalogue.All, args);
}
