import { expect, it } from 'vitest';
import { patched } from './useLiveRows';

interface Row {
  id: string;
  state: string;
}

const streamOf = (row: Row) => `order/${row.id}`;
const data = { pages: [{ items: [{ id: 'A', state: 'open' }, { id: 'B', state: 'open' }] }, { items: [{ id: 'C', state: 'open' }] }], pageParams: ['', 'x'] };

it('puts a changed row in its place and leaves the others as they are', () => {
  const next = patched(data, streamOf, new Map([['order/B', { id: 'B', state: 'held' }]]));
  expect(next.pages.flatMap((page) => page.items.map((row) => row.id + row.state))).toEqual(['Aopen', 'Bheld', 'Copen']);
  expect(next.pages[0]?.items[0]).toBe(data.pages[0]?.items[0]);
  expect(next.pages[1]).toBe(data.pages[1]);
});

it('a row that is not here changes nothing', () => {
  expect(patched(data, streamOf, new Map([['order/Z', { id: 'Z', state: 'held' }]])).pages).toEqual(data.pages);
});
