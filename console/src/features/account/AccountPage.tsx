import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactNode } from 'react';
import { get, Refused, send, type Answer } from '~/api/client';
import { canUsePasskeys, makePasskey } from '~/api/passkey';
import { sessionQuery } from '~/api/session';
import { text } from '~/text/en';
import { Badge } from '~/ui/Badge';
import { show } from '~/ui/format';
import { Card, Page } from '~/ui/Page';
import { Complaint, Loaded } from '~/ui/State';
import css from './Account.module.css';
import { QrCode } from './QrCode';

type Session = Answer<'/api/v1/session'>;

/** One's own account: password, code app, passkeys, where one is signed in. */
export function AccountPage() {
  const session = useQuery(sessionQuery);
  return (
    <Page title={text.account.title} note={session.data?.person?.email ?? (session.data ? text.account.local : null)}>
      <Loaded query={session} rows={4}>
        {(data) =>
          data.person ? (
            <div className={css.cards}>
              <Totp session={data} />
              <Passkeys />
              <Password />
              <Logins />
              <Sessions />
            </div>
          ) : (
            <div className={css.narrow}>
              <MakeAccount />
            </div>
          )
        }
      </Loaded>
    </Page>
  );
}

function MakeAccount() {
  const queries = useQueryClient();
  const [form, setForm] = useState({ email: '', name: '', password: '' });
  const make = useMutation<Session, Refused>({ mutationFn: () => send('POST', '/api/v1/me/account', form), onSuccess: () => queries.invalidateQueries() });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate();
  };
  return (
    <Card title={text.account.make}>
      <form onSubmit={submit} className={css.form}>
        <p className="quiet" style={{ margin: 0 }}>
          {text.account.makeNote}
        </p>
        <TextInput label={text.signIn.name} autoComplete="name" value={form.name} onChange={(event) => setForm({ ...form, name: event.currentTarget.value })} error={make.error?.about('name')} />
        <TextInput type="email" label={text.signIn.email} autoComplete="email" value={form.email} onChange={(event) => setForm({ ...form, email: event.currentTarget.value })} error={make.error?.about('email')} />
        <PasswordInput label={text.signIn.newPassword} description={text.signIn.passwordNote} autoComplete="new-password" value={form.password} onChange={(event) => setForm({ ...form, password: event.currentTarget.value })} error={make.error?.about('password')} visibilityToggleButtonProps={{ 'aria-label': text.signIn.show }} />
        {make.error && !make.error.problem.field ? <Complaint error={make.error} /> : null}
        <div>
          <Button type="submit" loading={make.isPending}>
            {text.account.make}
          </Button>
        </div>
      </form>
    </Card>
  );
}

function Totp({ session }: { session: Session }) {
  const queries = useQueryClient();
  const [codes, setCodes] = useState<readonly string[]>();
  const [offer, setOffer] = useState<{ secret: string; uri: string }>();
  const begin = useMutation<{ secret: string; uri: string }, Refused>({ mutationFn: () => send('POST', '/api/v1/me/totp', {}), onSuccess: setOffer });
  const renew = useMutation<{ codes: string[] }, Refused>({ mutationFn: () => send('POST', '/api/v1/me/recovery-codes', {}), onSuccess: (answer) => setCodes(answer.codes) });
  const [code, setCode] = useState('');
  const confirm = useMutation<{ codes: string[] }, Refused>({
    mutationFn: () => send('POST', '/api/v1/me/totp/confirm', { code }),
    onSuccess: (answer) => {
      setCodes(answer.codes);
      setOffer(undefined);
      void queries.invalidateQueries({ queryKey: sessionQuery.queryKey });
    },
  });
  return (
    <Card title={text.account.totp} note={<Badge tone={session.secondFactor ? 'plain' : 'warn'}>{session.secondFactor ? text.account.on : text.account.off}</Badge>}>
      <div className={css.form}>
        <p className="quiet" style={{ margin: 0 }}>
          {text.account.totpNote}
        </p>
        {offer ? (
          <form
            className={css.form}
            onSubmit={(event) => {
              event.preventDefault();
              confirm.mutate();
            }}
          >
            <p style={{ margin: 0 }}>{text.account.scan}</p>
            <QrCode words={offer.uri} label={text.account.qrCode} />
            <p style={{ margin: 0 }}>
              {text.account.typeSecret} <a href={offer.uri}>{text.account.openApp}</a>
            </p>
            <code className={css.secret} data-secret>
              {offer.secret.replace(/(.{4})/g, '$1 ').trim()}
            </code>
            <TextInput label={text.signIn.code} inputMode="numeric" autoComplete="one-time-code" value={code} onChange={(event) => setCode(event.currentTarget.value)} />
            <Complaint error={confirm.error} />
            <div>
              <Button type="submit" size="xs" loading={confirm.isPending}>
                {text.account.confirm}
              </Button>
            </div>
          </form>
        ) : null}
        {codes ? <Codes codes={codes} /> : null}
        <Complaint error={begin.error ?? renew.error} />
        {offer ? null : (
          <div>
            {session.secondFactor ? (
              <Button size="xs" variant="default" loading={renew.isPending} onClick={() => renew.mutate()}>
                {text.account.newCodes}
              </Button>
            ) : (
              <Button size="xs" loading={begin.isPending} onClick={() => begin.mutate()}>
                {text.account.begin}
              </Button>
            )}
          </div>
        )}
      </div>
    </Card>
  );
}

function Codes({ codes }: { codes: readonly string[] }): ReactNode {
  return (
    <div role="status">
      <p style={{ margin: '0 0 8px' }}>{text.account.codes}</p>
      <ul className={css.codes}>
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Passkeys() {
  const queries = useQueryClient();
  const passkeys = useQuery({ queryKey: ['passkeys'], queryFn: ({ signal }) => get('/api/v1/me/passkeys', { signal }) });
  const [name, setName] = useState('');
  const refresh = () => {
    void queries.invalidateQueries({ queryKey: ['passkeys'] });
    void queries.invalidateQueries({ queryKey: sessionQuery.queryKey });
  };
  const add = useMutation<unknown, Refused>({
    mutationFn: () => makePasskey(name || text.account.thisDevice),
    onSuccess: () => {
      setName('');
      refresh();
    },
  });
  const remove = useMutation<unknown, Refused, string>({ mutationFn: (id) => send('DELETE', '/api/v1/me/passkeys/{id}', undefined, { params: { id } }), onSuccess: refresh });
  return (
    <Card title={text.account.passkeys}>
      <div className={css.form}>
        <p className="quiet" style={{ margin: 0 }}>
          {text.account.passkeysNote}
        </p>
        <Loaded query={passkeys} rows={1} empty={{ when: (list) => list.items.length === 0, show: null }}>
          {(list) => (
            <ul className={css.list}>
              {list.items.map((passkey) => (
                <li key={passkey.id}>
                  <span>{passkey.name}</span>
                  <span className="quiet">{show.date(passkey.created)}</span>
                  <Button size="compact-xs" variant="default" aria-label={`${text.account.remove} ${passkey.name}`} onClick={() => remove.mutate(passkey.id)}>
                    {text.account.remove}
                  </Button>
                </li>
              ))}
            </ul>
          )}
        </Loaded>
        {canUsePasskeys() ? (
          <form
            className={css.row}
            onSubmit={(event) => {
              event.preventDefault();
              add.mutate();
            }}
          >
            <TextInput size="xs" aria-label={text.account.passkeyName} placeholder={text.account.thisDevice} value={name} onChange={(event) => setName(event.currentTarget.value)} />
            <Button type="submit" size="xs" loading={add.isPending}>
              {text.account.addPasskey}
            </Button>
          </form>
        ) : (
          <p className="quiet">{text.account.cannotPasskey}</p>
        )}
        <Complaint error={add.error ?? remove.error} />
      </div>
    </Card>
  );
}

function Password() {
  const [form, setForm] = useState({ current: '', new: '' });
  const [done, setDone] = useState(false);
  const change = useMutation<unknown, Refused>({
    mutationFn: () => send('PUT', '/api/v1/me/password', form),
    onSuccess: () => {
      setForm({ current: '', new: '' });
      setDone(true);
    },
  });
  return (
    <Card title={text.account.password}>
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          setDone(false);
          change.mutate();
        }}
      >
        <PasswordInput label={text.account.current} autoComplete="current-password" value={form.current} onChange={(event) => setForm({ ...form, current: event.currentTarget.value })} visibilityToggleButtonProps={{ 'aria-label': text.signIn.show }} />
        <PasswordInput label={text.signIn.newPassword} autoComplete="new-password" value={form.new} onChange={(event) => setForm({ ...form, new: event.currentTarget.value })} error={change.error?.about('new')} visibilityToggleButtonProps={{ 'aria-label': text.signIn.show }} />
        {change.error && !change.error.about('new') ? <Complaint error={change.error} /> : null}
        {done ? <p role="status">{text.account.changed}</p> : null}
        <div>
          <Button type="submit" size="xs" variant="default" loading={change.isPending}>
            {text.account.change}
          </Button>
        </div>
      </form>
    </Card>
  );
}

/** The account's links with other providers; nothing is shown where none is trusted. */
function Logins() {
  const queries = useQueryClient();
  const logins = useQuery({ queryKey: ['logins'], queryFn: ({ signal }) => get('/api/v1/me/logins', { signal }) });
  const link = useMutation<{ address: string }, Refused, string>({ mutationFn: (id) => send('POST', '/api/v1/me/logins/{id}', {}, { params: { id } }), onSuccess: (answer) => window.location.assign(answer.address) });
  const unlink = useMutation<unknown, Refused, string>({ mutationFn: (id) => send('DELETE', '/api/v1/me/logins/{id}', undefined, { params: { id } }), onSuccess: () => queries.invalidateQueries({ queryKey: ['logins'] }) });
  if (!logins.data?.items.length) return null;
  return (
    <Card title={text.account.elsewhere}>
      <p className="quiet" style={{ margin: 0 }}>
        {text.account.elsewhereNote}
      </p>
      <ul className={css.list}>
        {logins.data.items.map((login) => (
          <li key={login.id}>
            <span>
              {login.name} {login.linked ? <Badge>{text.account.linked}</Badge> : null}
            </span>
            <Button size="compact-xs" variant="default" onClick={() => (login.linked ? unlink : link).mutate(login.id)}>
              {login.linked ? text.account.unlink : text.account.linkIt}
            </Button>
          </li>
        ))}
      </ul>
      <Complaint error={link.error ?? unlink.error} />
    </Card>
  );
}

function Sessions() {
  const queries = useQueryClient();
  const sessions = useQuery({ queryKey: ['sessions'], queryFn: ({ signal }) => get('/api/v1/me/sessions', { signal }) });
  const end = useMutation<unknown, Refused, string>({ mutationFn: (id) => send('DELETE', '/api/v1/me/sessions/{id}', undefined, { params: { id } }), onSuccess: () => queries.invalidateQueries({ queryKey: ['sessions'] }) });
  return (
    <Card title={text.account.sessions}>
      <Loaded query={sessions} rows={2}>
        {(list) => (
          <ul className={css.list}>
            {list.items.map((session) => (
              <li key={session.id}>
                <span>
                  {deviceOf(session.agent)} {session.current ? <Badge>{text.account.here}</Badge> : null}
                </span>
                <span className="quiet">{text.account.seen(show.moment(session.seen))}</span>
                {session.current ? null : (
                  <Button size="compact-xs" variant="default" onClick={() => end.mutate(session.id)}>
                    {text.account.end}
                  </Button>
                )}
              </li>
            ))}
          </ul>
        )}
      </Loaded>
      <Complaint error={end.error} />
    </Card>
  );
}

/** A browser and its system, as far as its own words tell. */
export function deviceOf(agent: string): string {
  const browser = [/Edg\//, /OPR\//, /Firefox\//, /Chrome\//, /Safari\//].findIndex((name) => name.test(agent));
  const system = [/iPhone|iPad/, /Android/, /Windows/, /Mac OS/, /Linux/].findIndex((name) => name.test(agent));
  return [['Edge', 'Opera', 'Firefox', 'Chrome', 'Safari'][browser], ['iOS', 'Android', 'Windows', 'macOS', 'Linux'][system]].filter(Boolean).join(', ') || text.account.unknownDevice;
}

