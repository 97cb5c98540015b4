using Lading.Log;

namespace Lading.Faults;

/// <summary>
/// Fills a small file system while paying, frees a ballast file and goes on: nothing acknowledged is lost, what failed
/// says so, and neither
/// committer, follower nor policy needs a person. Needs a folder on a file system of some 16 MB (a tmpfs).
/// </summary>
internal static class FullDisk
{
    public static async Task<int> Run(string folder)
    {
        using var place = new LogPlace(folder);
        var ballast = Path.Combine(folder, "ballast");
        await File.WriteAllBytesAsync(ballast, new byte[6 << 20]);
        var acknowledged = new Dictionary<int, long>();
        var (failed, after, said) = (0, 0, "");
        await using (var log = await Ledger.Open(place))
        {
            for (var number = 0; after < 50; number++)
                try
                {
                    acknowledged[number] = (await log.Send(Ledger.Payment(number))).Position;
                    after += failed > 0 ? 1 : 0;
                    if (number > 200_000)
                        throw new InvalidOperationException("The disk never filled: use a smaller one.");
                }
                catch (StoreFault fault)
                {
                    said = fault.Message;
                    if (fault is OutcomeUnknown || ++failed > 2_000)
                        break;
                    if (failed == 20)
                        File.Delete(ballast);
                }

            var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token;
            while (
                (log.Reached(Ledger.Policy) < log.Head || log.Reached(Ledger.Journal) < log.Head)
                && !patience.IsCancellationRequested
            )
                await log.WaitPast(log.Head, new CancellationTokenSource(50).Token);
            foreach (var status in log.Status())
                Console.WriteLine($"{status.Name}: {status.Position} of {status.Head} {status.Failure}");
        }

        var wrong = new List<string>();
        new LedgerCheck(folder).ReadOn(acknowledged, wrong.Add);
        await Derived.Check(folder, wrong.Add);
        Console.WriteLine(
            $"{acknowledged.Count} acknowledged, {failed} told of a fault ({said}), {after} after space was freed, "
                + $"{wrong.Count} wrong"
        );
        wrong.ForEach(Console.WriteLine);
        return wrong.Count == 0 && failed > 0 && after > 0 ? 0 : 1;
    }
}
