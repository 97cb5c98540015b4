import type { Refused } from './client';

/** A write as it was sent: what a second person approves is this, to the byte. */
export interface Held {
  method: string;
  url: string;
  body: string | null;
  ifMatch?: string | null;
  contentType?: string | null;
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
export function headersOf({ body, ifMatch, contentType }: Pick<Held, 'body' | 'ifMatch' | 'contentType'>, key: string, more: Record<string, string> = {}) {
  return { accept: 'application/json', 'Idempotency-Key': key, ...(body !== null && { 'Content-Type': contentType ?? 'application/json' }), ...(ifMatch && { 'If-Match': ifMatch }), ...more };
}
