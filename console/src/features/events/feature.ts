import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { get } from '~/api/client';
import { text } from '~/text/en';
import { show, eventWords } from '~/ui/format';
import { frameRoute, needs, type Feature } from '~/ui/routing';

export interface EventsSearch {
  /** How a stream's name begins: `order/4711`. */
  stream?: string;
  /** How a type's name begins: `orders.`. */
  type?: string;
  /** The position of the event that is open. */
  event?: number;
  /** Older events are read from this position on. */
  after?: number;
}

const word = (value: unknown) => (typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined);
const whole = (value: unknown) => (Number.isSafeInteger(Number(value)) && Number(value) > 0 ? Number(value) : undefined);

export function readEventsSearch(search: Record<string, unknown>): EventsSearch {
  const [stream, type, event, after] = [word(search.stream), word(search.type), whole(search.event), whole(search.after)];
  return { ...(stream && { stream }), ...(type && { type }), ...(event && { event }), ...(after && { after }) };
}

const eventsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/events',
  validateSearch: readEventsSearch,
  beforeLoad: needs('events.read'),
  component: lazyRouteComponent(() => import('./EventsPage'), 'EventsPage'),
});

export const eventsRoutes = [eventsRoute] as const;

export const events: Feature = {
  nav: [{ to: '/events', label: text.events.title, icon: 'events', group: 'look', permission: 'events.read', key: 'e' }],
  find: {
    permission: 'events.read',
    by: async (query, signal) => {
      if (!/^#?\d{1,15}$/.test(query)) return [];
      const event = await get('/api/v1/events/{position}', { params: { position: query.replace('#', '') }, signal });
      return [{ to: `/events?event=${event.position}`, label: `#${show.count(event.position)} ${eventWords(event.type)}`, note: event.stream, icon: 'events' }];
    },
  },
};
