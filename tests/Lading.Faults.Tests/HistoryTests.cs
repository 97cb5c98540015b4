namespace Lading.Faults.Tests;

/// <summary>What a run leaves behind when something was amiss.</summary>
public class HistoryTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("lading-history-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private async Task<string[]> Left(Action<History> run)
    {
        var file = Path.Combine(folder, "history.jsonl");
        using (var history = new History(file))
            run(history);
        return File.Exists(file) ? await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken) : [];
    }

    [Fact]
    public async Task It_is_written_once_something_is_amiss_with_what_came_before_and_after()
    {
        (await Left(h => h.Add(new { number = 1 }, 100))).ShouldBeEmpty();
        var left = await Left(h =>
        {
            h.Add(new { number = 1 }, 100);
            h.WriteOut();
            h.Add(new { violated = "as asked" }, 100);
            h.WriteOut();
        });
        left.ShouldBe(["""{"number":1}""", """{"violated":"as asked"}"""]);
    }

    [Fact]
    public async Task Of_many_events_the_last_are_kept_and_of_large_ones_fewer()
    {
        static void Fill(History history, int bytes)
        {
            for (var number = 0; number < 200_010; number++)
                history.Add(new { number }, bytes);
            history.WriteOut();
        }

        var small = await Left(h => Fill(h, 100));
        small.Length.ShouldBe(200_000);
        small[0].ShouldBe("""{"number":10}""");
        var large = await Left(h => Fill(h, 1 << 20));
        large.Length.ShouldBe(64);
        large[^1].ShouldBe("""{"number":200009}""");
    }
}
