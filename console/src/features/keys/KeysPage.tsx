import { Button, Checkbox, Modal, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { get, type Answer } from '~/api/client';
import { useCommand } from '~/api/command';
import { useMay, useMe } from '~/api/session';
import { text } from '~/text/en';
import { Badge } from '~/ui/Badge';
import { DataTable, type Column } from '~/ui/DataTable';
import { Dialog } from '~/ui/Dialog';
import { none, show } from '~/ui/format';
import { Icon } from '~/ui/Icon';
import { Page } from '~/ui/Page';
import { permissionWords, PermissionPicker } from '~/ui/PermissionPicker';
import { Empty, Failure, Skeleton } from '~/ui/State';
import css from './Keys.module.css';

type Key = Answer<'/api/v1/keys'>['items'][number];

const keysQuery = { queryKey: ['keys'], queryFn: ({ signal }: { signal: AbortSignal }) => get('/api/v1/keys', { signal }) };

const permissionsQuery = { queryKey: ['permissions'], queryFn: ({ signal }: { signal: AbortSignal }) => get('/api/v1/permissions', { signal }), staleTime: Number.POSITIVE_INFINITY };

/** A key that still opens something comes before one that does not; newest first. */
export function inOrder(keys: readonly Key[], now: number): Key[] {
  const dead = (key: Key) => Number(!!key.revoked || (!!key.expires && Date.parse(key.expires) < now));
  return keys.toSorted((a, b) => dead(a) - dead(b) || Date.parse(b.created) - Date.parse(a.created));
}

/** API keys: make one for each program that calls, take one back at once. */
export function KeysPage() {
  const keys = useQuery(keysQuery);
  const [making, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<Key>();
  const now = Date.now();
  const columns: readonly Column<Key>[] = [
    { id: 'name', title: text.apiKeys.name, width: 1.6, cell: (key) => <strong>{key.name}</strong> },
    { id: 'prefix', title: text.apiKeys.prefix, width: 1, wide: true, cell: (key) => <code>{key.prefix}…</code> },
    { id: 'scopes', title: text.apiKeys.may, width: 2, wide: true, cell: (key) => <span className="quiet">{key.scopes.includes('*') ? text.apiKeys.everything : key.scopes.map(permissionWords).join(', ')}</span> },
    { id: 'ventures', title: text.apiKeys.ventures, width: 1, wide: true, cell: (key) => <span className="quiet">{key.ventures?.join(', ') ?? text.frame.allVentures}</span> },
    { id: 'created', title: text.apiKeys.made, width: 1.1, wide: true, cell: (key) => show.moment(key.created) },
    { id: 'state', title: text.apiKeys.state, width: 1.2, cell: (key) => (key.revoked ? <Badge tone="quiet">{text.apiKeys.revoked}</Badge> : key.expires && Date.parse(key.expires) < now ? <Badge tone="quiet">{text.apiKeys.expired}</Badge> : key.expires ? text.apiKeys.until(show.date(key.expires)) : <Badge>{text.apiKeys.live}</Badge>) },
    {
      id: 'act',
      title: '',
      width: 1.1,
      number: true,
      cell: (key) =>
        key.revoked ? (
          none
        ) : (
          <Button size="compact-xs" variant="default" aria-label={text.apiKeys.revokeOne(key.name)} onClick={() => setRevoking(key)}>
            {text.apiKeys.revoke}
          </Button>
        ),
    },
  ];
  return (
    <Page
      full
      title={text.apiKeys.title}
      note={text.apiKeys.note}
      actions={
        <Button size="xs" leftSection={<Icon name="plus" size={15} />} onClick={() => setMaking(true)}>
          {text.apiKeys.make}
        </Button>
      }
    >
      {keys.error && !keys.data ? (
        <Failure error={keys.error} retry={() => void keys.refetch()} />
      ) : keys.isPending ? (
        <Skeleton rows={6} />
      ) : (
        <DataTable label={text.apiKeys.title} columns={columns} rows={inOrder(keys.data.items, now)} id={(key) => key.prefix} empty={<Empty title={text.apiKeys.empty} note={text.apiKeys.emptyNote} />} />
      )}
      {making ? <MakeDialog onClose={() => setMaking(false)} /> : null}
      {revoking ? <RevokeDialog apiKey={revoking} onClose={() => setRevoking(undefined)} /> : null}
    </Page>
  );
}

function MakeDialog({ onClose }: { onClose: () => void }) {
  const me = useMe();
  const may = useMay();
  const queries = useQueryClient();
  const permissions = useQuery({ ...permissionsQuery, enabled: may('access.read') });
  const [name, setName] = useState('');
  const [all, setAll] = useState(false);
  const [chosen, setChosen] = useState<readonly string[]>(['orders.read', 'inventory.read', 'platform.read']);
  const [expires, setExpires] = useState('');
  const command = useCommand<{ prefix: string; key: string }>('POST', '/api/v1/keys', { onDone: () => void queries.invalidateQueries({ queryKey: keysQuery.queryKey }) });
  // A key may do at most what its maker may: the rest is shown, so that one sees what is missing.
  const offered = permissions.data?.items.map((one) => one.permission) ?? me?.scopes ?? [];
  const everything = !!me?.whole && offered.length > 0 && offered.every(may);
  if (command.answer) return <Secret secret={command.answer.key} onClose={onClose} />;
  return (
    <Dialog size={620} title={text.apiKeys.make} action={text.apiKeys.make} pending={command.pending} refusal={command.refusal} onClose={onClose} onSubmit={() => command.run({ name, scopes: all ? ['*'] : chosen, ...(expires && { expires: new Date(`${expires}T23:59:59`).toISOString() }) })}>
      <TextInput data-autofocus label={text.apiKeys.name} description={text.apiKeys.nameNote} value={name} onChange={(event) => setName(event.currentTarget.value)} error={command.refusal?.about('name')} />
      <fieldset className={css.scopes}>
        <legend>{text.apiKeys.may}</legend>
        {everything ? <Checkbox size="xs" label={text.apiKeys.everything} checked={all} onChange={(event) => setAll(event.currentTarget.checked)} /> : null}
        {all ? null : <PermissionPicker offered={offered} chosen={chosen} onChange={setChosen} may={may} />}
        {command.refusal?.about('scopes') ? <p className="bad">{command.refusal.about('scopes')}</p> : null}
      </fieldset>
      <TextInput type="date" label={text.apiKeys.expires} description={text.form.optional} value={expires} onChange={(event) => setExpires(event.currentTarget.value)} error={command.refusal?.about('expires')} />
    </Dialog>
  );
}

function Secret({ secret, onClose }: { secret: string; onClose: () => void }) {
  const [copied, setCopied] = useState(false);
  return (
    <Modal opened onClose={onClose} title={text.apiKeys.isMade} closeButtonProps={{ 'aria-label': text.frame.close }} closeOnClickOutside={false}>
      <p>{text.apiKeys.once}</p>
      <code className={css.secret} data-secret>
        {secret}
      </code>
      <div className={css.buttons}>
        <Button variant="default" onClick={() => void navigator.clipboard.writeText(secret).then(() => setCopied(true))}>
          {copied ? text.audit.copied : text.audit.copy}
        </Button>
        <Button onClick={onClose}>{text.apiKeys.kept}</Button>
      </div>
    </Modal>
  );
}

function RevokeDialog({ apiKey, onClose }: { apiKey: Key; onClose: () => void }) {
  const queries = useQueryClient();
  const command = useCommand('DELETE', '/api/v1/keys/{prefix}', {
    params: { prefix: apiKey.prefix },
    onDone: () => {
      void queries.invalidateQueries({ queryKey: keysQuery.queryKey });
      onClose();
    },
  });
  return (
    <Dialog title={text.apiKeys.revokeTitle(apiKey.name)} action={text.apiKeys.revoke} danger pending={command.pending} refusal={command.refusal} onClose={onClose} onSubmit={() => command.run(undefined)}>
      <p style={{ margin: 0 }}>{text.apiKeys.revokeNote}</p>
    </Dialog>
  );
}
