using Lading.Kernel;
using Lading.Log;
using Lading.Log.Sqlite;

namespace Lading.Floors.Tests.Log;

/// <summary>One written and closed log for all tests, which tamper with copies.</summary>
public sealed class AuditedLog : IAsyncLifetime
{
    public const int Facts = 40;

    public SqliteProvider Provider { get; } = new();

    public TenantId Tenant { get; } = new(Guid.CreateVersion7());

    public LogHead Head { get; private set; }

    public string LogFile => Provider.LogFile(Tenant);

    public async ValueTask InitializeAsync()
    {
        await using var log = new LogUnderTest(Provider)
        {
            Tenant = Tenant,
            Follow = false,
            React = false,
        };
        await log.Open();
        var plain = log.Moving("c1", 5);
        var sent = Enumerable
            .Range(0, Facts - 2)
            .Select(i => log.Moving($"c{i % 4}", i, $"note {i}"))
            .Append(
                new Command
                {
                    Id = plain.Id,
                    Fingerprint = 1,
                    Actor = "key:none",
                    Streams = plain.Streams,
                    Decide = plain.Decide,
                }
            )
            .Append(log.Moving("late", 1))
            .Select(c => log.Log.Send(c).AsTask());
        await Task.WhenAll(sent);
        await log.Close();
        using var store = Provider.OpenLog(Tenant);
        Head = await store.Reader.ReadHead(default);
    }

    public ValueTask DisposeAsync() => Provider.DisposeAsync();
}

/// <summary>Whatever is done to a stored log behind the engine's back is found, and where.</summary>
public sealed class AuditTests(AuditedLog audited) : IClassFixture<AuditedLog>
{
    private const int Facts = AuditedLog.Facts;
    private readonly SqliteProvider provider = audited.Provider;
    private readonly TenantId tenant = audited.Tenant;
    private readonly LogHead head = audited.Head;

    private AuditReport Verify(string? file = null, LogHead? known = null)
    {
        using var facts = new SqliteRawFacts(file ?? audited.LogFile);
        return AuditVerifier.Verify(tenant, facts, known);
    }

    private AuditReport After(string sql, LogHead? known = null)
    {
        var copy = Path.Combine(provider.Folder, $"{Guid.NewGuid():N}.db");
        File.Copy(audited.LogFile, copy);
        using (var db = SqliteDb.OpenWriter(copy, full: false))
            db.Execute($"pragma synchronous=off; {sql}");
        return Verify(copy, known);
    }

    [Fact]
    public void A_whole_log_is_whole()
    {
        var report = Verify(known: head);
        (report.Whole, report.Facts, report.Head.Position).ShouldBe((true, Facts, Facts));
        report.Head.Hash.ShouldBe(head.Hash);
        AuditVerifier.Verify(new TenantId(Guid.NewGuid()), new SqliteRawFacts(audited.LogFile)).BadPosition.ShouldBe(1);
    }

    [Theory]
    [InlineData("stream = stream + 1")]
    [InlineData("version = version + 1")]
    [InlineData("type = 'test.counter-moved.v1'")]
    [InlineData("happened = happened + 1")]
    [InlineData("recorded = recorded - 1")]
    [InlineData("actor = 'key:other'")]
    [InlineData("command = zeroblob(16)")]
    [InlineData("command = zeroblob(3)")]
    [InlineData("correlation = 'c-2'")]
    [InlineData("correlation = ''")]
    [InlineData("correlation = null")]
    [InlineData("causation = 1")]
    [InlineData("body = cast(replace(cast(body as text), 'note', 'nota') as blob)")]
    [InlineData("body = x''")]
    [InlineData("hash = zeroblob(32)")]
    [InlineData("hash = zeroblob(64)")]
    [InlineData("hash = x''")]
    public void A_changed_column_is_found_where_it_stands(string change)
    {
        var report = After($"drop index event_stream; update event set {change} where position = 23");
        report.BadPosition.ShouldBe(23, report.Problem);
    }

    [Fact]
    public void An_emptied_correlation_is_not_the_same_as_none() =>
        After("update event set correlation = '' where position = 39").BadPosition.ShouldBe(39);

    [Fact]
    public void Any_flipped_byte_of_a_fact_is_found()
    {
        var random = new Random(11);
        foreach (var (column, size) in new[] { ("body", 0), ("hash", 32), ("command", 16), ("type", 0), ("actor", 0) })
            for (var i = 0; i < 6; i++)
            {
                var at = random.Next(1, Facts + 1);
                var byteAt = random.Next(1, size > 0 ? size + 1 : 9);
                var flipped =
                    $"cast(substr(b, 1, {byteAt - 1}) || case when substr(b, {byteAt}, 1) = x'00' then x'01' else "
                    + $"x'00' end || substr(b, {byteAt + 1}) as blob)";
                var report = After(
                    $"update event set {column} = (select {flipped} from (select cast({column} as blob) b from event "
                        + $"where position = {at})) where position = {at}"
                );
                report.BadPosition.ShouldBe(at, $"{column} byte {byteAt} at {at}");
            }
    }

    [Fact]
    public void A_renamed_stream_is_found_at_its_first_fact() =>
        After("update stream set name = 'counter/renamed' where name = 'counter/c2'").BadPosition.ShouldBe(3);

    [Fact]
    public void Two_streams_that_swapped_names_are_found() =>
        After(
            "update stream set name = 'x' where name = 'counter/c0'; update stream set name = 'counter/c0' where name "
                + "= 'counter/c1'; update stream set name = 'counter/c1' where name = 'x'"
        )
            .BadPosition.ShouldBe(1);

    [Fact]
    public void A_deleted_fact_is_found_and_called_missing()
    {
        var report = After("delete from event where position = 17");
        report.BadPosition.ShouldBe(17);
        report.Problem!.ShouldContain("missing");
    }

    [Fact]
    public void A_deleted_fact_whose_place_was_closed_is_found() =>
        After(
            "drop index event_stream; delete from event where position = 17; update event set position = position - 1 "
                + "where position > 17"
        )
            .BadPosition.ShouldBe(17);

    [Fact]
    public void Two_swapped_facts_are_found() =>
        After(
            "drop index event_stream; update event set position = -1 where position = 9; update event set position = 9 "
                + "where position = 12; update event set position = 12 where position = -1"
        )
            .BadPosition.ShouldBe(9);

    [Fact]
    public void An_inserted_fact_is_found() =>
        After(
            $"drop index event_stream; insert into event select {Facts + 1}, stream, version + 100, type, happened, "
                + $"recorded, actor, command, correlation, causation, body, hash from event where position = 4"
        )
            .BadPosition.ShouldBe(Facts + 1);

    [Fact]
    public void A_fact_before_the_first_is_found() =>
        After(
            "drop index event_stream; insert into event select 0, stream, version, type, happened, recorded, actor, "
                + "command, correlation, causation, body, hash from event where position = 1"
        )
            .BadPosition.ShouldBe(1);

    [Fact]
    public void A_cut_tail_is_found_against_a_known_head()
    {
        After("delete from event where position > 35").BadPosition.ShouldBe(36, "a stream lost its only fact");
        After("delete from event where position > 35; delete from stream where name = 'counter/late'")
            .Whole.ShouldBeTrue();
        After("delete from event where position > 35; delete from stream where name = 'counter/late'", head)
            .BadPosition.ShouldBe(36);
    }

    [Fact]
    public async Task A_log_written_anew_is_found_against_a_known_head()
    {
        await using var other = new LogUnderTest(provider) { Follow = false, React = false };
        await other.Open();
        for (var i = 0; i < Facts; i++)
            await other.Move("c", i);
        await other.Close();
        using var facts = new SqliteRawFacts(provider.LogFile(other.Tenant));
        AuditVerifier.Verify(other.Tenant, facts).Whole.ShouldBeTrue();
        AuditVerifier.Verify(other.Tenant, facts, head).BadPosition.ShouldBe(Facts);
    }

    [Fact]
    public async Task A_running_log_can_be_verified()
    {
        await using var log = new LogUnderTest(provider) { Follow = false, React = false };
        await log.Open();
        await log.Move("c0", 1);
        using var facts = new SqliteRawFacts(provider.LogFile(log.Tenant));
        AuditVerifier.Verify(log.Tenant, facts).Head.Position.ShouldBe(1);
        await log.Move("c0", 1);
        AuditVerifier.Verify(log.Tenant, facts).Head.Position.ShouldBe(2);
    }
}
