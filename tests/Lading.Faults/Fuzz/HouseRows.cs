using SQLitePCL;

namespace Lading.Faults.Fuzz;

/// <summary>
/// What the house keeps of a company beside its log, read with plain SQL: keys, members, invitations, and its owner's
/// account with all that signs it in. Left out is what a refused request may well change: when a key was last used,
/// sessions, tickets, attempts, the step of a code that was tried.
/// </summary>
internal sealed class HouseRows : IDisposable
{
    private const string Company = "(select id from tenant where slug = ?1)";
    private const string Owner = "(select id from account where email = ?2)";

    private static readonly string Sql = string.Join(
        " union all ",
        "select 'company ' || slug || name from tenant where slug = ?1",
        "select 'key ' || prefix || name || scopes || coalesce(ventures, '') || hex(hash) || coalesce(expires, '') "
            + $"|| '/' || coalesce(revoked, '') || coalesce(replaces, '') from api_key where tenant = {Company}",
        $"select 'member ' || account || since from membership where tenant = {Company}",
        "select 'invitation ' || id || hex(hash) || kind || account || email || name || grants || expires "
            + $"from invitation where tenant = {Company}",
        "select 'account ' || name || coalesce(password, '') || stamp || coalesce(hex(totp_key), '') || totp_on "
            + "from account where email = ?2",
        $"select 'passkey ' || id || name from passkey where account = {Owner}",
        $"select 'login ' || provider || subject from login where account = {Owner}",
        $"select 'code ' || hex(hash) from recovery_code where account = {Owner}"
    );

    private readonly sqlite3 file;
    private readonly sqlite3_stmt statement;

    static HouseRows() => Batteries_V2.Init();

    /// <param name="data">The data folder of the house.</param>
    public HouseRows(string data, string slug, string email)
    {
        Check(raw.sqlite3_open_v2(Path.Combine(data, "system.db"), out file, raw.SQLITE_OPEN_READONLY, null));
        raw.sqlite3_busy_timeout(file, 5_000);
        Check(raw.sqlite3_prepare_v2(file, Sql, out statement));
        Check(raw.sqlite3_bind_text(statement, 1, slug));
        Check(raw.sqlite3_bind_text(statement, 2, email));
        Last = Read();
    }

    /// <summary>The rows as they were when they were last looked at, in order.</summary>
    public IReadOnlyList<string> Last { get; private set; }

    /// <summary>Looks again; answers the rows that came or went since.</summary>
    public IReadOnlyList<string> Changed()
    {
        var (before, now) = (Last, Read());
        Last = now;
        return before.SequenceEqual(now) ? [] : [.. before.Except(now).Concat(now.Except(before))];
    }

    private List<string> Read()
    {
        List<string> rows = [];
        int code;
        while ((code = raw.sqlite3_step(statement)) == raw.SQLITE_ROW)
            rows.Add(raw.sqlite3_column_text(statement, 0).utf8_to_string());
        raw.sqlite3_reset(statement);
        Check(code);
        rows.Sort(StringComparer.Ordinal);
        return rows;
    }

    private void Check(int code)
    {
        if (code is not (raw.SQLITE_OK or raw.SQLITE_DONE))
            throw new InvalidDataException($"SQLite answers {code}: {raw.sqlite3_errmsg(file).utf8_to_string()}");
    }

    public void Dispose()
    {
        statement.Dispose();
        file.Dispose();
    }
}
