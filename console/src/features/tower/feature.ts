import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { text } from '~/text/en';
import { frameRoute, needs, type Feature } from '~/ui/routing';
import { given } from '~/ui/search';

export interface TowerSearch {
  /** The moment that is replayed; now, when it is left out. */
  at?: string;
  event?: number;
}

export const readTowerSearch = (search: Record<string, unknown>): TowerSearch =>
  given({
    at: typeof search.at === 'string' && !Number.isNaN(Date.parse(search.at)) ? search.at : undefined,
    event: Number(search.event) > 0 ? Number(search.event) : undefined,
  });

const route = createRoute({ getParentRoute: () => frameRoute, path: '/tower', validateSearch: readTowerSearch, beforeLoad: needs('orders.read'), component: lazyRouteComponent(() => import('./TowerPage'), 'TowerPage') });

export const towerRoutes = [route] as const;

export const towerFeature: Feature = { nav: [{ to: '/tower', label: text.tower.title, icon: 'tower', group: 'run', permission: 'orders.read', staff: true, key: 't' }] };
