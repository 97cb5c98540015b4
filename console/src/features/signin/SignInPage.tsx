import { useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { text } from '~/text/en';
import css from './SignInPage.module.css';
import { Elsewhere, PasskeyButton, PasswordStep, SecondStep, useArrive, type SignInAnswer } from './steps';

interface Second {
  ticket: string;
  methods: readonly string[];
}

/** Who comes back from another provider and has a second factor: its ticket stands after the #. */
export function secondOf(hash: string): Second | undefined {
  const parts = new URLSearchParams(hash.replace(/^#/, ''));
  const ticket = parts.get('second-step');
  return ticket ? { ticket, methods: (parts.get('methods') ?? '').split(',').filter(Boolean) } : undefined;
}

/** The way in. */
export function SignInPage() {
  const { to, refused } = useSearch({ from: '/open/sign-in' });
  const arrive = useArrive(to);
  const [second, setSecond] = useState<Second | undefined>(() => secondOf(window.location.hash));
  useEffect(() => {
    document.title = `${text.signIn.title} · ${text.product}`;
    if (window.location.hash) window.history.replaceState(null, '', window.location.pathname);
  }, []);
  const answered = (answer: SignInAnswer) => (answer.status === 'signed-in' ? arrive() : setSecond({ ticket: answer.ticket ?? '', methods: answer.methods ?? [] }));
  return (
    <main className={css.page}>
      <section className={css.card}>
        <img src="/icon.svg" width={36} height={36} alt="" />
        <h1>{second ? text.signIn.secondTitle : text.signIn.title}</h1>
        {second ? (
          <SecondStep {...second} onDone={arrive} />
        ) : (
          <>
            <PasswordStep onAnswer={answered} />
            <PasskeyButton onDone={arrive} />
            <Elsewhere refused={refused} />
            <p className="quiet">
              {text.signIn.link} <code>./lading link</code>
            </p>
          </>
        )}
      </section>
    </main>
  );
}
