import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useState, type FormEvent } from 'react';
import { Refused, send, urlOf } from '~/api/client';
import { text } from '~/text/en';
import { Complaint, Failure, Skeleton } from '~/ui/State';
import css from './SignInPage.module.css';
import { SecondStep, useArrive, useProviders, type SignInAnswer } from './steps';

interface Invitation {
  company: string;
  email: string;
  name: string;
}

/** The secret stands after the #: it is never sent with the address. It is taken off the address bar at once. */
function useSecret(): string {
  const [secret] = useState(() => window.location.hash.slice(1));
  useEffect(() => history.replaceState(history.state, '', window.location.pathname), []);
  return secret;
}

/** Answers an invitation: a name and a password make the account. */
export function JoinPage() {
  const token = useSecret();
  const invitation = useQuery<Invitation, Refused>({ queryKey: ['invitation', token], queryFn: () => send('POST', '/api/v1/session/invitation', { token }), retry: false });
  return (
    <main className={css.page}>
      <section className={css.card}>
        <img src="/icon.svg" width={36} height={36} alt="" />
        {invitation.data ? <Join token={token} invitation={invitation.data} /> : invitation.error ? <Failure error={invitation.error} /> : <Skeleton />}
      </section>
    </main>
  );
}

function Join({ token, invitation }: { token: string; invitation: Invitation }) {
  const [name, setName] = useState(invitation.name);
  return (
    <>
      <h1>{text.signIn.join(invitation.company)}</h1>
      <p className="quiet">{text.signIn.joinNote(invitation.email)}</p>
      <NewPassword path="/api/v1/session/accept" body={{ token, name }}>
        <TextInput label={text.signIn.name} autoComplete="name" value={name} onChange={(event) => setName(event.currentTarget.value)} />
      </NewPassword>
      <JoinElsewhere body={{ token, name }} />
    </>
  );
}

/** Joining as a person of another provider, whose word for the address is taken instead of a password. */
function JoinElsewhere({ body }: { body: { token: string; name: string } }) {
  const providers = useProviders();
  const leave = useMutation<{ address: string }, Refused, string>({
    mutationFn: (id) => send('POST', urlOf('/api/v1/session/external/{id}/accept', { id }), body),
    onSuccess: ({ address }) => window.location.assign(address),
  });
  return (
    <>
      {providers.map((provider) => (
        <Button key={provider.id} variant="default" loading={leave.isPending && leave.variables === provider.id} onClick={() => leave.mutate(provider.id)}>
          {text.signIn.joinElsewhere(provider.name)}
        </Button>
      ))}
      <Complaint error={leave.error} />
    </>
  );
}

/** Sets a new password by the link that someone in charge handed on. */
export function ResetPage() {
  const token = useSecret();
  return (
    <main className={css.page}>
      <section className={css.card}>
        <img src="/icon.svg" width={36} height={36} alt="" />
        <h1>{text.signIn.reset}</h1>
        <NewPassword path="/api/v1/session/reset" body={{ token }} />
      </section>
    </main>
  );
}

function NewPassword({ path, body, children }: { path: string; body: object; children?: React.ReactNode }) {
  const arrive = useArrive('/');
  const [password, setPassword] = useState('');
  const [second, setSecond] = useState<{ ticket: string; methods: readonly string[] }>();
  const set = useMutation<SignInAnswer, Refused>({
    mutationFn: () => send('POST', path, { ...body, password }),
    onSuccess: (answer) => (answer.status === 'signed-in' ? arrive() : setSecond({ ticket: answer.ticket ?? '', methods: answer.methods ?? [] })),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    set.mutate();
  };
  if (second) return <SecondStep {...second} onDone={arrive} />;
  return (
    <form onSubmit={submit} className={css.form}>
      {children}
      <PasswordInput label={text.signIn.newPassword} description={text.signIn.passwordNote} autoComplete="new-password" value={password} onChange={(event) => setPassword(event.currentTarget.value)} error={set.error?.about('password')} visibilityToggleButtonProps={{ 'aria-label': text.signIn.show }} />
      {set.error && !set.error.about('password') ? <Complaint error={set.error} /> : null}
      <Button type="submit" loading={set.isPending}>
        {text.signIn.go}
      </Button>
    </form>
  );
}
