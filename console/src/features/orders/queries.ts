import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { get, getWithHeaders, type Answer, type Query } from '~/api/client';
import type { OrdersSearch } from './feature';

export type OrderItem = Answer<'/api/v1/orders'>['items'][number];
export type OrderView = Answer<'/api/v1/orders/{order}'>;
export type OrderLine = OrderView['lines'][number];

/** How a row of the list is read by itself: the order as it stands, in the list's words. */
export const oneOrder = {
  streamOf: (item: OrderItem) => `order/${item.order}`,
  read: async (item: OrderItem, atLeast: number): Promise<OrderItem> => {
    const { body } = await getWithHeaders('/api/v1/orders/{order}', { params: { order: item.order }, atLeast });
    return { ...item, state: body.state, priority: body.priority, requestedOn: body.requestedOn, amount: body.amount, lines: body.lines.length, quantity: body.quantity, reserved: body.reserved, short: body.short, shipped: body.shipped };
  },
};

/** Today by the reader's own calendar. */
export function today(now = new Date()): string {
  return `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, '0')}-${String(now.getDate()).padStart(2, '0')}`;
}

/** The query string of a list's filters; what is late and what waits comes worst first. */
export function filterOf(search: OrdersSearch & { venture?: string }, day = today()): Query {
  return {
    q: search.q,
    state: search.state,
    customer: search.customer,
    venture: search.venture,
    short: search.short,
    dueBefore: search.late ? day : undefined,
    sort: search.sort ?? (search.late ? 'due' : search.short ? 'oldest' : undefined),
  };
}

export const ordersQuery = (filter: Query) =>
  infiniteQueryOptions({
    queryKey: ['orders', filter],
    queryFn: ({ pageParam, signal }) => get('/api/v1/orders', { query: { ...filter, limit: 100, cursor: pageParam }, signal }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });

export const countsQuery = (venture: string | undefined, customer?: string) =>
  queryOptions({
    queryKey: ['order-counts', venture, customer],
    queryFn: ({ signal }) => get('/api/v1/orders/counts', { query: { venture, customer, dueBefore: today() }, signal }),
    meta: { follows: ['order/'] },
  });

export const orderQuery = (order: string) =>
  queryOptions({
    queryKey: ['order', order],
    queryFn: ({ signal }) => get('/api/v1/orders/{order}', { params: { order }, signal }),
    meta: { follows: [`order/${order}`] },
  });

export const timelineQuery = (order: string) =>
  queryOptions({
    queryKey: ['order-timeline', order],
    queryFn: ({ signal }) => get('/api/v1/orders/{order}/timeline', { params: { order }, query: { limit: 200 }, signal }),
    meta: { follows: [`order/${order}`] },
  });
