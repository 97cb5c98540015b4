using System.Globalization;
using System.Text;
using Lading.Kernel;
using Lading.Log.Postgres;
using Lading.Server;
using Npgsql;

namespace Lading.Faults.Isolation;

/// <summary>One of the tenants whose rows lie in the same tables.</summary>
internal sealed record Inmate(TenantId Id, string Secret);

/// <summary>What is broken on purpose.</summary>
/// <param name="Damage">SQL run as the administrator; {0} is the database.</param>
/// <param name="Repair">SQL that undoes it.</param>
/// <param name="KeepsSession">The scope is set for the session, and connections go back as they are.</param>
internal sealed record SqlBug(string Damage, string Repair, bool KeepsSession = false);

/// <summary>
/// H14 on PostgreSQL: random statements with the rights of the role that serves, under random tenants, on pooled
/// connections, with errors, cancels, time-outs and rollbacks between them. No byte of another tenant comes back, as a
/// value or in an error's words, and nothing of another's changes.
/// </summary>
internal sealed class SqlIsolation(Trial trial, SqlBug? bug = null)
{
    private const int Tenants = 4;

    /// <summary>Statements that are always run, and within which a bug must show.</summary>
    private const int Least = 2_000;
    private static readonly SemaphoreSlim Gate = new(1);
    private static (string Connection, List<Inmate> Tenants)? furnished;
    private List<Inmate> tenants = [];
    private SqlGrammar grammar = null!;
    private NpgsqlDataSource app = null!;

    public static Experiment Experiment { get; } =
        new(
            "H14.sql",
            "No statement of the role that serves shows or changes a byte of another tenant.",
            "statements",
            trial => new SqlIsolation(trial).Run()
        )
        {
            Short = new Short(6, 8),
            Controls =
            [
                Bug(
                    "open-policy",
                    new(
                        "drop policy tenant on lading.event; create policy open on lading.event using (true)",
                        $"drop policy open on lading.event; create policy tenant on lading.event "
                            + $"using ({PostgresSchema.Policy}) with check ({PostgresSchema.Policy})"
                    )
                ),
                Bug(
                    "owner-without-force",
                    new(
                        "grant {0}_owner to {0}_app; alter table lading.stream no force row level security",
                        "revoke {0}_owner from {0}_app; alter table lading.stream force row level security"
                    )
                ),
                Bug(
                    "view-with-owners-rights",
                    new(
                        "create view lading.leak as select * from lading.stream; "
                            + "grant select on lading.leak to {0}_app",
                        "drop view lading.leak"
                    )
                ),
                Bug("session-wide-scope", new("select 1", "select 1", KeepsSession: true)),
            ],
        };

    private static Control Bug(string name, SqlBug bug) =>
        new(name, trial => new SqlIsolation(trial, bug).Run()) { Seconds = 60 };

    private async Task Run()
    {
        (var connection, tenants) = await Furnished();
        var settings = new NpgsqlConnectionStringBuilder(connection) { MaxPoolSize = 8 };
        settings.NoResetOnClose = bug?.KeepsSession == true;
        var admin = new NpgsqlConnectionStringBuilder(trial.Servers.Admin) { Database = settings.Database };
        await using var source = PostgresDatabase.DataSource(settings.ConnectionString);
        await using var above = NpgsqlDataSource.Create(admin.ConnectionString);
        app = source;
        var before = await Contents(above);
        await Do(above, bug?.Damage, settings.Database!);
        try
        {
            grammar = await SqlGrammar.Of(source, trial.Random, tenants);
            trial.Begin();
            while (trial.GoesOn(Done) || (trial.Verdict == Verdict.Ok && Done < Least))
                await Transaction();
        }
        finally
        {
            await Do(above, bug?.Repair, settings.Database!);
        }

        if (await Contents(above) is var after && after != before)
            trial.Violated($"rows changed: {before} became {after}");
        if (trial.Verdict == Verdict.Ok && (trial.CountOf("rows") < Done || trial.CountOf("errors") < Done / 100))
            trial.Unclear("The grammar finds too little to prove anything.");
    }

    private long Done => trial.CountOf("statements");

    /// <summary>Four companies of the real program in one database; made once for the run and its controls.</summary>
    private async Task<(string, List<Inmate>)> Furnished()
    {
        await Gate.WaitAsync();
        try
        {
            if (furnished is { } there)
                return there;
            var connection = await trial.Servers.NewDatabase();
            var random = new Random(trial.Seed);
            List<Inmate> made = [];
            await using var host = LadingHost.Open(
                new HostOptions { Data = trial.NewFolder("data"), Postgres = connection }
            );
            await using var server = await WebServer.Start(host, "http://127.0.0.1:0");
            using var http = new HttpClient { BaseAddress = new Uri(server.Address) };
            for (var i = 0; i < Tenants; i++)
            {
                var secret = Marked.NewSecret(random);
                made.Add(new Inmate((await Marked.NewTenant(host, http, $"inmate{i}", secret)).Tenant.Id, secret));
            }

            furnished = (connection, made);
            return furnished.Value;
        }
        finally
        {
            Gate.Release();
        }
    }

    /// <summary>How many rows each tenant has in each table, seen from above all policies, and their sum of
    /// hashes.</summary>
    private static async Task<string> Contents(NpgsqlDataSource above)
    {
        var tables = await Texts(
            above,
            "select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace "
                + "where c.relkind = 'r' and (n.nspname = 'lading' or n.nspname like 'read\\_%') order by 1"
        );
        var contents = tables.Select(t =>
            $"select '{t} ' || tenant || ' ' || count(*) || ' ' || sum(hashtext(x::text)) from {t} x group by tenant"
        );
        return string.Join('\n', (await Texts(above, string.Join(" union all ", contents))).Order());
    }

    private static async Task<List<string>> Texts(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var texts = new List<string>();
        while (await reader.ReadAsync())
            texts.Add(reader.GetString(0));
        return texts;
    }

    private static async Task Do(NpgsqlDataSource above, string? sql, string database)
    {
        if (sql is null)
            return;
        await using var command = above.CreateCommand(sql.Replace("{0}", database, StringComparison.Ordinal));
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The driver may lose its place in what a broken-off statement answers: its connections are given up, and
    /// the next ones start anew.</summary>
    private async Task Transaction()
    {
        try
        {
            await Statements();
        }
        catch (Exception lost) when (lost.Message.StartsWith("Received unexpected", StringComparison.Ordinal))
        {
            trial.Count("driver-lost");
            app.Clear();
        }
    }

    /// <summary>A few statements of one tenant, or of none. What changes rows is always undone in the end.</summary>
    private async Task Statements()
    {
        var random = trial.Random;
        var tenant = random.Next(8) == 0 ? null : tenants[random.Next(tenants.Count)];
        await using var connection = await app.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        if (tenant is not null)
            await Scope(connection, tenant);
        var writes = false;
        for (var left = random.Next(1, 6); left > 0; left--)
        {
            var (sql, changes) = grammar.Next(tenant);
            writes |= changes;
            if (!await Execute(connection, tenant, sql))
                return; // an error ends it; disposing rolls back and gives the connection to the next tenant
        }

        if (!writes && random.Next(3) > 0)
            await Commit(transaction, tenant);
    }

    /// <summary>A cursor that is held is read to its end here, and may meet an error.</summary>
    private async Task Commit(NpgsqlTransaction transaction, Inmate? tenant)
    {
        try
        {
            await transaction.CommitAsync();
        }
        catch (PostgresException refused)
        {
            trial.Count("errors");
            Look(tenant, "commit", $"{refused.MessageText} {refused.Detail} {refused.Hint} {refused.Where}");
        }
    }

    private async Task Scope(NpgsqlConnection connection, Inmate tenant)
    {
        var session = bug?.KeepsSession == true;
        await using var scope = new NpgsqlCommand(
            session ? PostgresSession.Scope.Replace("true", "false", StringComparison.Ordinal) : PostgresSession.Scope,
            connection
        );
        scope.Parameters.Add(PostgresValue.Of(tenant.Id.Value.ToString()));
        scope.Parameters.Add(PostgresValue.Of(grammar.SearchPath));
        await scope.ExecuteNonQueryAsync();
    }

    private async Task<bool> Execute(NpgsqlConnection connection, Inmate? tenant, string sql)
    {
        trial.Count("statements");
        using var cancel = new CancellationTokenSource();
        try
        {
            if (trial.Random.Next(40) == 0)
                cancel.CancelAfter(TimeSpan.FromMilliseconds(trial.Random.Next(3)));
            if (sql.StartsWith("copy", StringComparison.Ordinal))
            {
                using var copied = await connection.BeginTextExportAsync(sql, cancel.Token);
                Look(tenant, sql, await copied.ReadToEndAsync(cancel.Token));
                Note(tenant, sql, "copied");
                return true;
            }

            await using var command = new NpgsqlCommand(sql, connection);
            await using var reader = await command.ExecuteReaderAsync(cancel.Token);
            do while (await reader.ReadAsync(cancel.Token))
            {
                trial.Count("rows");
                for (var i = 0; i < reader.FieldCount; i++)
                    Look(tenant, sql, reader.GetValue(i));
            }
            while (await reader.NextResultAsync(cancel.Token));
            Note(tenant, sql, "ok");
            return true;
        }
        catch (PostgresException refused)
        {
            trial.Count("errors");
            Note(tenant, sql, refused.MessageText);
            Look(tenant, sql, $"{refused.MessageText} {refused.Detail} {refused.Hint} {refused.Where}");
            return false;
        }
        catch (OperationCanceledException)
        {
            trial.Count("cancelled");
            Note(tenant, sql, "cancelled");
            return false;
        }
    }

    private void Note(Inmate? tenant, string sql, string outcome) =>
        trial.Note(
            new
            {
                tenant = tenant?.Id.Value,
                sql,
                outcome,
            },
            200 + (2 * sql.Length)
        );

    private void Look(Inmate? tenant, string sql, object value)
    {
        var text = value switch
        {
            byte[] bytes => Encoding.Latin1.GetString(bytes),
            Array many => string.Join(' ', many.Cast<object?>()),
            _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
        };
        trial.Count("bytes", text.Length);
        foreach (var other in tenants)
            if (other != tenant && (Has(other.Secret) || Has(other.Id.Value.ToString())))
                trial.Violated(
                    $"as {tenant?.Id.Value.ToString() ?? "nobody"}, {sql} showed {text[..Math.Min(text.Length, 200)]}"
                );

        // A statement that itself names another's id may hear it again; canaries are only ever named in part.
        bool Has(string mark) =>
            text.Contains(mark, StringComparison.Ordinal) && !sql.Contains(mark, StringComparison.Ordinal);
    }
}
