import { proveAgain } from './proof';
import type { paths } from './schema';
import { askSecond, headersOf, type Held } from './second';

/** A refusal or a fault as the server words it: code, what is wrong, the remedy. */
export interface Problem {
  status: number;
  code: string;
  title: string;
  detail: string;
  field?: string | null;
  value?: string | null;
  remedy?: string | null;
  errors?: { field: string; value?: string | null; message: string; remedy?: string | null }[] | null;
  traceId?: string | null;
  /** The line of a file that was sent, from 1. */
  line?: number | null;
}

/** The server said no, or could not be reached (status 0). */
export class Refused extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.name = 'Refused';
    this.problem = problem;
  }

  get unreachable(): boolean {
    return this.problem.status === 0;
  }

  /** The complaint about one field of a form, if there is one. */
  about(field: string): string | undefined {
    const found = this.problem.errors?.find((error) => error.field === field);
    if (found) return [found.message, found.remedy].filter(Boolean).join(' ');
    return this.problem.field === field ? [this.problem.detail, this.problem.remedy].filter(Boolean).join(' ') : undefined;
  }
}

type JsonOf<Operation> = Operation extends { responses: { 200: { content: { 'application/json': infer Answer } } } } ? Answer : never;
type Gets = { [P in keyof paths as paths[P] extends { get: object } ? P : never]: paths[P] extends { get: infer G } ? JsonOf<G> : never };

/** A GET route of the OpenAPI document. */
export type GetPath = keyof Gets & string;

/** What a GET route answers. */
export type Answer<P extends GetPath> = Gets[P];

export type Query = Record<string, string | number | boolean | null | undefined>;

/** The names a GET route takes in its query; the server refuses any other. */
export type QueryOf<P extends GetPath> = paths[P] extends { get: { parameters: { query?: infer Names } } } ? { [Name in keyof Names]?: Query[string] } : never;

interface ReadOptions<P extends GetPath> {
  params?: Record<string, string | number>;
  query?: QueryOf<P>;
  signal?: AbortSignal;
  /** The log position that the answer must reflect. */
  atLeast?: number;
}

/** Writes of this tab, so that what one wrote is in what one reads next. */
let written = { position: 0, until: 0 };

/** The last position this tab wrote, while reading it back may still race a follower. */
export function lastWritten(now = Date.now()): number {
  return now < written.until ? written.position : 0;
}

function remember(response: Response) {
  const position = Number(response.headers.get('Lading-Position') ?? 0);
  if (position > 0) written = { position: Math.max(position, lastWritten()), until: Date.now() + 15_000 };
}

/** `/orders/{order}` with its parameters and query in place. */
export function urlOf(path: string, params: Record<string, string | number> = {}, query: Query = {}): string {
  const filled = path.replace(/\{(\w+)(?::\w+)?\}/g, (_, name: string) => encodeURIComponent(String(params[name] ?? '')));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined && value !== null && value !== '') search.set(name, String(value));
  const text = search.toString();
  return text ? `${filled}?${text}` : filled;
}

export async function call(url: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { credentials: 'same-origin', ...init });
  } catch (cause) {
    if (init.signal?.aborted) throw cause;
    throw new Refused({ status: 0, code: 'console.unreachable', title: 'No connection', detail: 'The server cannot be reached.', remedy: 'It is tried again by itself.' });
  }
  if (response.ok || response.status === 304) return response;
  const problem = (await response.json().catch(() => null)) as Partial<Problem> | null;
  throw new Refused({
    status: response.status,
    code: problem?.code ?? `http.${response.status}`,
    title: problem?.title ?? response.statusText,
    detail: problem?.detail ?? `The server answered ${response.status}.`,
    field: problem?.field,
    value: problem?.value,
    remedy: problem?.remedy,
    errors: problem?.errors,
    traceId: problem?.traceId,
    line: problem?.line,
  });
}

/** Reads a route of the OpenAPI document. */
export async function get<P extends GetPath>(path: P, options: ReadOptions<P> = {}): Promise<Answer<P>> {
  return (await getWithHeaders(path, options)).body;
}

/** Reads a route and also says which position the answer reflects and its ETag. */
export async function getWithHeaders<P extends GetPath>(path: P, { params, query, signal, atLeast }: ReadOptions<P> = {}) {
  const headers: Record<string, string> = { accept: 'application/json' };
  const least = Math.max(atLeast ?? 0, lastWritten());
  if (least > 0) headers['Lading-At-Least'] = String(least);
  const response = await call(urlOf(path, params, query), { headers, signal: signal ?? null });
  return {
    body: (await response.json()) as Answer<P>,
    position: Number(response.headers.get('Lading-Position') ?? 0),
    etag: response.headers.get('ETag') ?? undefined,
  };
}

export type Method = 'POST' | 'PUT' | 'DELETE';

interface SendOptions {
  params?: Record<string, string | number>;
  query?: Query;
  /** The same key again is the same command: a retry after a lost answer changes nothing twice. */
  key?: string;
  ifMatch?: string | number;
  contentType?: string;
  signal?: AbortSignal;
}

/** Sends a write as it is; where the server first wants a fresh proof of who one is, it is asked for and the write goes on. */
export async function proved(url: string, init: RequestInit): Promise<Response> {
  const response = await call(url, init).catch(async (error: unknown) => {
    if (error instanceof Refused && error.problem.code.endsWith('.step-up-needed') && (await proveAgain(error.problem.code))) return call(url, init);
    throw error;
  });
  remember(response);
  return response;
}

/** Sends a write. `body` is sent as JSON unless it is text already. Where the server wants a second person, the write can be put before one. */
export async function send<T = { id: string; version: number; position: number }>(
  method: Method,
  path: string,
  body?: unknown,
  { params, query, key = newKey(), ifMatch, contentType, signal }: SendOptions = {},
): Promise<T> {
  const held: Held = {
    method,
    url: urlOf(path, params, query),
    body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
    ...(ifMatch !== undefined && { ifMatch: `"${ifMatch}"` }),
    ...(contentType !== undefined && { contentType }),
  };
  const response = await proved(held.url, { method, headers: headersOf(held, key), body: held.body, signal: signal ?? null }).catch(async (error: unknown) => {
    if (error instanceof Refused && error.problem.code === 'access.second-person') throw (await askSecond(held)) ?? error;
    throw error;
  });
  const text = await response.text();
  const json = response.headers.get('Content-Type')?.includes('json') && !response.headers.get('Content-Type')?.includes('ndjson');
  return (json && text ? JSON.parse(text) : text) as T;
}

/** A fresh idempotency key; `crypto.randomUUID` is missing on plain http. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
