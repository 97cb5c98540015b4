import { Modal } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useId, useState, type KeyboardEvent } from 'react';
import { useMay } from '~/api/session';
import { text } from '~/text/en';
import { Icon } from '~/ui/Icon';
import type { Hit, NavItem } from '~/ui/routing';
import { actions, finders } from './features';
import css from './Palette.module.css';

/** Ctrl-K: go to a page, do something, or find anything by how its number begins. */
export function Palette({ onClose, items }: { onClose: () => void; items: readonly NavItem[] }) {
  const [query, setQuery] = useState('');
  const [settled] = useDebouncedValue(query.trim(), 120);
  const [chosen, setChosen] = useState(0);
  const navigate = useNavigate();
  const may = useMay();
  const list = useId();
  const found = useQuery({
    queryKey: ['palette', settled],
    queryFn: async ({ signal }) => {
      const answers = await Promise.allSettled(finders.filter((finder) => may(finder.permission)).map((finder) => finder.by(settled, signal)));
      return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    },
    enabled: settled.length > 0,
    staleTime: 5_000,
  });
  const groups = match(query.trim(), items, actions.filter((action) => may(action.permission)), settled ? (found.data ?? []) : []);
  const flat = groups.flatMap((group) => group.hits);
  const at = Math.min(chosen, flat.length - 1);

  const go = (hit: Hit | undefined) => {
    if (!hit) return;
    onClose();
    void navigate({ to: hit.to });
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      setChosen((at + (event.key === 'ArrowDown' ? 1 : flat.length - 1)) % Math.max(1, flat.length));
    } else if (event.key === 'Enter') go(flat[at]);
  };

  return (
    <Modal opened onClose={onClose} withCloseButton={false} padding={0} size={560} yOffset="12vh" title={undefined} aria-label={text.palette.title} trapFocus>
      <div className={css.input}>
        <Icon name="search" />
        <input
          data-autofocus
          value={query}
          onChange={(event) => {
            setQuery(event.target.value);
            setChosen(0);
          }}
          onKeyDown={press}
          placeholder={text.palette.placeholder}
          aria-label={text.palette.title}
          role="combobox"
          aria-expanded="true"
          aria-controls={list}
          aria-activedescendant={flat[at] ? `${list}-${at}` : undefined}
          autoComplete="off"
          spellCheck={false}
        />
      </div>
      <div role="listbox" id={list} aria-label={text.palette.title} className={css.list}>
        {groups.map((group) => (
          <div key={group.title} role="group" aria-label={group.title}>
            <div className={css.group} aria-hidden="true">
              {group.title}
            </div>
            {group.hits.map((hit) => {
              const index = flat.indexOf(hit);
              return (
                // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the combobox above has the keys
                <div key={hit.to + hit.label} id={`${list}-${index}`} role="option" tabIndex={-1} aria-selected={index === at} className={css.option} onClick={() => go(hit)} onMouseMove={() => setChosen(index)}>
                  <Icon name={hit.icon} />
                  <span>{hit.label}</span>
                  <span className={css.note}>{hit.note}</span>
                </div>
              );
            })}
          </div>
        ))}
      </div>
      <div className={css.foot} role="status">
        {settled && found.isFetching ? text.palette.searching : flat.length === 0 ? text.palette.nothing(query) : text.palette.hint}
      </div>
    </Modal>
  );
}

/** Pages and actions whose words begin with what was typed, then what the server found. */
export function match(query: string, items: readonly NavItem[], offered: readonly Hit[], found: readonly Hit[]) {
  const wanted = query.toLowerCase();
  const fits = (label: string) => wanted === '' || label.toLowerCase().split(/\s+/).some((word) => word.startsWith(wanted)) || label.toLowerCase().startsWith(wanted);
  const pages: Hit[] = items.filter((item) => fits(item.label)).map((item) => ({ to: item.to, label: item.label, icon: item.icon, note: item.key ? `g ${item.key}` : '' }));
  return [
    { title: text.palette.found, hits: [...found] },
    { title: text.palette.actions, hits: offered.filter((action) => fits(action.label)) },
    { title: text.palette.pages, hits: pages },
  ].filter((group) => group.hits.length > 0);
}
