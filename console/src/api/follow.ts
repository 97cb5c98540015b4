import { QueryClient, type Query } from '@tanstack/react-query';
import { Refused } from './client';
import type { LogEvent } from './live';

declare module '@tanstack/react-query' {
  interface Register {
    defaultError: Error;
    queryMeta: {
      /** Stream names, or their beginnings (`order/`), whose events make this answer stale. */
      follows?: readonly string[];
    };
  }
}

/** One client for the tab; a fault of the network is tried again, a refusal never. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 20_000,
        gcTime: 5 * 60_000,
        networkMode: 'always',
        refetchOnWindowFocus: false,
        retry: (failures, error) => failures < 2 && error instanceof Refused && (error.unreachable || error.problem.status === 503),
        retryDelay: (failures) => 400 * 2 ** failures,
      },
      mutations: { networkMode: 'always', retry: false },
    },
  });
}

/** Whether any of these streams is one that a query follows. */
export function isTouched(follows: readonly string[] | undefined, streams: ReadonlySet<string>): boolean {
  if (!follows) return false;
  for (const stream of streams) if (follows.some((prefix) => stream === prefix || (prefix.endsWith('/') && stream.startsWith(prefix)))) return true;
  return false;
}

/**
 * Refetches what new events made stale: at most once a second and query, and never while the last refetch is under way,
 * so that a busy log costs a screen a steady little and not more.
 */
export class Freshness {
  private streams = new Set<string>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly last = new WeakMap<Query, number>();
  private readonly queries: QueryClient;
  private readonly pause: number;

  constructor(queries: QueryClient, pause = 1_000) {
    this.queries = queries;
    this.pause = pause;
  }

  readonly take = (events: readonly LogEvent[]) => {
    for (const event of events) this.streams.add(event.stream);
    this.timer ??= setTimeout(this.flush, 120);
  };

  private readonly flush = () => {
    this.timer = undefined;
    const streams = this.streams;
    this.streams = new Set();
    const now = Date.now();
    let postponed = false;
    for (const query of this.queries.getQueryCache().getAll()) {
      if (!isTouched(query.meta?.follows, streams)) continue;
      if (!query.isActive()) {
        query.invalidate();
        continue;
      }
      if (query.state.fetchStatus === 'fetching' || now - (this.last.get(query) ?? 0) < this.pause) {
        postponed = true;
        continue;
      }
      this.last.set(query, now);
      void this.queries.invalidateQueries({ queryKey: query.queryKey, exact: true });
    }
    if (postponed) {
      for (const stream of streams) this.streams.add(stream);
      this.timer ??= setTimeout(this.flush, this.pause / 2);
    }
  };
}
