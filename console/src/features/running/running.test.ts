import { describe, expect, it } from 'vitest';
import { partsOf } from './HealthPage';
import { worstFirst } from './queries';

const row = (name: string, more: object = {}) => ({ name, kind: 'follower', position: 10, behind: 0, ...more }) as never;
const following = (...items: never[]) => ({ head: 10, items }) as never;
const live = { status: 'live', heard: 0 };

describe('projections', () => {
  it('stand worst first: stopped, then building, then behind', () => {
    expect(worstFirst([row('a'), row('b', { behind: 5 }), row('c', { builtPercent: 40 }), row('d', { failure: 'x' })]).map((item) => item.name)).toEqual(['d', 'c', 'b', 'a']);
  });
});

describe('health', () => {
  it('is quiet when all is well', () => {
    expect(partsOf(following(row('a')), live, 1_000).map((part) => part.tone)).toEqual(['quiet', 'quiet', 'quiet']);
  });
  it('puts what stands still first and names it', () => {
    const [first] = partsOf(following(row('order-list', { failure: 'broken' })), live, 0);
    expect(first).toMatchObject({ tone: 'bad', note: 'order-list' });
  });
  it('says what is still starting, and how far it is', () => {
    expect(partsOf(following(row('order-list', { builtPercent: 40 })), live, 0)[0]).toMatchObject({ tone: 'warn', note: 'order-list 40%' });
  });
  it('tells a lost connection of its own', () => {
    expect(partsOf(following(row('a')), { status: 'offline', heard: 0 }, 0)[0]?.tone).toBe('warn');
  });
});
