import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { get } from '~/api/client';
import { text } from '~/text/en';
import { frameRoute, needs, type Feature, type Hit } from '~/ui/routing';
import { flag, given, oneOf, word } from '~/ui/search';

export const figures = ['available', 'onHand', 'reserved', 'held', 'backordered', 'ofOthers'] as const;
export type Figure = (typeof figures)[number];

export interface StockSearch {
  q?: string;
  site?: string;
  short?: true;
}

export interface SkuSearch {
  /** The figure that is opened into its events. */
  figure?: Figure;
  site?: string;
  /** The moment asked about; now, when it is left out. */
  at?: string;
  event?: number;
}

export const readStockSearch = (search: Record<string, unknown>): StockSearch => given({ q: word(search.q), site: word(search.site), short: flag(search.short) });

export const readSkuSearch = (search: Record<string, unknown>): SkuSearch =>
  given({
    figure: oneOf(search.figure, figures),
    site: word(search.site),
    at: typeof search.at === 'string' && !Number.isNaN(Date.parse(search.at)) ? search.at : undefined,
    event: Number(search.event) > 0 ? Number(search.event) : undefined,
  });

const list = createRoute({ getParentRoute: () => frameRoute, path: '/stock', validateSearch: readStockSearch, beforeLoad: needs('inventory.read'), component: lazyRouteComponent(() => import('./StockPage'), 'StockPage') });

const one = createRoute({ getParentRoute: () => frameRoute, path: '/stock/$sku', validateSearch: readSkuSearch, beforeLoad: needs('inventory.read'), component: lazyRouteComponent(() => import('./SkuPage'), 'SkuPage') });

const wrong = createRoute({ getParentRoute: () => frameRoute, path: '/stock-discrepancies', beforeLoad: needs('inventory.read'), component: lazyRouteComponent(() => import('./DiscrepancyPage'), 'DiscrepancyPage') });

export const stockRoutes = [list, one, wrong] as const;

export const stock: Feature = {
  nav: [{ to: '/stock', label: text.stock.title, icon: 'stock', group: 'run', permission: 'inventory.read', key: 's' }],
  find: {
    permission: 'inventory.read',
    by: async (query, signal) => {
      const found = await get('/api/v1/skus', { query: { q: query, limit: 6 }, signal });
      const upper = found.items.length === 0 && query !== query.toUpperCase() ? await get('/api/v1/skus', { query: { q: query.toUpperCase(), limit: 6 }, signal }) : found;
      return upper.items.map((sku): Hit => ({ to: `/stock/${encodeURIComponent(sku.sku)}`, label: sku.sku, note: sku.description ?? text.stock.title, icon: 'stock' }));
    },
  },
};
