using Lading.Log;

namespace Lading.Floors.Tests.Log;

/// <summary>Several builds read the log together.</summary>
public sealed class FollowerPassTests
{
    [Fact]
    public async Task Builds_that_start_one_after_the_other_meet_and_then_read_the_log_once_for_all()
    {
        await using var provider = new LossyProvider();
        await using var log = new LogUnderTest(provider) { Follow = false, React = false };
        await log.Open();
        for (var i = 0; i < 100; i++)
            await log.Move("a", 1);
        var facts = (await log.Facts()).ToArray();
        var (reads, applied) = (new List<long>(), new Dictionary<string, int>());
        Projection Counting(string name) =>
            Projection.Of(
                name,
                1,
                ProjectionMode.Follower,
                [new Table($"rows_of_{name}", [TestModel.Key], [TestModel.Value])],
                [typeof(CounterMoved)],
                (_, _) => applied[name] = applied.GetValueOrDefault(name) + 1
            );
        var (one, two) = (Counting("one"), Counting("two"));
        var model = new TestModel().Build();
        model.Add(one);
        model.Add(two);
        var follower = new Follower(
            model,
            new LossyFollowStore(new Journal<LossyTables>(), sync: true),
            (after, most) =>
            {
                reads.Add(after);
                return facts.Skip((int)after).Take(Math.Min(most, 10)).ToArray();
            },
            _ => throw new NotSupportedException()
        );
        follower.Open(head: 0);
        while (follower.Step(facts.Length)) { }

        follower.Rebuild(one);
        for (var i = 0; i < 3; i++)
            follower.Step(facts.Length);
        follower.Rebuild(two);
        reads.Clear();
        applied.Clear();
        while (follower.Step(facts.Length)) { }

        reads.ShouldBe(Enumerable.Range(0, 10).Select(i => i * 10L), "each page once, though one was ahead by three");
        (applied["one"], applied["two"]).ShouldBe((70, 100));
    }
}
