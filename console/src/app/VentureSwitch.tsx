import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { get } from '~/api/client';
import { holds, useMe } from '~/api/session';
import { text } from '~/text/en';
import css from './VentureSwitch.module.css';

/** Narrows every page to one venture; it stands in the address, so a link carries it. */
export function VentureSwitch() {
  const me = useMe();
  const navigate = useNavigate();
  const { venture } = useSearch({ strict: false });
  const ventures = useQuery({
    queryKey: ['ventures'],
    queryFn: ({ signal }) => get('/api/v1/ventures', { signal }),
    enabled: holds(me?.scopes, 'platform.read'),
    meta: { follows: ['venture/'] },
  });
  const items = (ventures.data?.items ?? []).filter((item) => !me?.ventures || me.ventures.includes(item.code));
  if (items.length < 2) return items[0] ? <span className={css.only}>{items[0].name}</span> : null;
  return (
    <select
      className={css.select}
      aria-label={text.frame.venture}
      value={venture ?? ''}
      onChange={(event) => void navigate({ to: '.', search: ((old: object) => ({ ...old, venture: event.target.value || undefined })) as never })}
    >
      <option value="">{text.frame.allVentures}</option>
      {items.map((item) => (
        <option key={item.code} value={item.code}>
          {item.name}
        </option>
      ))}
    </select>
  );
}
