import { describe, expect, it } from 'vitest';
import { binsFor, linesToPick, scans, type Order } from './work';

const line = (id: string, more: object) => ({ line: id, sku: `S${id}`, description: 'x', open: 5, reserved: 5, picked: 0, short: 0, entered: { quantity: 5, unit: 'EA' }, ...more });

describe('what is left to pick', () => {
  it('is what is reserved and not yet picked, never what is short', () => {
    const order = { lines: [line('1', {}), line('2', { reserved: 2, short: 3 }), line('3', { picked: 5 }), line('4', { reserved: 0, short: 5 })] } as unknown as Order;
    expect(linesToPick(order).map((left) => [left.line, left.left])).toEqual([['1', 5], ['2', 2]]);
  });
});

describe('the bins to go to', () => {
  const bin = (location: string, onHand: number) => ({ site: 'leeds', location, onHand });
  it('begin with the emptiest that holds enough, then the fullest of the others, four at most', () => {
    const bins = [bin('A', 2), bin('B', 90), bin('C', 6), bin('D', 4), bin('E', 1)];
    expect(binsFor(bins, 5).map((one) => one.location)).toEqual(['C', 'B', 'D', 'A']);
  });
});

describe('a scan', () => {
  it('names its line in any case and among other codes of a label', () => {
    expect(scans({ sku: 'Jar-1' }, 'jar-1 ')).toBe(true);
    expect(scans({ sku: 'JAR' }, 'LOT7|JAR')).toBe(true);
  });
  it('of something else does not', () => {
    expect(scans({ sku: 'JAR' }, 'JARS')).toBe(false);
    expect(scans({ sku: 'JAR' }, '')).toBe(false);
  });
});
