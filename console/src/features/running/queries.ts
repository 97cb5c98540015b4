import { queryOptions } from '@tanstack/react-query';
import { get, type Answer } from '~/api/client';

export type Following = Answer<'/api/v1/projections'>;
export type Follower = Following['items'][number];

export const followingQuery = queryOptions({ queryKey: ['projections'], queryFn: ({ signal }) => get('/api/v1/projections', { signal }), refetchInterval: 2_000, staleTime: 0 });

/** What stands still first, then what is being built, then what is furthest behind. */
export function worstFirst(items: readonly Follower[]): Follower[] {
  const rank = (item: Follower) => (item.failure ? 2e15 : 0) + (item.builtPercent === null || item.builtPercent === undefined ? 0 : 1e15) + item.behind;
  return items.toSorted((a, b) => rank(b) - rank(a) || a.name.localeCompare(b.name));
}
