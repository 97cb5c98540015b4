using Lading.Http.Tests.SignIn;
using Lading.Kernel;
using Lading.Log;
using Lading.Platform.Access;
using Lading.Server;
using Lading.Server.Demo;

namespace Lading.Http.Tests;

/// <summary>The company that a newcomer sees, in a data folder of its own.</summary>
public sealed class DemoTests : IDisposable
{
    private static readonly Settings Yen = new("Asia/Tokyo", "JPY", "metric");
    private readonly string folder = Directory.CreateTempSubdirectory("lading-demo").FullName;
    private readonly MovedClock clock = new();

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Starting_again_after_the_log_forgot_the_first_seeding_adds_nothing()
    {
        long head;
        await using (var host = LadingHost.Open(new HostOptions { Data = folder }, clock))
        {
            var log = await Seeded(host);
            head = log.Head;
            head.ShouldBeGreaterThan(300);
        }

        clock.Advance(TimeSpan.FromDays(40));
        await using var again = LadingHost.Open(new HostOptions { Data = folder }, clock);
        (await Seeded(again)).Head.ShouldBe(head, "nothing is registered, received or put away twice");
    }

    [Fact]
    public async Task It_counts_in_pounds_until_someone_says_otherwise()
    {
        var stop = TestContext.Current.CancellationToken;
        await using (var host = LadingHost.Open(new HostOptions { Data = folder }, clock))
        {
            var log = await Seeded(host);
            (await Settings.Of(log, stop)).ShouldBe(new SettingsView("Europe/London", "GBP", "metric"));
            var change = new Command
            {
                Id = CommandId.From("test", "settings"),
                Fingerprint = 0,
                Actor = "test",
                Streams = [Settings.Stream],
                Decide = on => on.Append(Settings.Stream, Settings.Decide(on.State<Settings>(Settings.Stream), Yen)),
            };
            (await log.Send(change)).Accepted.ShouldBeTrue();
        }

        clock.Advance(TimeSpan.FromDays(40));
        await using var again = LadingHost.Open(new HostOptions { Data = folder }, clock);
        (await Settings.Of(await Seeded(again), stop)).Currency.ShouldBe("JPY");
    }

    [Fact]
    public async Task Its_day_puts_deliveries_into_bins()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var host = LadingHost.Open(new HostOptions { Data = folder }, clock);
        var log = await Seeded(host);
        var head = log.Head;
        var day = new DemoClock(log, clock, new Random(7));
        for (var beat = 0; beat < 200; beat++)
            await day.Step(stop);
        while (log.Reached("stock-ledger") < log.Head)
            await Task.Yield();
        var put = await log.Followed.Query(
            "select count(*) from stock_entry where position > $1 and figure = 'onHand' and location like '_-__-_' "
                + "and delta > 0",
            r => r.Integer(0),
            stop,
            head
        );
        put.Single().ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_beat_that_fails_is_over_and_the_next_one_comes()
    {
        await using var host = LadingHost.Open(new HostOptions { Data = folder }, clock);
        var log = await Seeded(host);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var stop = new CancellationTokenSource();
        var luck = new FirstBeatFails();
        var running = new DemoClock(log, new Hurried(), luck).Run(stop.Token);
        (await log.WaitPast(log.Head, patience.Token)).ShouldBeTrue("no beat came after the one that failed");
        luck.Beats.ShouldBeGreaterThan(1);
        await stop.CancelAsync();
        await running;
    }

    /// <summary>As a disk that was full for a moment.</summary>
    private sealed class FirstBeatFails() : Random(7)
    {
        public int Beats { get; private set; }

        public override int Next(int maxValue) =>
            maxValue == 100 && ++Beats == 1 ? throw new StoreFault("The disk is full.") : base.Next(maxValue);
    }

    /// <summary>A clock whose beats do not keep a test waiting.</summary>
    private sealed class Hurried : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime / 100, period / 100);
    }

    private static async Task<TenantLog> Seeded(LadingHost host) =>
        await host.Tenants.Log((await DemoCompany.Seed(host)).Id);
}
