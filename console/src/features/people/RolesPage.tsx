import { Button, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { useCommand } from '~/api/command';
import { useMay } from '~/api/session';
import { text } from '~/text/en';
import { Badge } from '~/ui/Badge';
import { Dialog } from '~/ui/Dialog';
import { show } from '~/ui/format';
import { Icon } from '~/ui/Icon';
import { Card, Page } from '~/ui/Page';
import { PermissionList, PermissionPicker } from '~/ui/PermissionPicker';
import { Complaint, Empty, Failure, Skeleton } from '~/ui/State';
import css from './Roles.module.css';
import { codeOf, holdersOf, membersQuery, peopleQuery, permissionsQuery, rolesQuery, type Role } from './queries';

/** A role that is not there yet, or one copied from another. */
interface Draft {
  name: string;
  permissions: readonly string[];
}

/** Roles: what each lets its holders do, and who holds it; the company's own are made and changed here. */
export function RolesPage() {
  const search = useSearch({ from: '/frame/roles' });
  const navigate = useNavigate({ from: '/roles' });
  const roles = useQuery(rolesQuery);
  const permissions = useQuery(permissionsQuery);
  const members = useQuery(membersQuery);
  const [draft, setDraft] = useState<Draft>();
  const manage = useMay()('access.manage');
  const items = roles.data?.items ?? [];
  const chosen = items.find((role) => role.code === search.role) ?? items[0];
  const holders = holdersOf(members.data ?? []);
  const error = roles.error ?? permissions.error;
  const open = (role: string | undefined) => void navigate({ search: (old) => ({ ...old, role }), replace: true });

  return (
    <Page
      title={text.roles.title}
      note={text.roles.note}
      actions={
        manage ? (
          <Button size="xs" leftSection={<Icon name="plus" size={15} />} onClick={() => setDraft({ name: '', permissions: [] })}>
            {text.roles.make}
          </Button>
        ) : null
      }
    >
      {error ? (
        <Failure error={error} retry={() => void Promise.all([roles.refetch(), permissions.refetch()])} />
      ) : !roles.data || !permissions.data ? (
        <Skeleton rows={10} />
      ) : (
        <div className={css.desk}>
          <nav aria-label={text.roles.title}>
            <ul className={css.list}>
              {items.map((role) => (
                <li key={role.code}>
                  <Link to="/roles" search={(old) => ({ ...old, role: role.code })} replace className={css.role ?? ''} aria-current={!draft && role === chosen ? 'true' : undefined} onClick={() => setDraft(undefined)}>
                    <span>{role.name}</span>
                    <span className="quiet">{holders.has(role.code) ? show.count(holders.get(role.code)?.length ?? 0) : ''}</span>
                  </Link>
                </li>
              ))}
            </ul>
          </nav>
          {draft ? (
            <RoleForm
              key="new"
              draft={draft}
              offered={permissions.data.items.map((one) => one.permission)}
              taken={items.map((role) => role.code)}
              onDone={(code) => {
                setDraft(undefined);
                open(code);
              }}
              onCancel={() => setDraft(undefined)}
            />
          ) : chosen ? (
            <OneRole
              key={chosen.code}
              role={chosen}
              manage={manage}
              offered={permissions.data.items.map((one) => one.permission)}
              holders={holders.get(chosen.code) ?? []}
              onCopy={() => setDraft({ name: text.roles.copyOf(chosen.name), permissions: chosen.permissions })}
              onGone={() => open(undefined)}
            />
          ) : (
            <Empty title={text.roles.empty} />
          )}
        </div>
      )}
    </Page>
  );
}

interface OneProps {
  role: Role;
  manage: boolean;
  offered: readonly string[];
  holders: readonly string[];
  onCopy: () => void;
  onGone: () => void;
}

function OneRole({ role, manage, offered, holders, onCopy, onGone }: OneProps) {
  const [withdrawing, setWithdrawing] = useState(false);
  const own = !role.shipped;
  return (
    <div className={css.detail}>
      {own && manage ? (
        <RoleForm draft={role} code={role.code} offered={offered} taken={[]} onDone={() => undefined} onWithdraw={() => setWithdrawing(true)} />
      ) : (
        <Card
          title={role.name}
          note={<Badge tone="quiet">{own ? text.roles.own : text.roles.shipped}</Badge>}
          actions={
            manage ? (
              <Button size="compact-xs" variant="default" onClick={onCopy}>
                {text.roles.copy}
              </Button>
            ) : null
          }
        >
          <PermissionList offered={offered} chosen={role.permissions} />
        </Card>
      )}
      <Holders holders={holders} />
      {withdrawing ? <WithdrawDialog role={role} holders={holders.length} onClose={() => setWithdrawing(false)} onDone={onGone} /> : null}
    </div>
  );
}

function Holders({ holders }: { holders: readonly string[] }) {
  const people = useQuery(peopleQuery);
  const named = holders.map((id) => people.data?.items.find((person) => person.id === id)?.name ?? id);
  return (
    <Card title={text.roles.heldBy} note={show.count(holders.length)}>
      {named.length === 0 ? (
        <p className={css.none}>
          {text.roles.nobody} <Link to="/people">{text.roles.give}</Link>
        </p>
      ) : (
        <p className={css.none}>{named.toSorted((a, b) => a.localeCompare(b)).join(', ')}</p>
      )}
    </Card>
  );
}

interface FormProps {
  draft: Draft;
  /** Given for a role that is there. */
  code?: string;
  offered: readonly string[];
  taken: readonly string[];
  onDone: (code: string) => void;
  onCancel?: () => void;
  onWithdraw?: () => void;
}

function RoleForm({ draft, code, offered, taken, onDone, onCancel, onWithdraw }: FormProps) {
  const queries = useQueryClient();
  const may = useMay();
  const [edited, setEdited] = useState<Partial<Draft>>({});
  const { name, permissions } = { ...draft, ...edited };
  const [complaint, setComplaint] = useState<string>();
  const role = code ?? codeOf(name);
  const command = useCommand('PUT', '/api/v1/roles/{role}', {
    params: { role },
    onDone: () => {
      void queries.invalidateQueries({ queryKey: rolesQuery.queryKey });
      onDone(role);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const wrong = code !== undefined ? undefined : role === '' ? text.roles.noName : taken.includes(role) ? text.roles.isTaken : undefined;
    setComplaint(wrong);
    if (!wrong) command.run({ name: name.trim(), permissions });
  };
  const changed = code === undefined || name !== draft.name || !alike(permissions, draft.permissions);
  const refused = command.refusal;
  const aboutName = complaint ?? refused?.about('name') ?? refused?.about('role');
  return (
    <Card
      title={code === undefined ? text.roles.make : draft.name}
      note={<Badge tone="quiet">{text.roles.own}</Badge>}
      actions={
        onWithdraw ? (
          <Button size="compact-xs" variant="default" onClick={onWithdraw}>
            {text.roles.withdraw}
          </Button>
        ) : null
      }
    >
      <form onSubmit={submit} className={css.form} noValidate>
        <TextInput maw={360} label={text.roles.name} description={role ? text.roles.code(role) : text.roles.codeNote} value={name} onChange={(event) => setEdited({ ...edited, name: event.currentTarget.value })} error={aboutName} data-autofocus autoFocus={code === undefined} />
        <PermissionPicker offered={offered} chosen={permissions} onChange={(next) => setEdited({ ...edited, permissions: next })} may={may} />
        {refused && !aboutName ? <Complaint error={refused} /> : null}
        <div className={css.buttons}>
          <Button type="submit" size="xs" loading={command.pending} disabled={!changed}>
            {code === undefined ? text.roles.make : text.roles.save}
          </Button>
          {onCancel ? (
            <Button size="xs" variant="default" onClick={onCancel}>
              {text.form.cancel}
            </Button>
          ) : null}
          <span role="status" className="quiet">
            {command.answer && !changed ? text.roles.saved : ''}
          </span>
        </div>
      </form>
    </Card>
  );
}

/** Whether two roles would allow the same. */
function alike(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((one) => b.includes(one));
}

function WithdrawDialog({ role, holders, onClose, onDone }: { role: Role; holders: number; onClose: () => void; onDone: () => void }) {
  const queries = useQueryClient();
  const command = useCommand('POST', '/api/v1/roles/{role}/withdraw', {
    params: { role: role.code },
    onDone: () => {
      void queries.invalidateQueries({ queryKey: rolesQuery.queryKey });
      onClose();
      onDone();
    },
  });
  return (
    <Dialog title={text.roles.withdrawTitle(role.name)} action={text.roles.withdraw} danger pending={command.pending} refusal={command.refusal} onClose={onClose} onSubmit={() => command.run({})}>
      <p style={{ margin: 0 }}>{text.roles.withdrawNote(holders)}</p>
    </Dialog>
  );
}
