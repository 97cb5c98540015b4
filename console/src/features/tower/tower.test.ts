import { describe, expect, it } from 'vitest';
import { needsOf } from './attention';
import { positionAt } from './Replay';
import { comparison, midnight } from './TowerPage';

const now = Date.parse('2026-11-22T12:00:00Z');
const order = (number: string, more: object = {}) => ({ order: number, venture: 'main', type: 'standard', priority: 5, state: 'open', source: 'api', placedAt: '2026-11-20T12:00:00Z', lines: 1, quantity: 5, reserved: 0, short: 0, shipped: 0, ...more });
const page = (...items: object[]) => ({ items, next: null, previous: null }) as never;

describe('what needs a person', () => {
  it('comes worst first: what stands still, late orders by days, waiting orders, holds, wrong books', () => {
    const needs = needsOf(
      {
        late: page(order('L1', { requestedOn: '2026-11-21' }), order('L9', { requestedOn: '2026-11-13' })),
        waiting: page(order('W', { short: 2 })),
        held: page(order('H', { state: 'held' })),
        discrepancies: page({ sku: 'A', site: 'n', from: '2026-11-01T00:00:00Z', until: '2026-11-02T00:00:00Z', lowest: -3, reason: 'late entry', event: '/events/7' }),
        following: { head: 10, items: [{ name: 'order-list', kind: 'follower', position: 4, behind: 6, failure: 'broken' }] } as never,
      },
      now,
    );
    expect(needs.map((need) => need.id)).toEqual(['follower:order-list', 'late:L9', 'late:L1', 'waits:W', 'held:H', 'wrong:/events/7']);
    expect(needs.every((need) => need.action && need.to)).toBe(true);
  });

  it('names a late order that also waits only once', () => {
    const both = order('B', { requestedOn: '2026-11-21', short: 2 });
    expect(needsOf({ late: page(both), waiting: page(both) }, now).map((need) => need.id)).toEqual(['late:B']);
  });

  it('puts the longer wait first among equals, and priority before a day of waiting', () => {
    const ids = needsOf({ waiting: page(order('NEW', { short: 1, placedAt: '2026-11-22T11:00:00Z' }), order('OLD', { short: 1 }), order('FIRST', { short: 1, priority: 1, placedAt: '2026-11-22T11:00:00Z' })) }, now).map((need) => need.id);
    expect(ids).toEqual(['waits:FIRST', 'waits:OLD', 'waits:NEW']);
  });

  it('is nothing when all is well', () => {
    expect(needsOf({ late: page(), waiting: page(), held: page(), discrepancies: page() }, now)).toEqual([]);
  });
});

describe('the replay', () => {
  const times = [10, 20, 20, 30, 50];
  const read = async (position: number) => times[position - 1] ?? 0;
  it('finds the last event at or before a moment', async () => {
    expect(await Promise.all([5, 10, 20, 29, 50, 99].map((moment) => positionAt(moment, times.length, read)))).toEqual([0, 1, 3, 3, 5, 5]);
  });
  it('looks about twenty times into a log of a million', async () => {
    let looks = 0;
    await positionAt(777_777, 1_000_000, async (position) => {
      looks++;
      return position;
    });
    expect(looks).toBeLessThanOrEqual(20);
  });
});

describe('figures', () => {
  it('compare with the same time yesterday', () => {
    expect(comparison(12, 10)).toBe('+2 on yesterday');
    expect(comparison(0, 0)).toBe('none so far');
    expect(comparison(3, undefined)).toBeUndefined();
  });
  it('begin the day at midnight by the reader’s clock', () => {
    expect(midnight(new Date(2026, 10, 22, 15), 1)).toEqual(new Date(2026, 10, 21));
  });
});
