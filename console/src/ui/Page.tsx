import { useEffect, type ReactNode } from 'react';
import { text } from '~/text/en';
import css from './Page.module.css';

interface PageProps {
  title: string;
  /** A line under the title, or what stands before it. */
  note?: ReactNode;
  crumbs?: ReactNode;
  actions?: ReactNode;
  /** Lets the content fill the height and scroll by itself. */
  full?: boolean;
  children: ReactNode;
}

/** A page's head and body; its title is the tab's title, and it takes the focus when one arrives by keyboard. */
export function Page({ title, note, crumbs, actions, full, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · ${text.product}`;
  }, [title]);
  return (
    <div className={full ? css.full : css.page}>
      <header className={css.head}>
        <div>
          {crumbs ? <div className={css.crumbs}>{crumbs}</div> : null}
          <h1 tabIndex={-1}>{title}</h1>
          {note ? <div className={css.note}>{note}</div> : null}
        </div>
        {actions ? <div className={`${css.actions} no-print`}>{actions}</div> : null}
      </header>
      {children}
    </div>
  );
}

/** A white card with a heading. */
export function Card({ title, note, actions, children, flush }: { title?: ReactNode; note?: ReactNode; actions?: ReactNode; children: ReactNode; flush?: boolean }) {
  return (
    <section className={css.card}>
      {title ? (
        <header className={css.cardHead}>
          <h2>{title}</h2>
          {note ? <span className="quiet">{note}</span> : null}
          {actions ? <span className={css.cardActions}>{actions}</span> : null}
        </header>
      ) : null}
      <div className={flush ? undefined : css.cardBody}>{children}</div>
    </section>
  );
}

/** Names and values, two columns. */
export function Facts({ items }: { items: readonly (readonly [string, ReactNode] | null | false | '' | undefined)[] }) {
  return (
    <dl className={css.facts}>
      {items.map((item) =>
        item ? (
          <div key={item[0]}>
            <dt>{item[0]}</dt>
            <dd>{item[1]}</dd>
          </div>
        ) : null,
      )}
    </dl>
  );
}
