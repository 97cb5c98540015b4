using Npgsql;

namespace Lading.Faults.Isolation;

/// <summary>Random statements over every table and view that the catalogue shows: joins, aggregates, windows, writes,
/// errors that like to quote what they met, and attempts to get out of the scope.</summary>
internal sealed class SqlGrammar
{
    private const string Shapes = """
        select n.nspname || '.' || c.relname, c.relkind = 'r', has_table_privilege(c.oid, 'update'),
            has_table_privilege(c.oid, 'insert'),
            array(select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.attnum > 0
                and not a.attisdropped and a.atttypid = 'text'::regtype order by a.attnum),
            array(select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.attnum > 0
                and not a.attisdropped and a.atttypid = 'bigint'::regtype order by a.attnum)
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'v') and (n.nspname = 'lading' or n.nspname like 'read\_%') order by 1
        """;

    private sealed record Shape(string Name, bool Rows, bool Updates, bool Inserts, string[] Texts, string[] Numbers);

    private readonly Random random;
    private readonly IReadOnlyList<Inmate> tenants;
    private readonly List<Shape> all;

    private SqlGrammar(Random random, IReadOnlyList<Inmate> tenants, List<Shape> all) =>
        (this.random, this.tenants, this.all) = (random, tenants, all);

    /// <summary>The views' schemas, as a session of the program has them.</summary>
    public string SearchPath =>
        string.Join(", ", all.Where(s => !s.Rows).Select(s => s.Name.Split('.')[0]).Distinct().Append("lading"));

    public static async Task<SqlGrammar> Of(NpgsqlDataSource app, Random random, IReadOnlyList<Inmate> tenants)
    {
        await using var command = app.CreateCommand(Shapes);
        await using var reader = await command.ExecuteReaderAsync();
        var all = new List<Shape>();
        while (await reader.ReadAsync())
            all.Add(
                new Shape(
                    reader.GetString(0),
                    reader.GetBoolean(1),
                    reader.GetBoolean(2),
                    reader.GetBoolean(3),
                    reader.GetFieldValue<string[]>(4),
                    reader.GetFieldValue<string[]>(5)
                )
            );
        return new SqlGrammar(random, tenants, all);
    }

    /// <summary>A statement of a tenant, or of nobody, and whether it changes rows.</summary>
    public (string Sql, bool Changes) Next(Inmate? tenant) =>
        random.Next(24) switch
        {
            < 12 => (Select(2), false),
            < 14 => ($"with a as ({Select(1)}), b as ({Select(1)}) select * from a, b limit 40", false),
            14 => ($"select count(*), max(x::text) from ({Select(1)}) x", false),
            15 => ($"copy ({Select(1)}) to stdout", false),
            16 => ($"explain (analyze, verbose) {Select(1)}", false),
            < 19 => (Change(), true),
            19 => (Insert(tenant), true),
            20 => (Escape(tenant), false),
            21 => (Kept(), false),
            _ => (Wrong(), false),
        };

    private string Select(int depth)
    {
        var (one, two) = (Any(), Any());
        return random.Next(depth > 0 ? 9 : 4) switch
        {
            0 => $"select * from {one.Name} {Where(one, "")} limit {random.Next(1, 30)}",
            1 => $"select {one.Name}::text, count(*) over () from {one.Name} limit 20",
            2 => "select s.name, e.body, e.actor from lading.stream s join lading.event e on e.stream = s.id "
                + $"and e.tenant = s.tenant {Where(Named("lading.stream"), "s.")} limit 20",
            3 => $"select string_agg(x::text, ',') over (order by x::text desc) from {one.Name} x limit 20",
            4 => $"select x::text from {one.Name} x union all select y::text from {two.Name} y limit 50",
            5 => "select * from lading.stream where id in (select stream from lading.event) "
                + $"or exists ({Select(0)}) limit 30",
            6 => $"select a.*, (select max(b::text) from {two.Name} b) from {one.Name} a limit 20",
            7 => $"select * from {one.Name} a left join lateral (select b::text from {two.Name} b limit 3) c on true "
                + "limit 30",
            _ => $"select x::text, count(*) from {one.Name} x group by rollup (x::text) "
                + $"having count(*) > {random.Next(2)} limit 40",
        };
    }

    private string Change()
    {
        var target = One(all.Where(s => s is { Rows: true, Updates: true, Texts.Length: > 0 }));
        var column = One(target.Texts);
        return random.Next(3) == 0
            ? $"delete from {target.Name} {Where(target, "")} returning *"
            : $"update {target.Name} set {column} = {column} || 'x' {Where(target, "")} returning *";
    }

    /// <summary>A row of one's own, or one that says it is another's.</summary>
    private string Insert(Inmate? tenant)
    {
        var whose = random.Next(2) == 0 ? Other() : tenant;
        var (id, policy) = (whose?.Id.Value ?? Guid.Empty, $"p{random.Next(3)}");
        return random.Next(3) == 0
            ? $"insert into lading.stream (tenant, id, name) select '{id}', id + 1000000, name from lading.stream "
                + "on conflict do nothing returning *"
            : $"insert into lading.mark (tenant, policy, position) values ('{id}', '{policy}', 1) "
                + "on conflict (tenant, policy) do update set position = 2 returning *";
    }

    /// <summary>Ways out that are shut, or lead nowhere: the role, the rows' protection, the session.</summary>
    private string Escape(Inmate? tenant) =>
        random.Next(9) switch
        {
            0 => $"select set_config('row_security', 'off', true); {Select(0)}",
            1 => $"set local role postgres; {Select(0)}",
            2 => $"set local session_replication_role = replica; {Select(0)}",
            3 => $"select set_config('app.tenant', '', true); {Select(0)}",
            4 => $"reset all; {Select(0)}",
            5 when tenant is not null => $"select set_config('app.tenant', '{tenant.Id.Value}', false); {Select(0)}",
            6 => "create temp table kept as select * from lading.stream; select * from kept",
            7 => $"alter table {Any().Name} no force row level security",
            _ => "savepoint a; " + Select(0) + "; rollback to savepoint a; " + Select(0),
        };

    /// <summary>What a session keeps beyond its transaction, if nobody cleans it.</summary>
    private string Kept() =>
        random.Next(4) switch
        {
            0 => $"declare held cursor with hold for {Select(0)}",
            1 => "fetch all from held",
            2 => "prepare kept as select * from lading.stream limit 20",
            _ => "execute kept",
        };

    private string Wrong()
    {
        var one = Named(One(all.Where(s => s.Texts.Length > 0)).Name);
        return random.Next(6) switch
        {
            0 => $"select {One(one.Texts)}::integer from {one.Name} {Where(one, "")}",
            1 => "select 1 / (position - position) from lading.event",
            2 => "select body::text::uuid from lading.event",
            3 => $"select x::text::date from {Any().Name} x",
            4 => "select * from lading.nothing_like_it",
            _ => "set local statement_timeout = 1; select pg_sleep(0.01), name from lading.stream",
        };
    }

    /// <summary>Now and then half of another's canary, or another's whole id, is guessed right.</summary>
    private string Where(Shape of, string alias)
    {
        var choice = random.Next(4);
        return choice switch
        {
            1 when of.Texts.Length > 0 => $"where {alias}{One(of.Texts)} like '%{Other().Secret[..16]}%'",
            2 when of.Rows => $"where {alias}tenant = '{Other().Id.Value}' or true",
            3 when of.Numbers.Length > 0 => $"where {alias}{One(of.Numbers)} >= {random.Next(20)}",
            _ => "",
        };
    }

    private Inmate Other() => tenants[random.Next(tenants.Count)];

    private Shape Any() => all[random.Next(all.Count)];

    private Shape Named(string name) => all.First(s => s.Name == name);

    private T One<T>(IEnumerable<T> of)
    {
        var list = of.ToList();
        return list[random.Next(list.Count)];
    }
}
