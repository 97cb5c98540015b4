import { describe, expect, it } from 'vitest';
import { LiveLog, type Clock, type LogEvent } from './live';

const event = (position: number): LogEvent => ({ position, stream: `order/${position}`, version: 1, type: 'orders.order-placed.v1', happened: '', recorded: '', actor: 'key:a', command: '', hash: '', body: {} });
const message = (position: number) => `id: ${position}\nevent: orders.order-placed.v1\ndata: ${JSON.stringify(event(position))}\n\n`;

/** Time that moves when told to. */
class TestClock implements Clock {
  time = 0;
  private waiting: { at: number; act: () => void }[] = [];
  now = () => this.time;
  after(milliseconds: number, act: () => void) {
    const entry = { at: this.time + milliseconds, act };
    this.waiting.push(entry);
    return () => (this.waiting = this.waiting.filter((other) => other !== entry));
  }
  async pass(milliseconds: number) {
    this.time += milliseconds;
    const due = this.waiting.filter((entry) => entry.at <= this.time);
    this.waiting = this.waiting.filter((entry) => entry.at > this.time);
    for (const entry of due) entry.act();
    await settle();
  }
}

/** A server whose connections a test feeds and cuts. */
class TestServer {
  asked: number[] = [];
  status = 200;
  private feed: ((chunk: string | null) => void) | undefined;
  open = async (after: number, signal: AbortSignal) => {
    this.asked.push(after);
    if (this.status === 0) throw new TypeError('refused');
    const queue: (string | null)[] = [];
    let wake: (() => void) | undefined;
    this.feed = (chunk) => {
      queue.push(chunk);
      wake?.();
    };
    signal.addEventListener('abort', () => this.feed?.(null));
    async function* chunks() {
      for (;;) {
        while (queue.length === 0) await new Promise<void>((done) => (wake = done));
        const chunk = queue.shift();
        if (chunk === null || chunk === undefined) return;
        yield chunk;
      }
    }
    return { status: this.status, chunks: chunks() };
  };
  async say(text: string) {
    this.feed?.(text);
    await settle();
  }
  async cut() {
    this.feed?.(null);
    await settle();
  }
}

async function settle() {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

async function started(after = 10) {
  const server = new TestServer();
  const clock = new TestClock();
  const live = new LiveLog(server.open, clock);
  const seen: number[] = [];
  live.read((events) => seen.push(...events.map((e) => e.position)));
  live.start(after);
  await settle();
  return { server, clock, live, seen };
}

describe('the live log', () => {
  it('asks for everything after the position it starts from', async () => {
    const { server } = await started(10);
    expect(server.asked).toEqual([10]);
  });

  it('is live once the server has spoken, even if only with a comment', async () => {
    const { server, live } = await started();
    expect(live.snapshot().status).toBe('connecting');
    await server.say(': 10\n\n');
    expect(live.snapshot().status).toBe('live');
  });

  it('applies events in order, across pieces that cut messages anywhere', async () => {
    const { server, seen } = await started();
    const text = message(11) + message(12);
    await server.say(text.slice(0, 37));
    await server.say(text.slice(37));
    expect(seen).toEqual([11, 12]);
  });

  it('resumes after a break from the last event it applied and applies none twice', async () => {
    const { server, clock, live, seen } = await started();
    await server.say(message(11) + message(12));
    await server.cut();
    expect(live.snapshot().status).toBe('offline');
    await clock.pass(500);
    expect(server.asked).toEqual([10, 12]);
    await server.say(message(12) + message(13));
    expect(seen).toEqual([11, 12, 13]);
    expect(live.snapshot().status).toBe('live');
  });

  it('waits longer after each failure and forgets that once it is connected', async () => {
    const { server, clock, live } = await started();
    server.status = 0;
    await server.cut();
    const waits: number[] = [];
    for (let i = 0; i < 3; i++) {
      waits.push(live.snapshot().retryAt - clock.time);
      await clock.pass(waits[i] ?? 0);
    }
    expect(waits).toEqual([500, 1_000, 2_000]);
    server.status = 200;
    await clock.pass(20_000);
    await server.say(': 10\n\n');
    await server.cut();
    expect(live.snapshot().retryAt - clock.time).toBe(500);
  });

  it('is offline at once when the machine has no network', async () => {
    const { server, clock, live, seen } = await started();
    await server.say(message(11));
    live.cut();
    expect(live.snapshot().status).toBe('offline');
    await clock.pass(500);
    expect(server.asked).toEqual([10, 11]);
    expect(seen).toEqual([11]);
  });

  it('takes a silent connection for lost', async () => {
    const { server, clock, live } = await started();
    await server.say(': 10\n\n');
    await clock.pass(11_000);
    expect(live.snapshot().status).toBe('live');
    await clock.pass(1_500);
    expect(live.snapshot().status).toBe('offline');
  });

  it('does not hammer a server that refuses it', async () => {
    const server = new TestServer();
    server.status = 403;
    const clock = new TestClock();
    const live = new LiveLog(server.open, clock);
    live.start(0);
    await settle();
    await clock.pass(60_000);
    expect(live.snapshot().status).toBe('denied');
    expect(server.asked).toEqual([0]);
  });

  it('keeps the last 300 events and no more', async () => {
    const { server, live } = await started(0);
    await server.say(Array.from({ length: 400 }, (_, i) => message(i + 1)).join(''));
    expect(live.recentEvents()).toHaveLength(300);
    expect(live.recentEvents()[0]?.position).toBe(101);
  });
});
