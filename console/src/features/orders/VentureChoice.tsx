import { useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { usePlaces } from '~/api/session';
import { text } from '~/text/en';
import css from './Orders.module.css';

/** The venture that new orders belong to: the one chosen, else the one the pages are narrowed to, else the first. */
export function useOneVenture() {
  const { venture: narrowed } = useSearch({ strict: false });
  const items = usePlaces().ventures;
  const [chosen, choose] = useState<string>();
  return { items, venture: chosen ?? narrowed ?? items[0]?.code, choose };
}

/** Asks which venture, where there are several. */
export function VentureChoice({ of: { items, venture, choose } }: { of: ReturnType<typeof useOneVenture> }) {
  if (items.length < 2) return null;
  return (
    <label>
      {text.orders.venture}
      <select className={css.select} value={venture} onChange={(event) => choose(event.target.value)}>
        {items.map((item) => (
          <option key={item.code} value={item.code}>
            {item.name}
          </option>
        ))}
      </select>
    </label>
  );
}
