import { queryOptions, useQuery } from '@tanstack/react-query';
import { get } from './client';

/** Who is signed in, and what the server lets this credential do. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => get('/api/v1/me', { signal }),
  staleTime: 60_000,
  meta: { follows: ['venture/', 'site/', 'member/', 'role/', 'owners/', 'access-rule/', 'settings/'] },
});

/** How one is signed in here, and the companies one may work in. */
export const sessionQuery = queryOptions({ queryKey: ['session'], queryFn: ({ signal }) => get('/api/v1/session', { signal }) });

/** Whether a permission is held; `*` covers all but the host's own. */
export function holds(scopes: readonly string[] | undefined, permission: string): boolean {
  if (permission === '') return true;
  return !!scopes && (scopes.includes(permission) || (scopes.includes('*') && !permission.startsWith('host.')));
}

export function useMe() {
  return useQuery(meQuery).data;
}

/** `may('orders.write')`: what a screen offers follows from what the server would allow. */
export function useMay(): (permission: string) => boolean {
  const me = useMe();
  return (permission) => holds(me?.scopes, permission);
}

/** The ventures and sites that one may see. */
export function usePlaces() {
  return useMe()?.places ?? { ventures: [], sites: [] };
}

/** Goods leave from a site; whoever is narrowed to one site need not be asked for it, and must name it. */
export function useOwnSite(): string | undefined {
  const me = useMe();
  return me && !me.whole && me.places.sites.length === 1 ? me.places.sites[0]?.code : undefined;
}
