import { proved, type Answer } from '~/api/client';
import { headersOf } from '~/api/second';
import { text } from '~/text/en';

export type Approval = Answer<'/api/v1/access/approvals'>['items'][number];

/** What a row wants of who looks at it. */
export type State = 'decide' | 'waiting' | 'ready' | 'theirs' | 'refused';

export function stateOf(row: Pick<Approval, 'person' | 'approvedBy' | 'refusedBy' | 'mayApprove'>, me: string | null | undefined): State {
  if (row.refusedBy) return 'refused';
  if (row.mayApprove) return 'decide';
  if (row.person === me) return row.approvedBy ? 'ready' : 'waiting';
  return row.approvedBy ? 'theirs' : 'waiting';
}

const order: readonly State[] = ['decide', 'ready', 'refused', 'waiting', 'theirs'];

/** What one can act on comes first; of those, what is over first. */
export function inOrder(rows: readonly Approval[], me: string | null | undefined): Approval[] {
  return rows.toSorted((a, b) => order.indexOf(stateOf(a, me)) - order.indexOf(stateOf(b, me)) || Date.parse(a.until) - Date.parse(b.until));
}

/** Controls, marks of direction, what has no width and what is no plain space: they hide themselves, or what stands beside them. */
const hidden = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/gu;

function escaped(char: string): string {
  const code = (char.codePointAt(0) ?? 0).toString(16).toUpperCase();
  return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`;
}

/** A text whose every character is seen: `\u202E` for one that is not. */
export const shown = (sent: string) => sent.replace(hidden, escaped);

/** The same of a text of many lines. */
export const shownLines = (sent: string) => sent.replace(hidden, (char) => (char === '\n' || char === '\t' ? char : escaped(char)));

const keyed = (path: string, name: string) => (!/^[\w$-]+$/.test(name) ? `${path}[${shown(JSON.stringify(name))}]` : path ? `${path}.${name}` : name);

/** Every value of a body with its path, `lines[0].sku`: nothing is left out or rounded, nobody approves what they cannot see. */
export function valuesOf(body: string | null): [string, string][] {
  if (!body) return [];
  try {
    JSON.parse(body);
    return read(body);
  } catch {
    return []; // not one JSON value, or one too deep: shown as it was sent
  }
}

const ends: Record<string, string> = { '{': '}', '[': ']' };

/** Of JSON that is known to be right: by its own text, since a parsed number has lost digits and a parsed object a member that is there twice. */
function read(json: string): [string, string][] {
  const found: [string, string][] = [];
  const tokens = json.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g) ?? [];
  let at = 0;
  const next = () => tokens[at++] ?? '';
  const value = (path: string) => {
    const token = next();
    const end = ends[token];
    if (!end) found.push([path, token.startsWith('"') && token !== '""' ? shown(JSON.parse(token) as string) : token]);
    else if (tokens[at] === end) found.push([path, token + next()]);
    else {
      let index = 0;
      do {
        const name = end === '}' ? next() : '';
        if (name) next(); // the colon
        value(name ? keyed(path, JSON.parse(name) as string) : `${path}[${index++}]`);
      } while (next() !== end);
    }
  };
  value('');
  return found;
}

/** What the request is about, beside its permission in words: the part of the path after the API's own. */
export function aboutOf({ method, path }: Pick<Approval, 'method' | 'path'>): string {
  const rest = path.replace(/^\/api\/v1/, '');
  try {
    return `${method} ${shown(decodeURI(rest.replaceAll('%25', '%2525')))}`; // a percent sign stays as it was sent: what follows it is text
  } catch {
    return `${method} ${shown(rest)}`;
  }
}

/** On what condition it is done, if on one. */
export function conditionOf({ ifMatch }: Pick<Approval, 'ifMatch'>): string | undefined {
  if (!ifMatch) return undefined;
  const version = /^"(\d+)"$/.exec(ifMatch)?.[1];
  return version ? text.approvals.unchanged(version) : `If-Match: ${shown(ifMatch)}`;
}

/** Sends again what was approved, to the byte. Its idempotency key is the approval's: pressing twice does it once. */
export function sendAgain({ approval, method, path, body, ifMatch, contentType }: Approval): Promise<Response> {
  const sent = body || null;
  return proved(path, { method, body: sent, headers: headersOf({ body: sent, ifMatch, contentType }, `approval-${approval}`, { 'Lading-Approval': approval }) });
}
