import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { get } from '~/api/client';
import { text } from '~/text/en';
import { frameRoute, needs, type Feature, type Hit } from '~/ui/routing';
import { flag, given, oneOf, word } from '~/ui/search';

export const states = ['open', 'held', 'completed', 'cancelled'] as const;
export const sorts = ['newest', 'oldest', 'priority', 'due'] as const;

export interface OrdersSearch {
  q?: string;
  state?: (typeof states)[number];
  customer?: string;
  sort?: (typeof sorts)[number];
  /** Only what waits for stock. */
  short?: true;
  /** Only what was asked for before today and is not finished. */
  late?: true;
  view?: 'board';
  hide?: string;
}

export function readOrdersSearch(search: Record<string, unknown>): OrdersSearch {
  return given({
    q: word(search.q),
    state: oneOf(search.state, states),
    customer: word(search.customer),
    sort: oneOf(search.sort, sorts),
    short: flag(search.short),
    late: flag(search.late),
    view: oneOf(search.view, ['board'] as const),
    hide: word(search.hide),
  });
}

const list = createRoute({
  getParentRoute: () => frameRoute,
  path: '/orders',
  validateSearch: readOrdersSearch,
  beforeLoad: needs('orders.read'),
  component: lazyRouteComponent(() => import('./OrdersPage'), 'OrdersPage'),
});

const place = createRoute({ getParentRoute: () => frameRoute, path: '/orders/new', beforeLoad: needs('orders.write'), component: lazyRouteComponent(() => import('./PlacePage'), 'PlacePage') });

const bring = createRoute({ getParentRoute: () => frameRoute, path: '/orders/import', beforeLoad: needs('orders.write'), component: lazyRouteComponent(() => import('./ImportPage'), 'ImportPage') });

const one = createRoute({
  getParentRoute: () => frameRoute,
  path: '/orders/$order',
  validateSearch: (search: Record<string, unknown>): { event?: number } => given({ event: Number(search.event) > 0 ? Number(search.event) : undefined }),
  beforeLoad: needs('orders.read'),
  component: lazyRouteComponent(() => import('./OrderPage'), 'OrderPage'),
});

export const ordersRoutes = [list, place, bring, one] as const;

export const orders: Feature = {
  nav: [{ to: '/orders', label: text.orders.title, icon: 'orders', group: 'run', permission: 'orders.read', key: 'o' }],
  find: {
    permission: 'orders.read',
    by: async (query, signal) => {
      if (!/^[\w.-]{1,60}$/.test(query)) return [];
      const [orders, customers] = await Promise.all([get('/api/v1/orders', { query: { q: query, limit: 6 }, signal }), get('/api/v1/customers', { query: { q: query, limit: 4 }, signal })]);
      return [
        ...orders.items.map((order): Hit => ({ to: `/orders/${encodeURIComponent(order.order)}`, label: order.order, note: `${text.orders.states[order.state as (typeof states)[number]] ?? order.state}${order.customer ? ` · ${order.customer}` : ''}`, icon: 'orders' })),
        ...customers.items.map((customer): Hit => ({ to: `/orders?customer=${encodeURIComponent(customer.customer)}`, label: customer.customer, note: customer.name ?? text.orders.customer, icon: 'user' })),
      ];
    },
  },
  actions: [
    { to: '/orders/new', label: text.orders.place, note: '', icon: 'plus', permission: 'orders.write' },
    { to: '/orders/import', label: text.orders.import, note: '', icon: 'upload', permission: 'orders.write' },
  ],
};
