import { describe, expect, it } from 'vitest';
import { eventWords, show } from './format';
import { Sequences } from './keys';

describe('formats', () => {
  it('say an age in its largest unit', () => {
    expect([4_000, 59_999, 60_000, 3_599_000, 3_600_000, 172_799_000, 172_800_000, -5].map(show.age)).toEqual(['4 s', '59 s', '1 min', '59 min', '1 h', '47 h', '2 d', '0 s']);
  });
  it('keep thousandths of a quantity and name its unit', () => {
    expect(show.quantity(1234.5, 'KG')).toBe('1,234.5 KG');
    expect(show.quantity(0.001)).toBe('0.001');
  });
  it('take a calendar day as the day it is, in any time zone', () => {
    expect(show.day('2026-11-22')).toBe('Nov 22');
  });
  it('say an event type as words', () => {
    expect(eventWords('inventory.stock-received.v1')).toBe('Stock received');
  });
  it('show a dash where there is no price', () => {
    expect(show.money(null)).toBe('–');
  });
});

describe('key sequences', () => {
  it('join two keys pressed within a second', () => {
    const keys = new Sequences();
    expect(keys.press('g', 0)).toEqual(['g']);
    expect(keys.press('o', 400)).toEqual(['g o', 'o']);
    expect(keys.press('s', 500)).toEqual(['s']);
  });
  it('forget the first after a second', () => {
    const keys = new Sequences();
    keys.press('g', 0);
    expect(keys.press('o', 1_200)).toEqual(['o']);
  });
});
