namespace Lading.Log.Postgres;

/// <summary>
/// The engine's tables, and the one function through which the app's role may make tables of read models.
/// </summary>
internal static class PostgresSchema
{
    public const int Format = 1;

    /// <summary>Whose rows are visible: those of the tenant the transaction has set; with none set, nobody's.</summary>
    public const string Policy = "tenant = nullif(current_setting('app.tenant', true), '')::uuid";

    /// <summary>The engine's tables and what the app may do with each: facts and streams are only ever added.</summary>
    public static readonly IReadOnlyDictionary<string, string> Tables = new Dictionary<string, string>(
        StringComparer.Ordinal
    )
    {
        ["head"] = "select, insert, update",
        ["stream"] = "select, insert",
        ["event"] = "select, insert",
        ["outcome"] = "select, insert, delete",
        ["snapshot"] = "select, insert, update",
        ["mark"] = "select, insert, update",
        ["due"] = "select, insert, delete",
        ["projection"] = "select, insert, update",
        ["subject_key"] = "select, insert, delete",
    };

    /// <summary>Tables over all tenants: no scope, and never a fact of anybody's business.</summary>
    public static readonly string[] OverAll =
    [
        "company",
        "api_key",
        "account",
        "membership",
        "recovery_code",
        "passkey",
        "login",
        "session",
        "ticket",
        "attempt",
        "invitation",
        "signing_key",
        "identity_provider",
    ];

    /// <summary>Tables and functions: <c>schema.sql</c> beside this file.</summary>
    public static string Script()
    {
        using var stream = typeof(PostgresSchema).Assembly.GetManifestResourceStream("postgres.schema.sql")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>Protection and grants of the engine's own tables, and of the two functions.</summary>
    public static IEnumerable<string> Protect(string app, string reader)
    {
        yield return $"grant usage on schema lading to {app}, {reader}";
        foreach (var (table, rights) in Tables)
        {
            yield return $"alter table lading.{table} enable row level security";
            yield return $"alter table lading.{table} force row level security";
            yield return $"alter table lading.{table} alter column tenant set statistics 0"; // docs/decisions
            yield return $"drop policy if exists tenant on lading.{table}";
            yield return $"create policy tenant on lading.{table} using ({Policy}) with check ({Policy})";
            yield return $"revoke all on lading.{table} from public, {app}, {reader}";
            yield return $"grant {rights} on lading.{table} to {app}";
            yield return $"grant select on lading.{table} to {reader}";
        }

        yield return $"grant usage on schema lading_system to {app}";
        foreach (var table in OverAll)
        {
            yield return $"revoke all on lading_system.{table} from public, {app}, {reader}";
            yield return $"grant select, insert, update, delete on lading_system.{table} to {app}";
        }

        yield return "revoke all on function lading.create_read_table from public";
        yield return $"grant execute on function lading.create_read_table to {app}";
        yield return $"comment on schema lading is 'format {Format}'";
    }
}
