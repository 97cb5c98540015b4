import { Link } from '@tanstack/react-router';
import { useEffect, type ReactNode } from 'react';
import { text } from '~/text/en';
import { Icon } from '~/ui/Icon';
import css from './Hand.module.css';

/** A page for one hand: a bar to go back, big targets, nothing else. */
export function Hand({ title, back, children }: { title: string; back: string; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · ${text.product}`;
  }, [title]);
  return (
    <div className={css.hand}>
      <header className={css.bar}>
        <Link to={back} search={{} as never} aria-label={text.hands.back} className={css.back}>
          <Icon name="left" size={24} />
        </Link>
        <h1>{title}</h1>
      </header>
      <main className={css.main}>{children}</main>
    </div>
  );
}
