import { Button, Checkbox, Modal, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { get, Refused, send } from '~/api/client';
import { useCommand } from '~/api/command';
import { useMay } from '~/api/session';
import { text } from '~/text/en';
import { Badge } from '~/ui/Badge';
import { DataTable, type Column } from '~/ui/DataTable';
import { Dialog } from '~/ui/Dialog';
import { show } from '~/ui/format';
import { Icon } from '~/ui/Icon';
import { Card, Page } from '~/ui/Page';
import { Complaint, Empty, Failure, Skeleton } from '~/ui/State';
import css from './People.module.css';
import { membersQuery, peopleQuery, placesOf, rolesQuery, type Grant, type Person, type Role } from './queries';
import { RoleChoice } from './RoleChoice';

const invitationsQuery = { queryKey: ['invitations'], queryFn: ({ signal }: { signal: AbortSignal }) => get('/api/v1/people/invitations', { signal }) };

/** Who belongs to the company: invite, help back in, let go. */
export function PeoplePage() {
  const people = useQuery(peopleQuery);
  const may = useMay();
  const members = useQuery(membersQuery);
  const roles = useQuery(rolesQuery);
  const [giving, setGiving] = useState<Person>();
  const [inviting, setInviting] = useState(false);
  const [leaving, setLeaving] = useState<Person>();
  const [link, setLink] = useState<{ path: string; note: string }>();
  const reset = useMutation<{ link: string }, Refused, string>({ mutationFn: (person) => send('POST', '/api/v1/people/{person}/reset-link', {}, { params: { person } }), onSuccess: (answer) => setLink({ path: answer.link, note: text.people.resetNote }) });
  const manage = may('access.manage');
  const grantsOf = (person: string) => members.data?.find((member) => member.person === person)?.grants ?? [];
  const columns: readonly Column<Person>[] = [
    { id: 'name', title: text.people.name, width: 1.4, cell: (person) => <strong>{person.name}</strong> },
    { id: 'email', title: text.people.email, width: 1.8, wide: true, cell: (person) => person.email },
    { id: 'role', title: text.people.roles, width: 2.3, cell: (person) => <RolesOf grants={grantsOf(person.id)} roles={roles.data?.items ?? []} owner={person.owner} /> },
    { id: 'second', title: text.people.second, width: 0.9, wide: true, cell: (person) => (person.secondFactor ? <span className="quiet">{text.people.has}</span> : <Badge tone="warn">{text.people.hasNot}</Badge>) },
    {
      id: 'act',
      title: '',
      width: 3.1,
      number: true,
      wide: true,
      cell: (person) =>
        manage ? (
          <span className={css.buttons}>
            <Button size="compact-xs" variant="default" aria-label={`${text.people.change}: ${person.name}`} disabled={!members.data || !roles.data} onClick={() => setGiving(person)}>
              {text.people.change}
            </Button>
            <Button size="compact-xs" variant="subtle" color="gray" aria-label={`${text.people.resetLink}: ${person.name}`} onClick={() => reset.mutate(person.id)}>
              {text.people.resetLink}
            </Button>
            <Button size="compact-xs" variant="default" aria-label={`${text.people.letGo}: ${person.name}`} onClick={() => setLeaving(person)}>
              {text.people.letGo}
            </Button>
          </span>
        ) : null,
    },
  ];
  return (
    <Page
      title={text.people.title}
      note={text.people.note}
      actions={
        manage ? (
          <Button size="xs" leftSection={<Icon name="plus" size={15} />} onClick={() => setInviting(true)}>
            {text.people.invite}
          </Button>
        ) : null
      }
    >
      <Complaint error={reset.error} />
      {people.error && !people.data ? (
        <Failure error={people.error} retry={() => void people.refetch()} />
      ) : people.isPending ? (
        <Skeleton rows={4} />
      ) : (
        <DataTable label={text.people.title} columns={columns} rows={people.data.items} id={(person) => person.id} empty={<Empty title={text.people.empty} note={text.people.emptyNote} action={<Link to="/account">{text.people.toAccount}</Link>} />} />
      )}
      <Invitations manage={manage} />
      {inviting ? (
        <InviteDialog
          onClose={() => setInviting(false)}
          onLink={(path) => {
            setInviting(false);
            setLink({ path, note: text.people.linkNote });
          }}
        />
      ) : null}
      {giving ? <RolesDialog person={giving} grants={grantsOf(giving.id)} roles={roles.data?.items ?? []} onClose={() => setGiving(undefined)} /> : null}
      {leaving ? <LetGoDialog person={leaving} onClose={() => setLeaving(undefined)} /> : null}
      {link ? <LinkShown {...link} onClose={() => setLink(undefined)} /> : null}
    </Page>
  );
}

/** The roles of a person in words, each with what it is narrowed to. */
function RolesOf({ grants, roles, owner }: { grants: readonly Grant[]; roles: readonly Role[]; owner: boolean }) {
  if (grants.length === 0) return owner ? <Badge>{text.people.owner}</Badge> : <span className="quiet">{text.people.none}</span>;
  return (
    <span className="quiet">
      {grants.map((grant, index) => (
        <span key={`${grant.role} ${placesOf(grant)}`}>
          {index > 0 ? ', ' : ''}
          {roles.find((role) => role.code === grant.role)?.name ?? grant.role}
          {placesOf(grant) ? ` ${text.people.in(placesOf(grant))}` : ''}
        </span>
      ))}
    </span>
  );
}

function RolesDialog({ person, grants, roles, onClose }: { person: Person; grants: readonly Grant[]; roles: readonly Role[]; onClose: () => void }) {
  const queries = useQueryClient();
  const [chosen, setChosen] = useState<readonly Grant[]>(grants);
  const command = useCommand('PUT', '/api/v1/members/{person}', {
    params: { person: person.id },
    onDone: () => {
      void queries.invalidateQueries({ queryKey: membersQuery.queryKey });
      void queries.invalidateQueries({ queryKey: peopleQuery.queryKey });
      onClose();
    },
  });
  return (
    <Dialog title={text.people.rolesOf(person.name)} action={text.people.save} pending={command.pending} refusal={command.refusal} onClose={onClose} onSubmit={() => command.run({ grants: chosen })}>
      <RoleChoice roles={roles} grants={chosen} onChange={setChosen} />
    </Dialog>
  );
}

function Invitations({ manage }: { manage: boolean }) {
  const queries = useQueryClient();
  const invitations = useQuery(invitationsQuery);
  const withdraw = useMutation<unknown, Refused, string>({ mutationFn: (id) => send('DELETE', '/api/v1/people/invitations/{id}', undefined, { params: { id } }), onSuccess: () => queries.invalidateQueries({ queryKey: invitationsQuery.queryKey }) });
  if (!invitations.data?.items.length) return null;
  return (
    <Card title={text.people.invitations}>
      <ul className={css.list}>
        {invitations.data.items.map((invitation) => (
          <li key={invitation.id}>
            <span>
              <strong>{invitation.name}</strong> <span className="quiet">{invitation.email}</span>
            </span>
            <span className="quiet">{text.people.until(show.date(invitation.expires))}</span>
            {manage ? (
              <Button size="compact-xs" variant="default" onClick={() => withdraw.mutate(invitation.id)}>
                {text.people.withdraw}
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
      <Complaint error={withdraw.error} />
    </Card>
  );
}

function InviteDialog({ onClose, onLink }: { onClose: () => void; onLink: (path: string) => void }) {
  const queries = useQueryClient();
  const roles = useQuery(rolesQuery);
  const [form, setForm] = useState({ email: '', name: '', owner: false });
  const [grants, setGrants] = useState<readonly Grant[]>([]);
  const invite = useMutation<{ link: string }, Refused>({
    mutationFn: () => send('POST', '/api/v1/people/invitations', form.owner ? form : { ...form, grants }),
    onSuccess: (answer) => {
      void queries.invalidateQueries({ queryKey: invitationsQuery.queryKey });
      onLink(answer.link);
    },
  });
  return (
    <Dialog title={text.people.invite} action={text.people.invite} pending={invite.isPending} refusal={invite.error ?? undefined} onClose={onClose} onSubmit={() => invite.mutate()}>
      <p style={{ margin: 0 }}>{text.people.inviteNote}</p>
      <TextInput data-autofocus label={text.people.name} value={form.name} onChange={(event) => setForm({ ...form, name: event.currentTarget.value })} error={invite.error?.about('name')} />
      <TextInput type="email" label={text.people.email} value={form.email} onChange={(event) => setForm({ ...form, email: event.currentTarget.value })} error={invite.error?.about('email')} />
      <Checkbox label={text.people.owner} description={text.people.ownerNote} checked={form.owner} onChange={(event) => setForm({ ...form, owner: event.currentTarget.checked })} />
      {form.owner || !roles.data ? null : <RoleChoice roles={roles.data.items.filter((role) => role.code !== 'owner')} grants={grants} onChange={setGrants} />}
    </Dialog>
  );
}

function LetGoDialog({ person, onClose }: { person: Person; onClose: () => void }) {
  const queries = useQueryClient();
  const leave = useMutation<unknown, Refused>({
    mutationFn: () => send('DELETE', '/api/v1/people/{person}', undefined, { params: { person: person.id } }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: peopleQuery.queryKey });
      void queries.invalidateQueries({ queryKey: membersQuery.queryKey });
      onClose();
    },
  });
  return (
    <Dialog title={text.people.letGoTitle(person.name)} action={text.people.letGo} danger pending={leave.isPending} refusal={leave.error ?? undefined} onClose={onClose} onSubmit={() => leave.mutate()}>
      <p style={{ margin: 0 }}>{text.people.letGoNote}</p>
    </Dialog>
  );
}

function LinkShown({ path, note, onClose }: { path: string; note: string; onClose: () => void }) {
  const [copied, setCopied] = useState(false);
  const address = window.location.origin + path;
  return (
    <Modal opened onClose={onClose} title={text.people.link} closeOnClickOutside={false} closeButtonProps={{ 'aria-label': text.frame.close }}>
      <p>{note}</p>
      <code className={css.link} data-secret>
        {address}
      </code>
      <div className={css.end}>
        <Button variant="default" onClick={() => void navigator.clipboard.writeText(address).then(() => setCopied(true))}>
          {copied ? text.audit.copied : text.audit.copy}
        </Button>
        <Button onClick={onClose}>{text.apiKeys.kept}</Button>
      </div>
    </Modal>
  );
}
