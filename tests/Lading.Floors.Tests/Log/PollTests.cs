using Lading.Kernel;

namespace Lading.Floors.Tests.Log;

/// <summary>A node that writes nothing itself, and sees what another appends.</summary>
public sealed class PollTests
{
    [Fact]
    public async Task What_a_node_was_cut_off_from_while_it_took_it_in_it_takes_in_the_next_time()
    {
        await using var provider = new LossyProvider();
        var tenant = new TenantId(Guid.CreateVersion7());
        await using var one = new LogUnderTest(provider)
        {
            Tenant = tenant,
            Follow = false,
            React = false,
        };
        await using var other = new LogUnderTest(provider)
        {
            Tenant = tenant,
            Follow = false,
            React = false,
            Poll = TimeSpan.FromMilliseconds(1),
        };
        LossyStore cut = null!;
        await one.Open();
        await other.Open(store => cut = (LossyStore)store);
        cut.Cuts = 1;
        await one.Move("a", 1);
        await LogUnderTest.Until(() => other.Log.Head == one.Log.Head, () => $"It stands at {other.Log.Head}.");
        cut.Cuts.ShouldBe(0);
    }
}
