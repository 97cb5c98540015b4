import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { get, Refused, send, urlOf } from '~/api/client';
import { canUsePasskeys, provePasskey } from '~/api/passkey';
import { text } from '~/text/en';
import { Complaint } from '~/ui/State';
import css from './SignInPage.module.css';

export interface SignInAnswer {
  status: 'signed-in' | 'second-step';
  ticket?: string | null;
  methods?: readonly string[] | null;
}

/** Goes to where one wanted to be, with nothing left of who was signed in before. */
export function useArrive(to = '/') {
  const queries = useQueryClient();
  return () => {
    queries.clear();
    window.location.assign(to);
  };
}

/** The code that follows the password. */
export function SecondStep({ ticket, methods, onDone }: { ticket: string; methods: readonly string[]; onDone: () => void }) {
  const codes = methods.filter((method) => method !== 'passkey');
  const [method, setMethod] = useState(codes[0] ?? 'totp');
  const [code, setCode] = useState('');
  const step = useMutation<SignInAnswer, Refused>({ mutationFn: () => send('POST', '/api/v1/session/second-step', { ticket, method, code }), onSuccess: onDone });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    step.mutate();
  };
  return (
    <form onSubmit={submit} className={css.form}>
      <TextInput
        data-autofocus
        autoFocus
        key={method}
        label={method === 'totp' ? text.signIn.code : text.signIn.recovery}
        inputMode={method === 'totp' ? 'numeric' : 'text'}
        autoComplete="one-time-code"
        value={code}
        onChange={(event) => setCode(event.currentTarget.value)}
      />
      <Complaint error={step.error} />
      <Button type="submit" loading={step.isPending}>
        {text.signIn.go}
      </Button>
      {methods.includes('passkey') ? <PasskeyButton onDone={onDone} /> : null}
      {codes.length > 1 ? (
        <button
          type="button"
          className={css.link}
          onClick={() => {
            setMethod(method === 'totp' ? 'recovery-code' : 'totp');
            setCode('');
            step.reset();
          }}
        >
          {method === 'totp' ? text.signIn.orRecovery : text.signIn.orCode}
        </button>
      ) : null}
    </form>
  );
}

/** Signs in with what the device holds: no name, no password. */
export function PasskeyButton({ onDone }: { onDone: () => void }) {
  const [turnedAway, setTurnedAway] = useState(false);
  const enter = useMutation<boolean, Refused>({
    mutationFn: async () => {
      const proof = await provePasskey();
      if (!proof) return false;
      await send('POST', '/api/v1/session/passkey', proof);
      return true;
    },
    onSuccess: (entered) => (entered ? onDone() : setTurnedAway(true)),
  });
  if (!canUsePasskeys()) return null;
  return (
    <>
      <Button variant="default" loading={enter.isPending} onClick={() => enter.mutate()}>
        {text.signIn.passkey}
      </Button>
      {turnedAway ? <p role="status" className="quiet">{text.signIn.noPasskey}</p> : null}
      <Complaint error={enter.error} />
    </>
  );
}

/** The other providers this installation trusts. */
export function useProviders() {
  const providers = useQuery({ queryKey: ['providers'], queryFn: ({ signal }) => get('/api/v1/session/external', { signal }), staleTime: 60_000 });
  return providers.data?.items ?? [];
}

/** A button for each of them, and why the last try at one did not work. */
export function Elsewhere({ refused }: { refused: string | undefined }) {
  const providers = useProviders();
  return (
    <>
      {refused ? <p role="alert">{text.signIn.refused[refused] ?? text.signIn.refusedOtherwise}</p> : null}
      {providers.map((provider) => (
        <Button key={provider.id} component="a" variant="default" href={urlOf('/api/v1/session/external/{id}/start', { id: provider.id })}>
          {text.signIn.elsewhere(provider.name)}
        </Button>
      ))}
    </>
  );
}

/** The first step: who one is, and the password. */
export function PasswordStep({ onAnswer }: { onAnswer: (answer: SignInAnswer) => void }) {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const enter = useMutation<SignInAnswer, Refused>({ mutationFn: () => send('POST', '/api/v1/session/sign-in', { email, password }), onSuccess: onAnswer });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    enter.mutate();
  };
  return (
    <form onSubmit={submit} className={css.form}>
      <TextInput type="email" label={text.signIn.email} autoComplete="username webauthn" value={email} onChange={(event) => setEmail(event.currentTarget.value)} error={enter.error?.about('email')} />
      <PasswordInput label={text.signIn.password} autoComplete="current-password" value={password} onChange={(event) => setPassword(event.currentTarget.value)} visibilityToggleButtonProps={{ 'aria-label': text.signIn.show }} />
      <Complaint error={enter.error} />
      <Button type="submit" loading={enter.isPending}>
        {text.signIn.go}
      </Button>
    </form>
  );
}
