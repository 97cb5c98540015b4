import { ActionIcon, Button, Menu, TextInput } from '@mantine/core';
import { useNavigate, useRouterState } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { text } from '~/text/en';
import { Icon } from './Icon';
import css from './SavedViews.module.css';

interface View {
  name: string;
  search: Record<string, unknown>;
}

const storeName = (path: string) => `lading.views${path}`;

/** The views saved for a page in this browser; what is not one any more is dropped. */
export function readViews(path: string, store: Pick<Storage, 'getItem'> = localStorage): View[] {
  try {
    const views = JSON.parse(store.getItem(storeName(path)) ?? '[]') as unknown;
    return Array.isArray(views) ? views.filter((view): view is View => typeof view?.name === 'string' && typeof view.search === 'object' && view.search !== null) : [];
  } catch {
    return [];
  }
}

/** Filters by name: a saved view is only an address with a name. */
export function SavedViews() {
  const { path, search } = useRouterState({ select: (state) => ({ path: state.location.pathname, search: state.location.search as Record<string, unknown> }) });
  const navigate = useNavigate();
  const [views, setViews] = useState(() => readViews(path));
  const [name, setName] = useState('');
  const keep = (next: View[]) => {
    localStorage.setItem(storeName(path), JSON.stringify(next));
    setViews(next);
  };
  const add = (event: FormEvent) => {
    event.preventDefault();
    if (!name.trim()) return;
    keep([...views.filter((view) => view.name !== name.trim()), { name: name.trim(), search }]);
    setName('');
  };
  return (
    <Menu position="bottom-end" withinPortal closeOnItemClick trapFocus>
      <Menu.Target>
        <Button size="xs" variant="default" leftSection={<Icon name="star" size={15} />}>
          {text.views.title}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{views.length ? text.views.saved : text.views.none}</Menu.Label>
        {views.map((view) => (
          <div key={view.name} className={css.row}>
            <Menu.Item onClick={() => void navigate({ to: path, search: view.search as never })}>{view.name}</Menu.Item>
            <ActionIcon variant="subtle" color="gray" aria-label={`${text.views.remove} ${view.name}`} onClick={() => keep(views.filter((other) => other !== view))}>
              <Icon name="close" size={14} />
            </ActionIcon>
          </div>
        ))}
        <Menu.Divider />
        <form onSubmit={add} className={css.form}>
          <TextInput size="xs" value={name} onChange={(event) => setName(event.currentTarget.value)} onKeyDown={(event) => event.stopPropagation()} placeholder={text.views.save} aria-label={text.views.name} maxLength={40} />
          <Button size="xs" type="submit" variant="default">
            {text.views.add}
          </Button>
        </form>
      </Menu.Dropdown>
    </Menu>
  );
}
