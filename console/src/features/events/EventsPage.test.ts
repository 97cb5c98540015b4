import { describe, expect, it } from 'vitest';
import type { LogEvent } from '~/api/live';
import { readChain } from '~/ui/EventDrawer';
import { merge } from './EventsPage';
import { readEventsSearch } from './feature';

const event = (position: number, causation?: number, stream = 'order/1'): LogEvent => ({ position, stream, version: 1, type: 'orders.order-held.v1', happened: '', recorded: '', actor: '', command: '', hash: '', body: {}, ...(causation && { causation }) });

describe('the list of events', () => {
  it('joins what was read with what arrived since, each once, newest first', () => {
    expect(merge([event(1), event(2)], [event(2), event(3)], {}).map((e) => e.position)).toEqual([3, 2, 1]);
  });
  it('shows of the live ones only what fits the filter', () => {
    expect(merge([], [event(1), event(2, undefined, 'stock/A')], { stream: 'stock/' }).map((e) => e.position)).toEqual([2]);
  });
  it('reads its filters from the address and drops what makes no sense', () => {
    expect(readEventsSearch({ stream: 'order/1', event: '7', after: '-3', type: '' })).toEqual({ stream: 'order/1', event: 7 });
  });
});

describe('a cause chain', () => {
  const log = [event(1), event(2, 1), event(3, 2), event(4, 3), event(5, 3)];
  const read = async (position: number) => log[position - 1] as LogEvent;
  it('leads from the first cause to the direct effects', async () => {
    const chain = await readChain(3, read, async (after) => log.filter((e) => e.position > after));
    expect(chain.causes.map((e) => e.position)).toEqual([1, 2]);
    expect(chain.effects.map((e) => e.position)).toEqual([4, 5]);
  });
  it('ends even if it is very long', async () => {
    const chain = await readChain(1_000, async (position) => event(position, position - 1), async () => []);
    expect(chain.causes).toHaveLength(12);
  });
});
