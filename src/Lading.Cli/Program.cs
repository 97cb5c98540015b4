return await Lading.Cli.CommandLine.Run(args);
