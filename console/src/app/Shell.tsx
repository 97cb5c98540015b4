import { ActionIcon, Drawer, Menu, SegmentedControl, Tooltip, useMantineColorScheme } from '@mantine/core';
import { Link, Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { send } from '~/api/client';
import { useMay, useMe } from '~/api/session';
import { text } from '~/text/en';
import { Icon } from '~/ui/Icon';
import { useKeys } from '~/ui/keys';
import { navigation } from './features';
import { LiveFeed } from './LiveFeed';
import { LiveStatus } from './LiveStatus';
import { useDensity } from './settings';
import css from './Shell.module.css';
import { TourGuide } from './TourGuide';
import { VentureSwitch } from './VentureSwitch';

const Palette = lazy(() => import('./Palette').then((module) => ({ default: module.Palette })));
const KeyList = lazy(() => import('./KeyList').then((module) => ({ default: module.KeyList })));

/** The frame around every page: navigation from what one may do, search, live status, display. */
export function Shell() {
  const [palette, setPalette] = useState(false);
  const [keys, setKeys] = useState(false);
  const [drawer, setDrawer] = useState(false);
  const navigate = useNavigate();
  const items = useNavigation();
  const main = useRef<HTMLElement>(null);
  const path = useRouterState({ select: (state) => state.location.pathname });

  useKeys({
    '?': () => setKeys(true),
    '/': () => (main.current?.querySelector<HTMLInputElement>('[data-filter]') ?? null)?.focus(),
    ...Object.fromEntries(items.filter((item) => item.key).map((item) => [`g ${item.key}`, () => void navigate({ to: item.to })])),
  });
  useEffect(() => {
    const open = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      setPalette(true);
    };
    window.addEventListener('keydown', open);
    return () => window.removeEventListener('keydown', open);
  }, []);
  const first = useRef(true);
  useEffect(() => {
    setDrawer(false);
    if (first.current) first.current = false;
    else if (document.activeElement === document.body) main.current?.querySelector<HTMLElement>('h1')?.focus();
  }, [path]);

  return (
    <div className={css.shell}>
      <a className="skip" href="#main">
        {text.frame.skip}
      </a>
      <LiveFeed />
      <aside className={`${css.side} no-print`}>
        <Brand />
        <Navigation items={items} />
      </aside>
      <Drawer opened={drawer} onClose={() => setDrawer(false)} position="left" size={270} title={text.product} closeButtonProps={{ 'aria-label': text.frame.close }}>
        <Navigation items={items} />
      </Drawer>
      <header className={`${css.top} no-print`}>
        <ActionIcon className={css.burger ?? ''} variant="subtle" color="gray" aria-label={text.frame.menu} onClick={() => setDrawer(true)}>
          <Icon name="menu" />
        </ActionIcon>
        <VentureSwitch />
        <button type="button" className={css.search} onClick={() => setPalette(true)}>
          <Icon name="search" size={16} />
          <span>{text.frame.search}</span>
          <kbd>Ctrl K</kbd>
        </button>
        <span className={css.spring} />
        <LiveStatus />
        <DisplayMenu onKeys={() => setKeys(true)} />
        <AccountMenu />
      </header>
      <main id="main" ref={main} className={css.main} tabIndex={-1}>
        <Outlet />
      </main>
      <TourGuide />
      <Suspense fallback={null}>
        {palette ? <Palette onClose={() => setPalette(false)} items={items} /> : null}
        {keys ? <KeyList onClose={() => setKeys(false)} items={items} /> : null}
      </Suspense>
    </div>
  );
}

function useNavigation() {
  const may = useMay();
  return navigation.filter((item) => may(item.permission));
}

function Brand() {
  const me = useMe();
  return (
    <div className={css.brand}>
      <img src="/icon.svg" width={22} height={22} alt="" />
      <div>
        <strong>{me?.name ?? text.product}</strong>
        {me?.demo ? (
          <Tooltip label={text.frame.demoNote} multiline w={220}>
            <span className={css.demo} tabIndex={0}>
              {text.frame.demo}
            </span>
          </Tooltip>
        ) : null}
      </div>
    </div>
  );
}

function Navigation({ items }: { items: ReturnType<typeof useNavigation> }) {
  const groups = (['run', 'plan', 'look', 'manage'] as const).map((group) => ({ group, items: items.filter((item) => item.group === group) }));
  return (
    <nav aria-label={text.frame.navigation} className={css.nav}>
      {groups.map(({ group, items }) =>
        items.length ? (
          <div key={group}>
            <div className={css.group} id={`nav-${group}`}>
              {text.frame.groups[group]}
            </div>
            <ul aria-labelledby={`nav-${group}`}>
              {items.map((item) => (
                <li key={item.to}>
                  <Link to={item.to} className={css.link ?? ''} activeProps={{ className: css.active ?? '', 'aria-current': 'page' }} activeOptions={{ exact: item.to === '/', includeSearch: false }}>
                    <Icon name={item.icon} />
                    {item.label}
                  </Link>
                </li>
              ))}
            </ul>
          </div>
        ) : null,
      )}
    </nav>
  );
}

function DisplayMenu({ onKeys }: { onKeys: () => void }) {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const [density, setDensity] = useDensity();
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={text.frame.settings}>
          <Icon name="settings" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{text.frame.scheme}</Menu.Label>
        <div className={css.choice}>
          <SegmentedControl
            size="xs"
            fullWidth
            aria-label={text.frame.scheme}
            value={colorScheme}
            onChange={(value) => setColorScheme(value as typeof colorScheme)}
            data={[
              { value: 'light', label: text.frame.light },
              { value: 'dark', label: text.frame.dark },
              { value: 'auto', label: text.frame.auto },
            ]}
          />
        </div>
        <Menu.Label>{text.frame.density}</Menu.Label>
        <div className={css.choice}>
          <SegmentedControl
            size="xs"
            fullWidth
            aria-label={text.frame.density}
            value={density}
            onChange={(value) => setDensity(value as typeof density)}
            data={[
              { value: 'comfortable', label: text.frame.comfortable },
              { value: 'compact', label: text.frame.compact },
            ]}
          />
        </div>
        <Menu.Divider />
        <Menu.Item onClick={onKeys} rightSection={<kbd>?</kbd>}>
          {text.keys.title}
        </Menu.Item>
        <Menu.Item component={Link} to="/tour">{text.tour.title}</Menu.Item>
        <Menu.Item component="a" href="/openapi/v1.json" target="_blank" rel="noreferrer">
          OpenAPI
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function AccountMenu() {
  const me = useMe();
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={text.frame.account}>
          <Icon name="user" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{me?.actor}</Menu.Label>
        <Menu.Item component={Link} to="/account">
          {text.frame.account}
        </Menu.Item>
        <Menu.Item onClick={() => void send('POST', '/api/v1/session/sign-out', {}).finally(() => window.location.assign('/sign-in'))}>{text.frame.signOut}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
