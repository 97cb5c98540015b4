using System.Diagnostics;
using Lading.Optimization.Picking;

namespace Lading.Scorecards;

public static class PickingScorecard
{
    public static int Run(string[] args)
    {
        Tours();
        return 0;
    }

    private static void Tours()
    {
        foreach (var (aisles, blocks, picks) in new[]
                 { (10, 1, 20), (10, 1, 40), (20, 1, 40), (10, 2, 20), (10, 2, 40), (20, 2, 60), (10, 3, 40), (10, 4, 40), (10, 6, 60) })
        {
            var random = new Random(1);
            var layout = WarehouseLayout.Regular(aisles, 5, blocks, 30.0 / blocks);
            var exact = new ExactPickTour(layout);
            var orders = Enumerable.Range(0, 200).Select(_ => Enumerable.Range(0, picks)
                .Select(_ => new PickPosition(random.Next(aisles), random.NextDouble() * 30)).ToArray()).ToArray();
            var order = new int[picks];
            var rounds = blocks < 3 ? 100 : blocks < 5 ? 10 : 1;
            var length = 0.0;
            for (var i = 0; i < rounds; i++)
                foreach (var o in orders.Take(blocks < 5 ? 200 : 10)) length += exact.Length(o);
            System.Threading.Thread.Sleep(300);
            var cpu = Cpu(); var n = 0;
            for (var i = 0; i < rounds; i++)
                foreach (var o in orders.Take(blocks < 5 ? 200 : 10)) { length += exact.Length(o); n++; }
            var t1 = (Cpu() - cpu).TotalMicroseconds / n;
            for (var i = 0; i < rounds; i++)
                foreach (var o in orders.Take(blocks < 5 ? 200 : 10)) length += exact.Tour(o, order);
            cpu = Cpu(); n = 0;
            for (var i = 0; i < rounds; i++)
                foreach (var o in orders.Take(blocks < 5 ? 200 : 10)) { length += exact.Tour(o, order); n++; }
            var t2 = (Cpu() - cpu).TotalMicroseconds / n;
            Console.WriteLine($"{aisles} aisles {blocks} blocks {picks} picks: length {t1:F2} us, tour {t2:F2} us");
        }
    }

    private static TimeSpan Cpu() => Process.GetCurrentProcess().TotalProcessorTime;
}
