import { describe, expect, it } from 'vitest';
import { linesToPick, scans, type Order } from './work';

const line = (id: string, more: object) => ({ line: id, sku: `S${id}`, description: 'x', open: 5, reserved: 5, picked: 0, short: 0, entered: { quantity: 5, unit: 'EA' }, ...more });

describe('what is left to pick', () => {
  it('is what is reserved and not yet picked, never what is short', () => {
    const order = { lines: [line('1', {}), line('2', { reserved: 2, short: 3 }), line('3', { picked: 5 }), line('4', { reserved: 0, short: 5 })] } as unknown as Order;
    expect(linesToPick(order).map((left) => [left.line, left.left])).toEqual([['1', 5], ['2', 2]]);
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
