return await Lading.Bench.AppendBench.Run(args);
