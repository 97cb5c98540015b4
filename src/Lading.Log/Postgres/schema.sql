-- The engine's tables and functions. Run by the owner; may be run again. Row-level security and grants follow it.

create schema if not exists lading;
create table if not exists lading.head (tenant uuid primary key, position bigint not null, hash bytea not null, batch bigint not null,
    streams bigint not null, projections bigint not null) with (fillfactor = 20);
create table if not exists lading.stream (tenant uuid not null, id bigint not null, name text collate "C" not null,
    primary key (tenant, id), unique (tenant, name));
create table if not exists lading.event (tenant uuid not null, position bigint not null, stream bigint not null, version bigint not null,
    type text collate "C" not null, happened bigint not null, recorded bigint not null, actor text collate "C" not null, command uuid not null,
    correlation text collate "C", causation bigint not null, body bytea not null, hash bytea not null,
    primary key (tenant, position), unique (tenant, stream, version));
create table if not exists lading.outcome (tenant uuid not null, block bigint not null, at bigint not null, body bytea not null,
    primary key (tenant, block));
create table if not exists lading.snapshot (tenant uuid not null, stream bigint not null, version bigint not null, shape integer not null,
    state bytea not null, primary key (tenant, stream));
create table if not exists lading.mark (tenant uuid not null, policy text collate "C" not null, position bigint not null,
    primary key (tenant, policy));
create table if not exists lading.due (tenant uuid not null, at bigint not null, stream text collate "C" not null,
    kind text collate "C" not null, payload text collate "C" not null, primary key (tenant, at, stream, kind));
create table if not exists lading.projection (tenant uuid not null, name text collate "C" not null, inline boolean not null,
    version integer not null, generation integer not null, position bigint not null, building integer not null,
    building_version integer not null, built_to bigint not null, failure text collate "C", primary key (tenant, name));

create table if not exists lading.subject_key (tenant uuid not null, subject text collate "C" not null, id bytea not null, wrapped bytea not null,
    primary key (tenant, subject));

-- Which companies there are, and their keys' hashes: looked up before the tenant is known, so without row-level security.
create schema if not exists lading_system;
create table if not exists lading_system.company (id uuid primary key, slug text collate "C" not null unique, name text not null, created bigint not null,
    demo boolean not null);
create table if not exists lading_system.api_key (prefix text collate "C" primary key, company uuid not null, name text not null, scopes text not null,
    ventures text, hash bytea not null, created bigint not null, expires bigint not null, revoked bigint not null);
alter table lading_system.api_key add column if not exists sites text;
alter table lading_system.api_key add column if not exists replaces text collate "C";
alter table lading_system.api_key add column if not exists used bigint not null default 0;

-- People, their secrets (hashed, or sealed with a key that is not in the database) and their sessions: found before the tenant is known.
create table if not exists lading_system.account (id text collate "C" primary key, email text collate "C" not null unique, name text not null,
    password text, long_password bigint not null, stamp text not null, totp_key bytea, totp_on bigint not null, totp_step bigint not null,
    created bigint not null, version bigint not null);
create table if not exists lading_system.membership (account text collate "C" not null, tenant text collate "C" not null,
    since bigint not null, primary key (account, tenant));
alter table lading_system.membership drop column if exists owner;
create index if not exists membership_tenant on lading_system.membership (tenant);
create table if not exists lading_system.recovery_code (account text collate "C" not null, hash bytea not null, primary key (account, hash));
create table if not exists lading_system.passkey (id text collate "C" primary key, account text collate "C" not null, name text not null,
    public_key bytea not null, created bigint not null, sign_count bigint not null, transports text not null, flags bigint not null,
    attestation bytea not null, client_data bytea not null, used bigint not null);
create index if not exists passkey_account on lading_system.passkey (account);
create table if not exists lading_system.login (provider text collate "C" not null, subject text collate "C" not null,
    account text collate "C" not null, created bigint not null, primary key (provider, subject));
create table if not exists lading_system.session (id text collate "C" primary key, account text collate "C" not null,
    tenant text collate "C" not null, secret bytea, generation bigint not null, methods text not null, created bigint not null,
    authenticated bigint not null, mfa bigint not null, expires bigint not null, seen bigint not null, address text not null,
    agent text not null, revoked bigint not null);
create index if not exists session_account on lading_system.session (account);
create table if not exists lading_system.ticket (hash bytea primary key, kind text collate "C" not null, account text collate "C" not null,
    state text not null, expires bigint not null);
create table if not exists lading_system.attempt (key text collate "C" primary key, failures bigint not null, since bigint not null);
create table if not exists lading_system.invitation (id text collate "C" primary key, hash bytea not null unique, tenant text collate "C" not null,
    kind text collate "C" not null, account text collate "C" not null, email text collate "C" not null, name text not null,
    grants text not null, inviter text not null, created bigint not null, expires bigint not null);
create table if not exists lading_system.signing_key (id text collate "C" primary key, public_key bytea not null, sealed bytea not null,
    created bigint not null);
create table if not exists lading_system.identity_provider (id text collate "C" primary key, name text not null, issuer text not null,
    client text not null, secret bytea not null, created bigint not null);

-- The generation that serves a version to the tenant in scope; an error, never an empty answer, when none does.
create or replace function lading.serving(p_name text, p_version integer) returns integer language plpgsql stable as $body$
declare found integer;
begin
    select p.generation into found from lading.projection p where p.name = p_name and p.version = p_version;
    if found is null then
        raise exception using errcode = 'LD001', message = format('The read model %s, version %s, is being built.', p_name, p_version);
    end if;
    return found;
end $body$;

-- Makes a read model's table with its view, indexes, forced row-level security and grants, or finds it in the same shape. It runs with the
-- owner's rights, so it takes only names of letters, digits and underscores and three column types, and makes nothing else.
create or replace function lading.create_read_table(p_projection text, p_version integer, p_table text, p_columns text[], p_types text[],
    p_keys integer, p_indexes text[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $body$
declare
    space text := 'read_' || translate(p_projection, '-.', '__') || '__v' || p_version;
    rows text := p_table || '__rows';
    shape text := format('%s v%s %s(%s: %s; %s; %s)', p_projection, p_version, p_table, p_columns, p_types, p_keys, p_indexes);
    app text := current_database() || '_app';
    reader text := current_database() || '_read';
    found text;
    listed text;
begin
    if p_projection !~ '^[a-z][a-z0-9.-]*$' or length(space) > 63 or p_version < 1 or p_table !~ '^[a-z][a-z0-9_]*$' or length(rows) > 58
        or p_keys < 1 or p_keys > cardinality(p_columns) or cardinality(p_columns) <> cardinality(p_types)
        or exists (select from unnest(p_columns) c where c is null or c !~ '^[a-z][a-z0-9_]{0,62}$' or c in ('tenant', 'generation'))
        or exists (select from unnest(p_types) t where t is null or t not in ('integer', 'text', 'bytes'))
        or exists (select from unnest(p_indexes) i, unnest(string_to_array(i, ',')) c where c <> all (p_columns)) then
        raise exception using errcode = 'LD003', message = format('Not a read model''s table: %s', shape);
    end if;
    select obj_description(t.oid, 'pg_class') into found from pg_class t join pg_namespace n on n.oid = t.relnamespace
        where n.nspname = space and t.relname = rows;
    if found = shape then return; end if;
    perform pg_advisory_xact_lock(hashtextextended('lading.create_read_table', 0));
    select obj_description(t.oid, 'pg_class') into found from pg_class t join pg_namespace n on n.oid = t.relnamespace
        where n.nspname = space and t.relname = rows;
    if found = shape then return; end if;
    if found is not null then
        raise exception using errcode = 'LD002', message = format('%s.%s is there in another shape; raise the version of %s. It is %s, wanted was %s.',
            space, rows, p_projection, found, shape);
    end if;
    execute format('create schema if not exists %I', space);
    select string_agg(format('%I %s', c, case t when 'integer' then 'bigint not null default 0' when 'text' then 'text collate "C"' else 'bytea' end),
        ', ' order by o) into listed from unnest(p_columns, p_types) with ordinality as u (c, t, o);
    execute format('create table %I.%I (tenant uuid not null, generation integer not null, %s, primary key (tenant, generation, %s))', space, rows,
        listed, (select string_agg(quote_ident(c), ', ' order by o) from unnest(p_columns) with ordinality as u (c, o) where o <= p_keys));
    for i in 1 .. coalesce(cardinality(p_indexes), 0) loop
        execute format('create index %I on %I.%I (tenant, generation, %s)', rows || '_i' || i, space, rows,
            (select string_agg(quote_ident(c), ', ' order by o) from unnest(string_to_array(p_indexes[i], ',')) with ordinality as u (c, o)));
    end loop;
    execute format('alter table %I.%I alter column tenant set statistics 0', space, rows);
    execute format('alter table %I.%I enable row level security', space, rows);
    execute format('alter table %I.%I force row level security', space, rows);
    execute format('create policy tenant on %I.%I using (tenant = nullif(current_setting(''app.tenant'', true), '''')::uuid) with check (tenant = nullif(current_setting(''app.tenant'', true), '''')::uuid)', space, rows);
    execute format('create view %I.%I with (security_invoker = true) as select %s from %I.%I where generation = (select lading.serving(%L, %s))',
        space, p_table, (select string_agg(quote_ident(c), ', ' order by o) from unnest(p_columns) with ordinality as u (c, o)),
        space, rows, p_projection, p_version);
    execute format('comment on table %I.%I is %L', space, rows, shape);
    execute format('grant usage on schema %I to %I, %I', space, app, reader);
    execute format('grant select, insert, update, delete on %I.%I to %I', space, rows, app);
    execute format('grant select on %I.%I to %I', space, p_table, app);
    execute format('grant select on %I.%I, %I.%I to %I', space, rows, space, p_table, reader);
end $body$;
