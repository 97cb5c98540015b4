import { useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { text } from '~/text/en';
import css from './SignInPage.module.css';
import { PasskeyButton, PasswordStep, SecondStep, useArrive, type SignInAnswer } from './steps';

/** The way in. */
export function SignInPage() {
  const { to } = useSearch({ from: '/open/sign-in' });
  const arrive = useArrive(to);
  const [second, setSecond] = useState<{ ticket: string; methods: readonly string[] }>();
  useEffect(() => {
    document.title = `${text.signIn.title} · ${text.product}`;
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
            <p className="quiet">
              {text.signIn.link} <code>./lading link</code>
            </p>
          </>
        )}
      </section>
    </main>
  );
}
