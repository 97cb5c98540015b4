import { Link } from '@tanstack/react-router';
import type { Tone } from './Badge';
import css from './Segments.module.css';

export interface Segment {
  label: string;
  search: object;
  active: boolean;
  count?: string | undefined;
  tone?: Tone | undefined;
}

/** The ways to narrow a list, each a link with its count; a colour says where a person is needed. */
export function Segments({ label, items, to }: { label: string; items: readonly Segment[]; to: string }) {
  return (
    <nav aria-label={label} className={css.segments}>
      {items.map((item) => (
        <Link key={item.label} to={to} search={item.search as never} replace className={`${css.segment} ${item.active ? css.active : ''} ${item.tone ? css[item.tone] : ''}`} aria-current={item.active ? 'true' : undefined}>
          {item.label}
          {item.count !== undefined ? <span className={css.count}>{item.count}</span> : null}
        </Link>
      ))}
    </nav>
  );
}
