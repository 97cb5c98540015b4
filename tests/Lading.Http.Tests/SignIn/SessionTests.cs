using Lading.Kernel;
using Lading.Log;
using Lading.Platform.SignIn;
using Lading.Platform.Tenancy;

namespace Lading.Http.Tests.SignIn;

/// <summary>Sessions that are read and ended at the same time.</summary>
public sealed class SessionTests : IDisposable
{
    private readonly SystemFile file = new();

    public void Dispose() => file.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_session_that_ends_while_its_row_is_read_is_not_kept_in_memory(bool all)
    {
        var between = new Between(file.Store);
        var sessions = new Sessions(between, new SystemSeal(new byte[32]), TimeProvider.System, shared: false);
        var session = sessions
            .Begin("ann", new TenantId(Guid.NewGuid()), "pwd", false, true, "127.0.0.1", "test")
            .Session;
        between.AfterRead = () => _ = all ? sessions.RevokeAll("ann") == 1 : sessions.Revoke("ann", session.Id);
        sessions.Live(session.Id).ShouldNotBeNull("it was read before it ended");
        sessions.Live(session.Id).ShouldBeNull();
    }

    [Theory]
    [InlineData("move")]
    [InlineData("step up")]
    [InlineData("again")]
    [InlineData("adopt")]
    [InlineData("refresh")]
    public void A_session_that_changes_while_its_row_is_read_is_kept_as_it_is_now(string change)
    {
        var clock = new MovedClock();
        var between = new Between(file.Store);
        var sessions = new Sessions(between, new SystemSeal(new byte[32]), clock, shared: false);
        var account = change == "adopt" ? "" : "ann";
        var was = sessions.Begin(account, new TenantId(Guid.NewGuid()), "link", false, false, "", "test").Session;
        clock.Advance(TimeSpan.FromMinutes(1));
        between.AfterRead = () =>
        {
            if (change == "move")
                sessions.Move(was, new TenantId(Guid.NewGuid()));
            else if (change == "step up")
                sessions.StepUp(was, "otp");
            else if (change == "again")
                sessions.Reauthenticate(was);
            else if (change == "adopt")
                sessions.Adopt(was, "ann");
            else
                sessions.Refresh(sessions.RefreshToken(was), out _).ShouldNotBeNull();
        };
        var before = sessions.Live(was.Id).ShouldNotBeNull("it was read before it changed");
        var now = sessions.Live(was.Id).ShouldNotBeNull();
        Seen(now).ShouldNotBe(Seen(before));
        Seen(now).ShouldBe(Seen(sessions.Of("ann").Single()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_session_that_is_found_ended_when_its_use_is_noted_is_answered_no_more(bool gone)
    {
        var clock = new MovedClock();
        var sessions = new Sessions(file.Store, new SystemSeal(new byte[32]), clock, shared: false);
        var tenant = new TenantId(Guid.NewGuid());
        var session = sessions.Begin("ann", tenant, "pwd", false, false, "", "test").Session;
        sessions.Live(session.Id).ShouldNotBeNull();
        var elsewhere = new Sessions(file.Store, new SystemSeal(new byte[32]), clock, shared: false);
        if (gone)
            elsewhere.Forget("ann", tenant);
        else
            elsewhere.Revoke("ann", session.Id).ShouldBeTrue();
        clock.Advance(TimeSpan.FromMinutes(6));
        sessions.Live(session.Id).ShouldBeNull();
    }

    private static object Seen(Session s) => (s.Account, s.Tenant, s.Generation, s.Methods, s.Authenticated, s.Mfa);

    /// <summary>Something happens right after the next rows were read.</summary>
    private sealed class Between(ISystemSql inner) : ISystemSql
    {
        public Action? AfterRead { get; set; }

        public List<T> Query<T>(string sql, Func<IRow, T> map, params ReadOnlySpan<Cell> values)
        {
            var rows = inner.Query(sql, map, values);
            var then = AfterRead;
            AfterRead = null;
            then?.Invoke();
            return rows;
        }

        public int Run(string sql, params ReadOnlySpan<Cell> values) => inner.Run(sql, values);
    }
}
