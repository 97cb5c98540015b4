import { call, Refused, urlOf, type Problem, type Query } from './client';
import { textOf } from './live';
import { SseParser } from './sse';

/** One finding of heavy work: the name of the event and its data. */
export interface Finding {
  name: string;
  data: unknown;
}

/** Asks for heavy work on a file; aborting ends the work on the server. */
export type OpenWork = (path: string, query: Query, file: Blob, signal: AbortSignal) => AsyncIterable<Finding>;

/** Sends a file and gives what is found in it, as it is found. What is wrong with the file is thrown before anything is found. */
export const openWork: OpenWork = async function* (path, query, file, signal) {
  const response = await call(urlOf(path, {}, query), { method: 'POST', headers: { accept: 'text/event-stream', 'Content-Type': 'text/plain' }, body: file, signal });
  const parser = new SseParser();
  if (!response.body) return;
  for await (const chunk of textOf(response.body))
    for (const message of parser.push(chunk)) {
      if (message.kind !== 'event') continue;
      if (message.type === 'failed') throw new Refused(JSON.parse(message.data) as Problem);
      yield { name: message.type, data: JSON.parse(message.data) };
    }
};

/** What a page watches without being part of it: an object that outlives the page and says when it changed. */
export class Watched<State> {
  private readonly listeners = new Set<() => void>();
  private state: State;

  constructor(state: State) {
    this.state = state;
  }

  readonly snapshot = (): State => this.state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  set(change: Partial<State>) {
    this.replace({ ...this.state, ...change });
  }

  replace(state: State) {
    this.state = state;
    for (const listener of this.listeners) listener();
  }
}
