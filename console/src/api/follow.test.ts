import { QueryObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createQueryClient, Freshness, isTouched } from './follow';
import type { LogEvent } from './live';

const on = (stream: string): LogEvent => ({ position: 1, stream, version: 1, type: 't', happened: '', recorded: '', actor: '', command: '', hash: '', body: {} });

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('what a query follows', () => {
  it('is a stream, or all whose names begin so', () => {
    expect(isTouched(['order/4711'], new Set(['order/4711']))).toBe(true);
    expect(isTouched(['order/4711'], new Set(['order/47110']))).toBe(false);
    expect(isTouched(['order/'], new Set(['order/1']))).toBe(true);
    expect(isTouched(['order/'], new Set(['stock/1']))).toBe(false);
    expect(isTouched(undefined, new Set(['order/1']))).toBe(false);
  });
});

describe('freshness', () => {
  const watched = (follows: string[]) => {
    const queries = createQueryClient();
    const read = vi.fn(async () => Date.now());
    const leave = new QueryObserver(queries, { queryKey: [follows.join()], queryFn: read, meta: { follows } }).subscribe(() => {});
    return { read, freshness: new Freshness(queries), leave };
  };

  it('reads again what an event touches, and nothing else', async () => {
    const { read, freshness, leave } = watched(['order/']);
    await vi.advanceTimersByTimeAsync(10);
    freshness.take([on('stock/A')]);
    await vi.advanceTimersByTimeAsync(500);
    expect(read).toHaveBeenCalledTimes(1);
    freshness.take([on('order/1')]);
    await vi.advanceTimersByTimeAsync(500);
    expect(read).toHaveBeenCalledTimes(2);
    leave();
  });

  it('reads at most once a second however busy the log is, and the last change is not forgotten', async () => {
    const { read, freshness, leave } = watched(['order/']);
    await vi.advanceTimersByTimeAsync(10);
    for (let i = 0; i < 100; i++) {
      freshness.take([on(`order/${i}`)]);
      await vi.advanceTimersByTimeAsync(30);
    }
    const during = read.mock.calls.length;
    expect(during).toBeLessThanOrEqual(5);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(read.mock.calls.length).toBe(during + 1);
    leave();
  });
});
