import type { Answer } from '~/api/client';
import { text } from '~/text/en';
import type { Tone } from '~/ui/Badge';
import { show } from '~/ui/format';

export interface Need {
  id: string;
  tone: Extract<Tone, 'warn' | 'bad'>;
  /** Larger is worse. */
  weight: number;
  title: string;
  note: string;
  /** What to do, as the words of a link. */
  action: string;
  to: string;
  search?: Record<string, unknown>;
}

interface Seen {
  late?: Answer<'/api/v1/orders'> | undefined;
  waiting?: Answer<'/api/v1/orders'> | undefined;
  held?: Answer<'/api/v1/orders'> | undefined;
  discrepancies?: Answer<'/api/v1/inventory/discrepancies'> | undefined;
  following?: Answer<'/api/v1/projections'> | undefined;
}

const DAY = 86_400_000;

/**
 * What needs a person now, worst first: what stands still for everybody, then orders past their day by how long, then
 * orders that wait for stock by how long, then holds that nobody lifted, then books found wrong. Nothing is listed that
 * one cannot act on.
 */
export function needsOf({ late, waiting, held, discrepancies, following }: Seen, now: number): Need[] {
  const needs: Need[] = [];
  const lateNumbers = new Set(late?.items.map((order) => order.order));
  if (following?.stopped) needs.push({ id: 'stopped', tone: 'bad', weight: 1e9, title: text.tower.stopped, note: following.stopped, action: text.tower.seeHealth, to: '/health' });
  for (const item of following?.items ?? [])
    if (item.failure) needs.push({ id: `follower:${item.name}`, tone: 'bad', weight: 1e8, title: text.tower.stuck(item.name), note: item.failure, action: text.tower.seeProjection, to: '/projections' });
  for (const order of late?.items ?? []) {
    const days = Math.max(1, Math.floor((now - Date.parse(`${order.requestedOn}T00:00:00Z`)) / DAY));
    needs.push({
      id: `late:${order.order}`,
      tone: 'bad',
      weight: 1e6 + days * 1_000 + (10 - order.priority),
      title: text.tower.late(order.order, days),
      note: [order.customer, show.money(order.amount), order.short > 0 ? text.tower.short(show.quantity(order.short)) : text.tower.ready].filter(Boolean).join(' · '),
      action: order.short > 0 ? text.tower.decide : text.tower.ship,
      to: `/orders/${encodeURIComponent(order.order)}`,
    });
  }
  for (const order of waiting?.items ?? []) {
    if (lateNumbers.has(order.order)) continue;
    const age = now - Date.parse(order.placedAt);
    needs.push({
      id: `waits:${order.order}`,
      tone: 'warn',
      weight: 1e5 + age / 3_600_000 + (10 - order.priority) * 24,
      title: text.tower.waits(order.order, show.quantity(order.short)),
      note: [order.customer, show.money(order.amount), text.age.ago(show.age(age))].filter(Boolean).join(' · '),
      action: text.tower.decide,
      to: `/orders/${encodeURIComponent(order.order)}`,
    });
  }
  for (const order of held?.items ?? []) {
    if (lateNumbers.has(order.order)) continue;
    needs.push({
      id: `held:${order.order}`,
      tone: 'warn',
      weight: 1e4 + (now - Date.parse(order.placedAt)) / 3_600_000,
      title: text.tower.held(order.order),
      note: [order.customer, show.money(order.amount), text.age.ago(show.age(now - Date.parse(order.placedAt)))].filter(Boolean).join(' · '),
      action: text.tower.release,
      to: `/orders/${encodeURIComponent(order.order)}`,
    });
  }
  for (const found of discrepancies?.items ?? [])
    needs.push({
      id: `wrong:${found.event}`,
      tone: 'warn',
      weight: 1e3 + Date.parse(found.from) / 1e11,
      title: text.tower.wrong(found.sku, found.site, show.quantity(found.lowest)),
      note: found.reason,
      action: text.tower.explain,
      to: `/stock/${encodeURIComponent(found.sku)}`,
      search: { figure: 'onHand', site: found.site, at: new Date(found.from).toISOString() },
    });
  return needs.sort((a, b) => b.weight - a.weight);
}
