using Lading.Faults;

// What stands before the runner are processes that experiments start, kill or starve.
switch (args)
{
    case ["write", .. var rest]:
        await Writer.Run(WriterOptions.Read(rest));
        return 0;
    case ["fail", var folder, var seed, var bug]:
        await FailingWriter.Run(folder, int.Parse(seed), bug);
        return 0;
    case ["fail-http", var folder, var seed, var bug]:
        await new FailingServer(folder, int.Parse(seed), bug).Run();
        return 0;
    case ["serve", var folder]:
        return await ServerKillLoop.Serve(folder);
    case ["full", var folder]:
        return await FullDisk.Run(folder);
    default:
        return await Runner.Run(Catalogue.All, args);
}
