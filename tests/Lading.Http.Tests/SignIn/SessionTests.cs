using Lading.Kernel;
using Lading.Log;
using Lading.Platform.SignIn;
using Lading.Platform.Tenancy;

namespace Lading.Http.Tests.SignIn;

/// <summary>Sessions that are read and ended at the same time.</summary>
public sealed class SessionTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("lading-sessions").FullName;
    private readonly SqliteSystemStore store;

    public SessionTests() => store = new SqliteSystemStore(Path.Combine(folder, "system.db"));

    public void Dispose()
    {
        store.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_session_that_ends_while_its_row_is_read_is_not_kept_in_memory(bool all)
    {
        var between = new Between(store);
        var sessions = new Sessions(between, new SystemSeal(new byte[32]), TimeProvider.System, shared: false);
        var session = sessions
            .Begin("ann", new TenantId(Guid.NewGuid()), "pwd", false, true, "127.0.0.1", "test")
            .Session;
        between.AfterRead = () => _ = all ? sessions.RevokeAll("ann") == 1 : sessions.Revoke("ann", session.Id);
        sessions.Live(session.Id).ShouldNotBeNull("it was read before it ended");
        sessions.Live(session.Id).ShouldBeNull();
    }

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
