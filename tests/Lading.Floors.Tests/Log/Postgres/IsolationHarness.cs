using System.Globalization;
using System.Text;
using Lading.Kernel;
using Lading.Log.Postgres;
using Npgsql;

namespace Lading.Floors.Tests.Log.Postgres;

/// <summary>
/// Random statements of a grammar, under random tenants, on pooled connections, with errors, cancels, time-outs and
/// rollbacks between them: no byte of another tenant may come back, as a value or in an error's words. Every stored
/// string of a tenant holds its canary. <c>LADING_ISOLATION</c> says how many statements; 2,000 when it does not.
/// </summary>
public sealed class IsolationHarness
{
    private static readonly int Statements = int.Parse(
        Environment.GetEnvironmentVariable("LADING_ISOLATION") is { Length: > 0 } given ? given : "2000",
        CultureInfo.InvariantCulture
    );

    [Fact]
    public async Task No_statement_shows_a_byte_of_another_tenant()
    {
        var seed = Environment.TickCount;
        await using var app = PostgresDatabase.DataSource(await (await PostgresServer.Require()).NewDatabase());
        var run = await Run.Prepare(app, seed);
        await run.Go(Statements);
        run.Leaks.ShouldBeEmpty($"seed {seed}");
        run.Rows.ShouldBeGreaterThan(Statements, $"seed {seed}: a grammar that finds nothing proves nothing");
        run.Errors.ShouldBeGreaterThan(Statements / 50, $"seed {seed}");
        await run.NothingWasChanged();
    }

    [Theory]
    [InlineData("drop policy tenant on lading.event; create policy open on lading.event using (true)", false)]
    [InlineData("create view lading.leak as select * from lading.event; grant select on lading.leak to {0}_app", false)]
    [InlineData(
        "grant {0}_owner to {0}_app; alter table lading.event no force row level security; "
            + "alter table lading.stream no force row level security",
        false
    )]
    [InlineData("select 1", true)]
    public async Task The_harness_finds_a_leak_that_is_there(string damage, bool keepsSession)
    {
        var server = await PostgresServer.Require();
        var connection = await server.NewDatabase();
        var builder = new NpgsqlConnectionStringBuilder(connection) { NoResetOnClose = keepsSession };
        await using var app = NpgsqlDataSource.Create(builder);
        var run = await Run.Prepare(app, 7, forSession: keepsSession, leaky: damage.Contains("leak"));
        await using (
            var admin = NpgsqlDataSource.Create(
                new NpgsqlConnectionStringBuilder(server.Admin) { Database = builder.Database, Pooling = false }
            )
        )
        await using (var command = admin.CreateCommand(damage.Replace("{0}", builder.Database)))
            await command.ExecuteNonQueryAsync();
        await run.Go(400);
        run.Leaks.ShouldNotBeEmpty();
    }

    private sealed record Tenant(TenantId Id, string Canary);

    /// <summary>One run: its tenants, what it saw and what it found.</summary>
    private sealed class Run(NpgsqlDataSource app, int seed, bool forSession, bool leaky)
    {
        private readonly Random random = new(seed);
        private readonly List<Tenant> tenants = [];
        private string path = "lading";

        public List<string> Leaks { get; } = [];

        public long Rows { get; private set; }

        public int Errors { get; private set; }

        public static async Task<Run> Prepare(
            NpgsqlDataSource app,
            int seed,
            bool forSession = false,
            bool leaky = false
        )
        {
            var run = new Run(app, seed, forSession, leaky);
            run.path = "read_purse_sums__v1, read_purse_followed__v1, lading";
            for (var i = 0; i < 4; i++)
            {
                var tenant = new Tenant(Purse.NewTenant(), Convert.ToHexStringLower(Guid.NewGuid().ToByteArray()));
                await using var log = await Purse.Open(app, tenant.Id);
                for (var n = 0; n < 12; n++)
                    await log.Send(Purse.Fill($"{tenant.Canary}-{n}", n, $"{tenant.Canary} {n}"));
                run.tenants.Add(tenant);
            }

            return run;
        }

        public async Task Go(int statements)
        {
            for (var done = 0; done < statements; )
            {
                var tenant = random.Next(8) == 0 ? null : tenants[random.Next(tenants.Count)];
                var count = random.Next(1, 5);
                await Transaction(tenant, count);
                done += count;
            }
        }

        /// <summary>Facts are as many as were written, and nobody's mark was made by another.</summary>
        public async Task NothingWasChanged()
        {
            foreach (var tenant in tenants)
            {
                var session = new PostgresSession(app, tenant.Id);
                var facts = await session.Query(
                    "select count(*) from lading.event",
                    r => r.GetInt64(0),
                    CancellationToken.None
                );
                facts.ShouldBe([12]);
                var marks = await session.Query(
                    "select policy from lading.mark",
                    r => r.GetString(0),
                    CancellationToken.None
                );
                marks.ShouldAllBe(m => m.StartsWith(tenant.Canary, StringComparison.Ordinal));
            }
        }

        private async Task Transaction(Tenant? tenant, int count)
        {
            await using var connection = await app.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            if (tenant is not null)
                await Scope(connection, tenant);
            for (var i = 0; i < count; i++)
                if (!await Execute(connection, tenant, Statement(tenant)))
                    return; // an error ends it; disposing rolls back and gives the connection to the next tenant
            if (random.Next(3) > 0)
                await transaction.CommitAsync();
        }

        private async Task Scope(NpgsqlConnection connection, Tenant tenant)
        {
            await using var scope = new NpgsqlCommand(
                forSession
                    ? "select set_config('app.tenant', $1, false), set_config('search_path', $2, false)"
                    : PostgresSession.Scope,
                connection
            );
            scope.Parameters.Add(new NpgsqlParameter<string> { TypedValue = tenant.Id.Value.ToString() });
            scope.Parameters.Add(new NpgsqlParameter<string> { TypedValue = path });
            await scope.ExecuteNonQueryAsync();
        }

        private async Task<bool> Execute(NpgsqlConnection connection, Tenant? tenant, string sql)
        {
            using var cancel = new CancellationTokenSource();
            try
            {
                await using var command = new NpgsqlCommand(sql, connection);
                if (random.Next(40) == 0)
                    cancel.CancelAfter(TimeSpan.FromMilliseconds(random.Next(3)));
                await using var reader = await command.ExecuteReaderAsync(cancel.Token);
                do while (await reader.ReadAsync(cancel.Token))
                {
                    Rows++;
                    for (var i = 0; i < reader.FieldCount; i++)
                        Look(tenant, sql, reader.GetValue(i));
                }
                while (await reader.NextResultAsync(cancel.Token));
                return true;
            }
            catch (PostgresException refused)
            {
                Errors++;
                Look(tenant, sql, $"{refused.MessageText} {refused.Detail} {refused.Hint} {refused.Where}");
                return false;
            }
            catch (OperationCanceledException)
            {
                Errors++;
                return false;
            }
        }

        private void Look(Tenant? tenant, string sql, object value)
        {
            var text = value switch
            {
                byte[] bytes => Encoding.Latin1.GetString(bytes),
                Array many => string.Join(' ', many.Cast<object?>()),
                _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
            };
            foreach (var other in tenants)
                if (
                    other != tenant
                    && Leaks.Count < 10
                    && (
                        text.Contains(other.Canary, StringComparison.Ordinal)
                        || (
                            !sql.StartsWith("insert", StringComparison.Ordinal)
                            && text.Contains(other.Id.Value.ToString())
                        )
                    )
                )
                    Leaks.Add($"{sql} showed {text[..Math.Min(text.Length, 200)]}");
        }

        private string Statement(Tenant? tenant) =>
            random.Next(20) switch
            {
                < 11 => Select(2),
                < 13 => $"with a as ({Select(1)}), b as ({Select(1)}) select * from a, b limit 40",
                < 14 => $"select count(*), max(x::text) from ({Select(1)}) x",
                15 => Insert(tenant),
                16 => $"update lading.mark set position = position + 1 {Where("policy")} returning tenant, policy",
                17 => $"delete from lading.mark {Where("policy")} returning *",
                18 => Wrong(),
                _ => $"copy (select name from lading.stream {Where("name")}) to stdout" is var copy
                && random.Next(4) > 0
                    ? $"explain analyze select * from {Source()}"
                    : copy.Replace("copy (", "select * from (").Replace(") to stdout", ") c"),
            };

        private string Select(int depth)
        {
            var (one, two) = (Source(), Source());
            return random.Next(depth > 0 ? 9 : 4) switch
            {
                0 => $"select * from {one} limit {random.Next(1, 30)}",
                1 => $"select tenant, count(*) from {Table()} group by tenant",
                2 => $"select s.name, e.body, e.actor from lading.stream s join lading.event e on e.stream = s.id "
                    + $"{Where("s.name")} limit 20",
                3 => $"select string_agg(name, ',' order by name desc) over (partition by tenant) from lading.stream",
                4 => $"select x::text from {one} x union all select y::text from {two} y limit 50",
                5 => $"select * from lading.stream where id in (select stream from lading.event) "
                    + $"or exists ({Select(0)})",
                6 => $"select a.*, (select max(b.tenant::text) from {Table()} b) from {Table()} a limit 20",
                7 =>
                    $"select * from {Table()} a left join lateral (select b::text from {one} b limit 3) c on true limit 30",
                _ =>
                    $"select lading.serving('purse-sums', 1), x::text from {one} x {(random.Next(2) == 0 ? "limit 5" : "")}",
            };
        }

        private string Insert(Tenant? tenant)
        {
            var whose = random.Next(3) == 0 ? tenants[random.Next(tenants.Count)] : tenant;
            return $"insert into lading.mark (tenant, policy, position) values ('{whose?.Id.Value ?? Guid.Empty}', "
                + $"'{whose?.Canary}-{random.Next(3)}', 1) on conflict (tenant, policy) do update set position = 2 returning *";
        }

        /// <summary>Errors that like to quote what they met.</summary>
        private string Wrong() =>
            random.Next(6) switch
            {
                0 => "select name::integer from lading.stream",
                1 => "select 1 / (position - position) from lading.event",
                2 => "select body::text::uuid from lading.event",
                3 => $"select note::date from purse_sum where key > '{Foreign().Canary}'",
                4 => "select * from lading.nothing_like_it",
                _ => "set local statement_timeout = 1; select pg_sleep(0.01), name from lading.stream",
            };

        /// <summary>Now and then another's canary and id are guessed right.</summary>
        private string Where(string column) =>
            random.Next(4) switch
            {
                0 => "",
                1 => $"where {column} like '%{Foreign().Canary}%'",
                2 => $"where {column} >= 'a' or tenant = '{Foreign().Id.Value}'".Replace(
                    " or tenant",
                    column.Contains('.') ? " or s.tenant" : " or tenant",
                    StringComparison.Ordinal
                ),
                _ => $"where length({column}) > 3",
            };

        private Tenant Foreign() => tenants[random.Next(tenants.Count)];

        private string Source() =>
            random.Next(5) switch
            {
                0 => "purse_sum",
                1 => "purse_followed",
                2 when leaky => "lading.leak",
                _ => Table(),
            };

        private string Table() =>
            random.Next(9) switch
            {
                0 => "lading.event",
                1 => "lading.stream",
                2 => "lading.head",
                3 => "lading.outcome",
                4 => "lading.snapshot",
                5 => "lading.mark",
                6 => "lading.projection",
                7 => "lading.subject_key",
                _ => "read_purse_sums__v1.purse_sum__rows",
            };
    }
}
