import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { text } from '~/text/en';
import { frameRoute, needs, type Feature } from '~/ui/routing';

export interface AuditSearch {
  kind?: string | undefined;
  actor?: string | undefined;
  /** Days of the reader's own calendar, both included. */
  from?: string | undefined;
  to?: string | undefined;
  event?: number | undefined;
}

export function readAuditSearch(search: Record<string, unknown>): AuditSearch {
  const word = (value: unknown) => (typeof value === 'string' && value ? value : undefined);
  const day = (value: unknown) => (typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) ? value : undefined);
  const given: AuditSearch = { kind: word(search.kind), actor: word(search.actor), from: day(search.from), to: day(search.to), event: typeof search.event === 'number' ? search.event : undefined };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

const searchRoute = createRoute({ getParentRoute: () => frameRoute, path: '/audit', validateSearch: readAuditSearch, beforeLoad: needs('audit.read'), component: lazyRouteComponent(() => import('./AuditPage'), 'AuditPage') });

const chainRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/audit/chain',
  validateSearch: (search: Record<string, unknown>): { log?: 'audit' } => (search.log === 'audit' ? { log: 'audit' } : {}),
  beforeLoad: needs('audit.read'),
  component: lazyRouteComponent(() => import('./ChainPage'), 'ChainPage'),
});

export const auditRoutes = [searchRoute, chainRoute] as const;

export const audit: Feature = { nav: [{ to: '/audit', label: text.audit.title, icon: 'audit', group: 'look', permission: 'audit.read', key: 'a' }] };
