import type { Answer } from '~/api/client';

export type Approval = Answer<'/api/v1/access/approvals'>['items'][number];

/** What a row wants of who looks at it. */
export type State = 'decide' | 'waiting' | 'ready' | 'theirs';

export function stateOf(row: Pick<Approval, 'person' | 'approvedBy' | 'mayApprove'>, me: string | null | undefined): State {
  if (row.mayApprove) return 'decide';
  if (row.person === me) return row.approvedBy ? 'ready' : 'waiting';
  return row.approvedBy ? 'theirs' : 'waiting';
}

const order: readonly State[] = ['decide', 'ready', 'waiting', 'theirs'];

/** What one can act on comes first; of those, what is over first. */
export function inOrder(rows: readonly Approval[], me: string | null | undefined): Approval[] {
  return rows.toSorted((a, b) => order.indexOf(stateOf(a, me)) - order.indexOf(stateOf(b, me)) || Date.parse(a.until) - Date.parse(b.until));
}

/** Every value of a body with its path, `lines[0].sku`: nothing is left out, nobody approves what they cannot see. */
export function valuesOf(body: string | null): [string, string][] {
  if (!body) return [];
  const found: [string, string][] = [];
  const walk = (path: string, value: unknown) => {
    if (value !== null && typeof value === 'object' && Object.keys(value).length > 0) for (const [name, inner] of Object.entries(value)) walk(Array.isArray(value) ? `${path}[${name}]` : path ? `${path}.${name}` : name, inner);
    else found.push([path, typeof value === 'string' ? value : JSON.stringify(value)]);
  };
  try {
    walk('', JSON.parse(body));
  } catch {
    return []; // not one JSON value: shown as it was sent
  }
  return found;
}

/** What the request is about, beside its permission in words: the part of the path after the API's own. */
export const aboutOf = ({ method, path }: Pick<Approval, 'method' | 'path'>) => `${method} ${decodeURI(path.replace(/^\/api\/v1/, ''))}`;
