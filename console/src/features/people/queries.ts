import { queryOptions } from '@tanstack/react-query';
import { get, type Answer } from '~/api/client';

export type Person = Answer<'/api/v1/people'>['items'][number];
export type Role = Answer<'/api/v1/roles'>['items'][number];
export type Member = Answer<'/api/v1/members'>['items'][number];
export type Grant = Member['grants'][number];

export const peopleQuery = queryOptions({ queryKey: ['people'], queryFn: ({ signal }) => get('/api/v1/people', { signal }), meta: { follows: ['member/'] } });
export const rolesQuery = queryOptions({ queryKey: ['roles'], queryFn: ({ signal }) => get('/api/v1/roles', { signal }), meta: { follows: ['role/'] } });
export const permissionsQuery = queryOptions({ queryKey: ['permissions'], queryFn: ({ signal }) => get('/api/v1/permissions', { signal }), staleTime: Number.POSITIVE_INFINITY });

/** All members: a company's people are few enough to be read whole, page after page. */
export const membersQuery = queryOptions({
  queryKey: ['members'],
  queryFn: async ({ signal }) => {
    const all: Member[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await get('/api/v1/members', { query: { limit: 200, cursor }, signal });
      all.push(...page.items);
      if (!page.next || all.length >= 5_000) return all;
      cursor = page.next;
    }
  },
  meta: { follows: ['member/'] },
});

/** Who holds each role. */
export function holdersOf(members: readonly Member[]): Map<string, string[]> {
  const holders = new Map<string, string[]>();
  for (const { person, grants } of members) for (const role of new Set(grants.map((grant) => grant.role))) holders.set(role, [...(holders.get(role) ?? []), person]);
  return holders;
}

/** The grants with a role put in or taken out; a grant that is kept keeps what it is narrowed to. */
export function withRole(grants: readonly Grant[], role: string, on: boolean): Grant[] {
  return on ? [...grants, { role }] : grants.filter((grant) => grant.role !== role);
}

/** The codes of what a grant is narrowed to; empty: everything. */
export function placesOf(grant: Grant): string {
  return [...(grant.sites ?? grant.ventures ?? []), ...(grant.customers ?? [])].join(', ');
}

/** What a role is narrowed to: everything, ventures, sites, or, where it shows customers their own records, customers. */
export type Narrowing = 'all' | 'ventures' | 'sites' | 'customers';

export function narrowingOf(grant: Grant): Narrowing {
  return grant.customers ? 'customers' : grant.sites ? 'sites' : grant.ventures ? 'ventures' : 'all';
}

/** The grants with one role held for exactly these; sites decide their ventures by themselves. */
export function narrowed(grants: readonly Grant[], role: string, to: Narrowing, which: readonly string[]): Grant[] {
  const grant: Grant = { role, ...(to !== 'all' && { [to]: [...which] }) };
  return grants.map((held) => (held.role === role ? grant : held));
}

/** A role's code, made of its name; empty while the name gives none. */
export function codeOf(name: string): string {
  return name
    .normalize('NFD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[-0-9]+|-+$/g, '')
    .slice(0, 40);
}
