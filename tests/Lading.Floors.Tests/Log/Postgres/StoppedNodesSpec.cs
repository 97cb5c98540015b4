using Lading.Kernel;
using Lading.Log;

namespace Lading.Floors.Tests.Log.Postgres;

/// <summary>The same follower or policy stands still at two nodes, and a person lets it go on at one.</summary>
public sealed class StoppedNodesSpec : IAsyncLifetime
{
    private readonly PostgresProvider provider = new();
    private readonly TenantId tenant = Purse.NewTenant();
    private LogUnderTest first = null!;
    private LogUnderTest second = null!;
    private bool broken = true;

    public async ValueTask InitializeAsync()
    {
        await provider.Open();
        first = await Node().Open();
        second = await Node().Open();
    }

    public async ValueTask DisposeAsync()
    {
        await first.DisposeAsync();
        await second.DisposeAsync();
        await provider.DisposeAsync();
    }

    [Theory]
    [InlineData(TestModel.HistoryName, false)]
    [InlineData(TestModel.HistoryName, true)]
    [InlineData(TestModel.Policy, false)]
    [InlineData(TestModel.Policy, true)]
    public async Task What_is_let_go_on_at_one_node_goes_on_at_the_other(string name, bool skip)
    {
        await first.Move("a", 1);
        await Both(node => node.Status(name).Failure is not null);
        broken = skip;
        first.Log.Resume(name, skip ? 1 : null).ShouldBeTrue();
        await Both(node => node.Status(name).Failure is null);

        await first.DisposeAsync(); // what it let go on is now the other's alone
        broken = false;
        await second.Move("a", 1, id: "after");
        await LogUnderTest.Until(() => second.Log.Reached(name) >= 2, () => string.Join("; ", second.Log.Status()));
        second.Status(name).Failure.ShouldBeNull();
    }

    private LogUnderTest Node() =>
        new(provider)
        {
            Tenant = tenant,
            Poll = TimeSpan.FromMilliseconds(20),
            Model = new TestModel
            {
                Echoes = true,
                BeforeEcho = _ => Break(),
                BeforeHistory = _ => Break(),
            },
        };

    private void Break()
    {
        if (Volatile.Read(ref broken))
            throw new InvalidOperationException("broken");
    }

    /// <summary>Clocks move while it waits: what stands still is looked at again by the clock.</summary>
    private Task Both(Func<LogUnderTest, bool> holds) =>
        LogUnderTest.Until(
            () =>
            {
                first.Clock.Advance(TimeSpan.FromMilliseconds(50));
                second.Clock.Advance(TimeSpan.FromMilliseconds(50));
                return holds(first) && holds(second);
            },
            () => string.Join("; ", first.Log.Status().Concat(second.Log.Status()))
        );
}
