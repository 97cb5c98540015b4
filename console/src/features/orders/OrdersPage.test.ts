import { describe, expect, it } from 'vitest';
import { readOrdersSearch } from './feature';
import { actionsOf } from './OrderPage';
import { segments } from './OrdersPage';
import { requestOf } from './PlacePage';
import { filterOf } from './queries';

const counts = { open: 12, held: 0, completed: 10_000, cancelled: 3, waiting: 4, late: 2, most: 10_000 };

describe('the list of orders', () => {
  it('reads its state from the address and drops what makes no sense', () => {
    expect(readOrdersSearch({ state: 'held', late: 'true', sort: 'random', q: 4711, view: 'wall' })).toEqual({ state: 'held', late: true, q: '4711' });
  });
  it('asks for late orders by the day they were wanted, and for waiting ones by age', () => {
    expect(filterOf({ late: true }, '2026-11-22')).toMatchObject({ dueBefore: '2026-11-22', sort: 'due' });
    expect(filterOf({ short: true })).toMatchObject({ short: true, sort: 'oldest' });
    expect(filterOf({ short: true, sort: 'newest' })).toMatchObject({ sort: 'newest' });
  });
  it('colours a count only where a person is needed, and says “and more” at its limit', () => {
    const by = Object.fromEntries(segments({}, counts).map((segment) => [segment.label, segment]));
    expect(by['Late']).toMatchObject({ count: '2', tone: 'bad' });
    expect(by['On hold']?.tone).toBeUndefined();
    expect(by['Done']).toMatchObject({ count: '10,000+' });
    expect(by['Open']?.tone).toBeUndefined();
  });
  it('keeps the customer when the state changes', () => {
    expect(segments({ customer: 'C1', late: true }, counts).find((segment) => segment.label === 'Open')?.search).toEqual({ customer: 'C1', state: 'open' });
  });
});

describe('what may be done with an order', () => {
  const order = { state: 'open', reserved: 0, quantity: 5, shipped: 0, cancelled: 0 };
  it('follows from how it stands', () => {
    expect(actionsOf({ ...order, state: 'completed' })).toEqual([]);
    expect(actionsOf({ ...order, state: 'held' })[0]).toBe('release');
    expect(actionsOf(order)).not.toContain('ship');
    expect(actionsOf({ ...order, reserved: 2 })[0]).toBe('ship');
  });
});

describe('an order placed by hand', () => {
  it('leaves out what was left empty', () => {
    const form = { order: '', customer: ' C1 ', priority: '' as const, requestedOn: '', reference: '', currency: 'GBP' };
    expect(requestOf(form, [{ id: 0, sku: 'A', quantity: 2, unit: 'EA', price: '' }, { id: 1, sku: ' ', quantity: '', unit: '', price: '' }], undefined)).toEqual({ customer: 'C1', source: 'console', lines: [{ sku: 'A', quantity: 2, unit: 'EA' }] });
  });
});
