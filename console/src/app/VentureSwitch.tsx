import { useNavigate, useSearch } from '@tanstack/react-router';
import { usePlaces } from '~/api/session';
import { text } from '~/text/en';
import css from './VentureSwitch.module.css';

/** Narrows every page to one venture; it stands in the address, so a link carries it. */
export function VentureSwitch() {
  const navigate = useNavigate();
  const { venture } = useSearch({ strict: false });
  const items = usePlaces().ventures;
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
