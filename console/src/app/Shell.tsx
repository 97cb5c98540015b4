import { useMantineColorScheme } from '@mantine/core';
import { Link, Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef, useState, type MouseEvent, type ReactNode } from 'react';
import { send } from '~/api/client';
import { useMe } from '~/api/session';
import { text } from '~/text/en';
import { Icon, type IconName } from '~/ui/Icon';
import { useKeys } from '~/ui/keys';
import { CompanySwitch } from './CompanySwitch';
import { pagesOf } from './features';
import { LiveFeed } from './LiveFeed';
import { LiveStatus } from './LiveStatus';
import { useDensity } from './settings';
import { Proof } from './Proof';
import { SecondPerson } from './SecondPerson';
import css from './Shell.module.css';
import { TourGuide } from './TourGuide';
import { VentureSwitch } from './VentureSwitch';

const loadPalette = () => import('./Palette').then((module) => ({ default: module.Palette }));
const Palette = lazy(loadPalette);
const NavDrawer = lazy(() => import('./NavDrawer').then((module) => ({ default: module.NavDrawer })));
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
  // Fetched once the page is quiet: what is typed right after Ctrl-K must not be lost.
  useEffect(() => {
    const timer = setTimeout(() => void loadPalette(), 3_000);
    return () => clearTimeout(timer);
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
      <header className={`${css.top} no-print`}>
        <button type="button" className={`${css.icon} ${css.burger}`} aria-label={text.frame.menu} onClick={() => setDrawer(true)}>
          <Icon name="menu" />
        </button>
        <CompanySwitch />
        <VentureSwitch />
        <button type="button" className={css.search} onClick={() => setPalette(true)}>
          <Icon name="search" size={16} />
          <span>{text.frame.search}</span>
          <kbd aria-hidden="true">Ctrl K</kbd>
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
      <Proof />
      <SecondPerson />
      <Suspense fallback={null}>
        {palette ? <Palette onClose={() => setPalette(false)} items={items} /> : null}
        {drawer ? (
          <NavDrawer onClose={() => setDrawer(false)}>
            <Navigation items={items} />
          </NavDrawer>
        ) : null}
        {keys ? <KeyList onClose={() => setKeys(false)} items={items} /> : null}
      </Suspense>
    </div>
  );
}

function useNavigation() {
  return pagesOf(useMe());
}

function Brand() {
  const me = useMe();
  return (
    <div className={css.brand}>
      <img src="/icon.svg" width={22} height={22} alt="" />
      <div>
        <strong>{me?.name ?? text.product}</strong>
        {me?.demo ? (
          <span className={css.demo} title={text.frame.demoNote}>
            {text.frame.demo}
          </span>
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

/** A button with a small panel; the browser opens it, closes it and gives the focus back. */
function Panel({ id, label, icon, children }: { id: string; label: string; icon: IconName; children: ReactNode }) {
  return (
    <>
      <button type="button" className={css.icon} aria-label={label} popoverTarget={id}>
        <Icon name={icon} />
      </button>
      <div id={id} popover="auto" className={css.panel} role="group" aria-label={label}>
        {children}
      </div>
    </>
  );
}

function Choice<T extends string>({ label, value, choices, onChange }: { label: string; value: T; choices: readonly (readonly [T, string])[]; onChange: (value: T) => void }) {
  return (
    <fieldset className={css.choice}>
      <legend>{label}</legend>
      {choices.map(([choice, words]) => (
        <label key={choice}>
          <input type="radio" name={label} checked={value === choice} onChange={() => onChange(choice)} />
          <span>{words}</span>
        </label>
      ))}
    </fieldset>
  );
}

function DisplayMenu({ onKeys }: { onKeys: () => void }) {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const [density, setDensity] = useDensity();
  return (
    <Panel id="display" label={text.frame.settings} icon="settings">
      <Choice
        label={text.frame.scheme}
        value={colorScheme}
        onChange={setColorScheme}
        choices={[
          ['light', text.frame.light],
          ['dark', text.frame.dark],
          ['auto', text.frame.auto],
        ]}
      />
      <Choice
        label={text.frame.density}
        value={density}
        onChange={setDensity}
        choices={[
          ['comfortable', text.frame.comfortable],
          ['compact', text.frame.compact],
        ]}
      />
      <button type="button" className={css.item} onClick={onKeys} popoverTarget="display" popoverTargetAction="hide">
        {text.keys.title} <kbd>?</kbd>
      </button>
      <Link to="/tour" className={css.item ?? ''} onClick={hide}>
        {text.tour.title}
      </Link>
      <a href="/openapi/v1.json" target="_blank" rel="noreferrer" className={css.item}>
        OpenAPI
      </a>
    </Panel>
  );
}

function hide(event: MouseEvent<HTMLElement>) {
  event.currentTarget.closest<HTMLElement>('[popover]')?.hidePopover();
}

function AccountMenu() {
  const me = useMe();
  return (
    <Panel id="account" label={text.frame.account} icon="user">
      <div className={css.actor}>{me?.actor}</div>
      <Link to="/account" className={css.item ?? ''} onClick={hide}>
        {text.account.title}
      </Link>
      <button type="button" className={css.item} onClick={() => void send('POST', '/api/v1/session/sign-out', {}).finally(() => window.location.assign('/sign-in'))}>
        {text.frame.signOut}
      </button>
    </Panel>
  );
}
