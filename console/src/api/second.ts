import type { Refused } from './client';

/** A write as it was sent: what a second person approves is this, to the byte. */
export interface Held {
  method: string;
  url: string;
  body: string | null;
  ifMatch?: string;
  contentType?: string;
}

/** Asks whether to put a write before a second person; answers what became of it, or nothing when it was not put there. */
type Ask = (held: Held) => Promise<Refused | undefined>;

let ask: Ask | undefined;

/** The frame says how to ask; until it does, such a write is simply refused. */
export function askSecondBy(how: Ask): () => void {
  ask = how;
  return () => {
    if (ask === how) ask = undefined;
  };
}

export const askSecond = (held: Held): Promise<Refused | undefined> => ask?.(held) ?? Promise.resolve(undefined);

/** The headers of a write. `more` is what the second person's part adds. */
export function headersOf({ body, ifMatch, contentType = 'application/json' }: Pick<Held, 'body' | 'ifMatch' | 'contentType'>, key: string, more: Record<string, string> = {}) {
  return { accept: 'application/json', 'Idempotency-Key': key, ...(body !== null && { 'Content-Type': contentType }), ...(ifMatch !== undefined && { 'If-Match': ifMatch }), ...more };
}

const place = (approval: string) => `lading.approval.${approval}`;

type Unseen = Pick<Held, 'ifMatch' | 'contentType'>;

/** What the server does not show again of a write that waits; kept by this browser. */
export function keepHeaders(approval: string, { ifMatch, contentType }: Unseen, store: Storage = localStorage) {
  if (ifMatch !== undefined || contentType !== undefined) store.setItem(place(approval), JSON.stringify({ ifMatch, contentType }));
}

export function keptHeaders(approval: string, store: Storage = localStorage): Unseen {
  return JSON.parse(store.getItem(place(approval)) ?? '{}') as Unseen;
}

export const forgetHeaders = (approval: string, store: Storage = localStorage) => store.removeItem(place(approval));
