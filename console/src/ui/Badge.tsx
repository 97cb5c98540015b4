import type { ReactNode } from 'react';
import css from './Badge.module.css';

export type Tone = 'plain' | 'quiet' | 'warn' | 'bad';

const marks: Record<Tone, string> = { plain: '', quiet: '', warn: '▲ ', bad: '■ ' };

/** A state in a word. Grey when all is well; a problem has a colour and a shape, so that it does not rest on colour alone. */
export function Badge({ tone = 'plain', children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span className={`${css.badge} ${css[tone]}`}>
      {marks[tone] ? <span aria-hidden="true">{marks[tone]}</span> : null}
      {children}
    </span>
  );
}
