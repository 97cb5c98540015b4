using Lading.Kernel;
using Lading.Log;
using Lading.Platform.Tenancy;

namespace Lading.Http.Tests.SignIn;

/// <summary>Keys that are replaced and revoked at the same time, on one node and on another.</summary>
public sealed class RotationTests : IDisposable
{
    private static readonly DateTime Ends = TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(1);
    private readonly TenantId tenant = new(Guid.NewGuid());
    private readonly SystemFile file = new();
    private readonly Between between;

    public RotationTests() => between = new Between(file.Store);

    public void Dispose() => file.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_key_revoked_while_it_is_replaced_stays_dead_and_has_no_successor(bool late)
    {
        var keys = new ApiKeys(between, TimeProvider.System, shared: false);
        var (key, secret) = keys.Issue(tenant, "erp", ["*"], null, null);
        keys.Find(secret).ShouldNotBeNull();
        if (late)
            between.BeforeReplace = () =>
                file.Store.Revoke(tenant, key.Prefix, TimeProvider.System.GetUtcNow().UtcDateTime).ShouldBeTrue();
        else
            file.Store.Revoke(tenant, key.Prefix, TimeProvider.System.GetUtcNow().UtcDateTime).ShouldBeTrue();
        keys.Rotate(key, "succssor", null, Ends).ShouldBeNull();
        keys.Find(secret).ShouldBeNull();
        file.Store.Keys().Single().Revoked.ShouldNotBeNull();
    }

    [Fact]
    public void Two_nodes_that_replace_one_key_make_one_successor()
    {
        var here = new ApiKeys(between, TimeProvider.System, shared: true);
        var there = new ApiKeys(file.Store, TimeProvider.System, shared: true);
        var (key, secret) = here.Issue(tenant, "erp", ["*"], null, null);
        between.BeforeReplace = () => there.Rotate(key, "firstone", null, Ends).ShouldNotBeNull();
        here.Rotate(key, "another2", null, Ends.AddHours(9)).ShouldBeNull();
        file.Store.Keys().Count.ShouldBe(2);
        here.Find(secret)!.Expires.ShouldBe(file.Store.Keys(key.Prefix).Single().Expires);
    }

    /// <summary>Something happens right before the next key is replaced.</summary>
    private sealed class Between(ISystemStore inner) : ISystemStore
    {
        public Action? BeforeReplace { get; set; }

        public bool Replace(ApiKey next, DateTime ends, DateTime now)
        {
            var first = BeforeReplace;
            BeforeReplace = null;
            first?.Invoke();
            return inner.Replace(next, ends, now);
        }

        public IReadOnlyList<ApiKey> Keys(string? prefix = null) => inner.Keys(prefix);

        public IReadOnlyList<Tenant> Tenants() => inner.Tenants();

        public bool Add(Tenant tenant) => inner.Add(tenant);

        public void Remove(TenantId tenant) => inner.Remove(tenant);

        public void Add(ApiKey key) => inner.Add(key);

        public void Scrub() => inner.Scrub();

        public bool Revoke(TenantId tenant, string prefix, DateTime at) => inner.Revoke(tenant, prefix, at);

        public List<T> Query<T>(string sql, Func<IRow, T> map, params ReadOnlySpan<Cell> values) =>
            inner.Query(sql, map, values);

        public int Run(string sql, params ReadOnlySpan<Cell> values) => inner.Run(sql, values);

        public void Dispose() { }
    }
}
