import { text } from '~/text/en';
import css from './SignInPage.module.css';

/** The way in. */
export function SignInPage() {
  return (
    <main className={css.page}>
      <section className={css.card}>
        <img src="/icon.svg" width={36} height={36} alt="" />
        <h1>{text.signIn.title}</h1>
        <p className="quiet">{text.signIn.link}</p>
        <code>./lading link</code>
      </section>
    </main>
  );
}
