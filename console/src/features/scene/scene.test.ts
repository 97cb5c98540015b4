import { expect, it } from 'vitest';
import { readSceneSearch } from './feature';
import { partsOf, place, type Fill } from './layout';

const fill = (location: string, onHand = 0): Fill => ({ location, kind: 'rack', zone: null, skus: 1, onHand });

it('reads aisle, bay and level from the usual codes', () => {
  expect(['A-01-02', 'A0102', 'B-7', 'R1', 'DOCK', 'A-01-03-2'].map(partsOf)).toEqual([
    { aisle: 'A', bay: '01', level: 2 },
    { aisle: 'A', bay: '0102', level: 1 },
    { aisle: 'B', bay: '7', level: 1 },
    { aisle: 'R', bay: '1', level: 1 },
    { aisle: 'DOCK', bay: '', level: 1 },
    { aisle: 'A', bay: '01-03', level: 2 },
  ]);
});

it('sets aisles side by side, bays in order of their numbers and levels above one another', () => {
  const placed = place(['A-2-1', 'A-10-1', 'A-2-2', 'B-1-1'].map((code) => fill(code)));
  expect(placed.map(({ x, y }) => [x, y])).toEqual([
    [-0.5, 0.5],
    [0.5, 0.5],
    [-0.5, 1.5],
    [0, 0.5],
  ]);
  expect(placed[3]!.z).toBeGreaterThan(placed[0]!.z);
});

it('measures fill against the fullest, and an empty site is empty, not broken', () => {
  expect(place([fill('A-1', 5), fill('A-2', 10), fill('A-3')]).map((one) => one.share)).toEqual([0.5, 1, 0]);
  expect(place([fill('A-1')]).map((one) => one.share)).toEqual([0]);
  expect(place([])).toEqual([]);
});

it('what is looked at stands in the address', () => {
  expect(readSceneSearch({ site: 'leeds', at: 7, more: 'x' })).toEqual({ site: 'leeds', at: '7' });
});
