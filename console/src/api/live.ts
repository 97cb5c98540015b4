import { SseParser } from './sse';

/** An event of the log with its envelope, as the API shows it. */
export interface LogEvent {
  position: number;
  stream: string;
  version: number;
  type: string;
  happened: string;
  recorded: string;
  actor: string;
  command: string;
  correlation?: string | null;
  causation?: number | null;
  hash: string;
  body: Record<string, unknown>;
}

export type LiveStatus = 'idle' | 'connecting' | 'live' | 'offline' | 'denied';

export interface LiveState {
  status: LiveStatus;
  /** Everything up to here has been applied. */
  position: number;
  /** When the server was last heard, by this machine's clock. */
  heard: number;
  /** When the next attempt is made, while offline. */
  retryAt: number;
}

/** Opens the stream of everything after a position; rejects when the server cannot be reached. */
export type OpenStream = (after: number, signal: AbortSignal) => Promise<{ status: number; chunks: AsyncIterable<string> }>;

export interface Clock {
  now(): number;
  after(milliseconds: number, act: () => void): () => void;
}

const machine: Clock = {
  now: () => Date.now(),
  after(milliseconds, act) {
    const timer = setTimeout(act, milliseconds);
    return () => clearTimeout(timer);
  },
};

/** The server sends its position every 5 s; silent for longer than this, the connection is taken for lost. */
const SILENCE = 12_000;
const RECENT = 300;

/**
 * The one live connection of a tab. It applies everything after position N in order, each event once, and after any
 * break resumes from the last position it applied, so that nothing is missed and nothing is applied twice.
 */
export class LiveLog {
  private readonly listeners = new Set<() => void>();
  private readonly readers = new Set<(events: readonly LogEvent[]) => void>();
  private state: LiveState = { status: 'idle', position: 0, heard: 0, retryAt: 0 };
  private recent: readonly LogEvent[] = [];
  private attempt: AbortController | undefined;
  private cancelRetry: (() => void) | undefined;
  private cancelSilence: (() => void) | undefined;
  private failures = 0;
  private readonly open: OpenStream;
  private readonly clock: Clock;

  constructor(open: OpenStream, clock: Clock = machine) {
    this.open = open;
    this.clock = clock;
  }

  /** Follows the log from a position on; `history` fills the list of recent events. */
  start(after: number, history: readonly LogEvent[] = []) {
    this.stop();
    this.recent = history.slice(-RECENT);
    this.failures = 0;
    this.set({ status: 'connecting', position: after, heard: this.clock.now() });
    void this.connect();
  }

  stop() {
    this.attempt?.abort();
    this.attempt = undefined;
    this.cancelRetry?.();
    this.cancelSilence?.();
    this.set({ status: 'idle' });
  }

  /** Tries again at once: the network came back, or a person asked. */
  retryNow() {
    if (this.state.status !== 'offline') return;
    this.cancelRetry?.();
    void this.connect();
  }

  /** The machine says that it has no network: what is on the screen may be old from now on. */
  cut() {
    if (this.state.status !== 'live' && this.state.status !== 'connecting') return;
    const attempt = this.attempt;
    this.attempt = undefined;
    attempt?.abort();
    this.lost();
  }

  readonly snapshot = (): LiveState => this.state;
  readonly recentEvents = (): readonly LogEvent[] => this.recent;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Hands over each batch of new events, in order. */
  readonly read = (reader: (events: readonly LogEvent[]) => void): (() => void) => {
    this.readers.add(reader);
    return () => this.readers.delete(reader);
  };

  private async connect() {
    const attempt = new AbortController();
    this.attempt?.abort();
    this.attempt = attempt;
    this.watchSilence();
    try {
      const stream = await this.open(this.state.position, attempt.signal);
      if (attempt !== this.attempt) return;
      if (stream.status === 401 || stream.status === 403) {
        this.cancelSilence?.();
        this.set({ status: 'denied' });
        return;
      }
      if (stream.status !== 200) throw new Error(`The stream answered ${stream.status}.`);
      const parser = new SseParser();
      for await (const chunk of stream.chunks) {
        if (attempt !== this.attempt) return;
        this.apply([...parser.push(chunk)].flatMap((message) => (message.kind === 'event' ? [JSON.parse(message.data) as LogEvent] : [])));
      }
    } catch {
      // Whatever it was, the cure is the same: connect again from the last position.
    }
    if (attempt === this.attempt) this.lost();
  }

  private apply(arrived: LogEvent[]) {
    this.watchSilence();
    this.failures = 0;
    const fresh: LogEvent[] = [];
    let position = this.state.position;
    for (const event of arrived)
      if (event.position > position) {
        position = event.position;
        fresh.push(event);
      }
    if (fresh.length > 0) this.recent = [...this.recent, ...fresh].slice(-RECENT);
    this.set({ status: 'live', position, heard: this.clock.now() });
    if (fresh.length > 0) for (const reader of this.readers) reader(fresh);
  }

  private lost() {
    this.attempt?.abort();
    this.cancelSilence?.();
    const wait = Math.min(15_000, 500 * 2 ** Math.min(this.failures++, 5));
    this.set({ status: 'offline', retryAt: this.clock.now() + wait });
    this.cancelRetry = this.clock.after(wait, () => void this.connect());
  }

  private watchSilence() {
    this.cancelSilence?.();
    const watched = this.attempt;
    this.cancelSilence = this.clock.after(SILENCE, () => {
      if (watched === this.attempt && watched) {
        this.attempt = undefined;
        watched.abort();
        this.lost();
      }
    });
  }

  private set(change: Partial<LiveState>) {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener();
  }
}

/** The stream of this server. */
export const openEvents: OpenStream = async (after, signal) => {
  const response = await fetch(`/api/v1/events?after=${after}`, {
    headers: { accept: 'text/event-stream' },
    credentials: 'same-origin',
    cache: 'no-store',
    signal,
  });
  return { status: response.status, chunks: response.ok && response.body ? textOf(response.body) : none() };
};

async function* none(): AsyncGenerator<string> {
  // A refused stream has nothing to say.
}

export async function* textOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield decoder.decode(value, { stream: true });
  }
}

/** The tab's live connection. */
export const live = new LiveLog(openEvents);
