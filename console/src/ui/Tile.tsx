import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { text } from '~/text/en';
import type { Tone } from './Badge';
import { none, show } from './format';
import { Sparkline } from './Sparkline';
import css from './Tile.module.css';
import { useNow, useStale } from './useLive';

interface TileProps {
  label: string;
  value: string | undefined;
  /** Where the figure opens into what makes it. */
  to: string;
  search?: Record<string, unknown>;
  tone?: Tone;
  /** What it is compared with, in words: “+12 on yesterday”. */
  note?: ReactNode;
  trend?: readonly number[];
  /** When the figure was read; old figures grey out and say so. */
  updatedAt?: number;
}

/** One figure. It drills down, it is grey unless someone should act, and it says when it is old. */
export function Tile({ label, value, to, search, tone = 'plain', note, trend, updatedAt }: TileProps) {
  const offline = useStale();
  const now = useNow(5_000);
  const age = updatedAt ? now - updatedAt : 0;
  const stale = offline && age > 10_000;
  return (
    <Link to={to} search={search as never} className={`${css.tile} ${css[tone]} ${stale ? css.stale : ''}`}>
      <span className={css.label}>{label}</span>
      <span className={css.value}>{value ?? <span className={css.waiting}>{none}</span>}</span>
      <span className={css.note}>{stale ? text.state.stale(show.age(age)) : note}</span>
      {trend && trend.length > 1 ? <Sparkline values={trend} /> : null}
    </Link>
  );
}

export function Tiles({ children }: { children: ReactNode }) {
  return <div className={css.tiles}>{children}</div>;
}
