import { afterEach, describe, expect, it, vi } from 'vitest';
import { askBy } from '~/api/proof';
import { aboutOf, conditionOf, inOrder, sendAgain, shown, shownLines, stateOf, valuesOf, type Approval } from './approvals';

const row = (more: Partial<Approval>): Approval => ({ approval: 'a', asked: '2026-01-01T10:00:00Z', person: 'one', permission: 'orders.write', method: 'POST', path: '/api/v1/orders', ifMatch: null, contentType: null, body: '{}', until: '2026-01-01T11:00:00Z', approvedBy: null, refusedBy: null, reason: null, mayApprove: false, ...more });

describe('what waits for a second person', () => {
  it('wants of each person what that person can do', () => {
    expect(stateOf(row({}), 'one')).toBe('waiting');
    expect(stateOf(row({ approvedBy: 'two' }), 'one')).toBe('ready');
    expect(stateOf(row({ mayApprove: true }), 'two')).toBe('decide');
    expect(stateOf(row({ approvedBy: 'two' }), 'two')).toBe('theirs');
    expect(stateOf(row({ approvedBy: 'two', refusedBy: 'two' }), 'one')).toBe('refused');
  });

  it('stands with what one can act on first, and of those what is over first', () => {
    const rows = [row({ approval: 'waits' }), row({ approval: 'late', mayApprove: true, person: 'two', until: '2026-01-01T12:00:00Z' }), row({ approval: 'soon', mayApprove: true, person: 'two' }), row({ approval: 'ready', approvedBy: 'two' })];
    expect(inOrder(rows, 'one').map((one) => one.approval)).toEqual(['soon', 'late', 'ready', 'waits']);
  });

  it('shows every value of the body, whatever its shape', () => {
    expect(valuesOf('{"order":"A","lines":[{"sku":"X","quantity":2}],"note":null,"tags":[],"more":{}}')).toEqual([['order', 'A'], ['lines[0].sku', 'X'], ['lines[0].quantity', '2'], ['note', 'null'], ['tags', '[]'], ['more', '{}']]);
    expect(valuesOf('{"a":1}\n{"a":2}')).toEqual([]);
    expect(valuesOf(null)).toEqual([]);
  });

  it('leaves every digit as it was sent', () => {
    const digits = ['9007199254740993', '123456789012345678901234567890', '0.10000000000000000555', '1e400', '-0', '1.50', '2E+2'];
    expect(valuesOf(`{"a":[${digits.join(' , ')}]}`)).toEqual(digits.map((sent, at) => [`a[${at}]`, sent]));
  });

  it('shows a member that is there twice, twice, and members in the order in which they were sent', () => {
    expect(valuesOf('{"b":1,"2":2,"1":3,"b":4,"__proto__":{"x":5}}')).toEqual([['b', '1'], ['2', '2'], ['1', '3'], ['b', '4'], ['__proto__.x', '5']]);
  });

  it('tells a name from a path and from what looks like JSON', () => {
    expect(valuesOf('{"a.b":1,"a":{"b":2},"c[0]":3,"":4,"d":"{\\"e\\": [1,2]}, \\\\","f":""}')).toEqual([['["a.b"]', '1'], ['a.b', '2'], ['["c[0]"]', '3'], ['[""]', '4'], ['d', '{"e": [1,2]}, \\'], ['f', '""']]);
  });

  it('shows as it was sent what is too deep to be read', () => {
    expect(valuesOf('['.repeat(100_000) + ']'.repeat(100_000))).toEqual([]);
  });
});

describe('what does not show itself', () => {
  const sly: [number, string][] = [[0x00, '\\u0000'], [0x0a, '\\u000A'], [0x1b, '\\u001B'], [0x85, '\\u0085'], [0xa0, '\\u00A0'], [0xad, '\\u00AD'], [0x34f, '\\u034F'], [0x61c, '\\u061C'], [0x115f, '\\u115F'], [0x2003, '\\u2003'], [0x200b, '\\u200B'], [0x200d, '\\u200D'], [0x200f, '\\u200F'], [0x2028, '\\u2028'], [0x2029, '\\u2029'], [0x202e, '\\u202E'], [0x2060, '\\u2060'], [0x2066, '\\u2066'], [0x2069, '\\u2069'], [0x2800, '\\u2800'], [0x3000, '\\u3000'], [0x3164, '\\u3164'], [0xd800, '\\uD800'], [0xe000, '\\uE000'], [0xfe0f, '\\uFE0F'], [0xfeff, '\\uFEFF'], [0xe0041, '\\u{E0041}']];

  it.each(sly)('is shown by its number: %i', (code, seen) => {
    const char = String.fromCodePoint(code);
    expect(shown(`a${char}b`)).toBe(`a${seen}b`);
    expect(shown(`${char}${char}`)).toBe(seen + seen);
    const json = JSON.stringify({ [char]: char });
    expect(valuesOf(json)[0]?.[1]).toBe(seen);
    expect(valuesOf(json)[0]?.[0].toLowerCase()).toBe(`["${{ 0x0a: '\\n' }[code] ?? seen.toLowerCase()}"]`);
    if (code !== 0x0a) expect(shownLines(`a\n\t${char}`)).toBe(`a\n\t${seen}`);
    if (code < 0xd800 || code > 0xdfff) expect(aboutOf({ method: 'POST', path: `/api/v1/orders?x=${encodeURIComponent(char)}` })).toBe(`POST /orders?x=${seen}`);
  });

  it('is not what people write', () => {
    const written = 'Zoë’s “12 m²” – 漢字 مرحبا 🚚 €1.50\\';
    expect(shown(written)).toBe(written);
  });
});

describe('the line of a request', () => {
  it('names what it is about', () => {
    expect(aboutOf({ method: 'PUT', path: '/api/v1/orders/A%201?x=1' })).toBe('PUT /orders/A 1?x=1');
  });

  it('is shown raw where its percent signs are not right, and never throws', () => {
    for (const path of ['/orders?x=%', '/orders?x=%E2%80', '/orders?x=%zz', '/orders/%C0%AF', '/orders?x=%ED%A0%80']) expect(aboutOf({ method: 'POST', path: `/api/v1${path}` })).toBe(`POST ${path}`);
  });

  it('keeps apart what is sent apart', () => {
    expect(aboutOf({ method: 'POST', path: '/api/v1/orders/A%252F1' })).toBe('POST /orders/A%252F1');
    expect(aboutOf({ method: 'POST', path: '/api/v1/orders/A%2F1?y=%3F' })).toBe('POST /orders/A%2F1?y=%3F');
  });

  it('says on what condition it is done', () => {
    expect(conditionOf({ ifMatch: null })).toBeUndefined();
    expect(conditionOf({ ifMatch: '"9007199254740993"' })).toBe('only if unchanged since version 9007199254740993');
    expect(conditionOf({ ifMatch: '*' })).toBe('If-Match: *');
    expect(conditionOf({ ifMatch: '"7", "8"\u202e' })).toBe('If-Match: "7", "8"\\u202E');
  });
});

describe('doing what was approved', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('sends it as the list tells it, after a fresh proof where one is wanted', async () => {
    const fetching = vi.fn(async (_url: string, _init: RequestInit) => new Response(JSON.stringify({ code: 'session.step-up-needed' }), { status: fetching.mock.calls.length === 1 ? 403 : 201 }));
    vi.stubGlobal('fetch', fetching);
    const asked: string[] = [];
    const leave = askBy(async (code) => asked.push(code) > 0);
    await sendAgain(row({ path: '/api/v1/orders/A%201?x=1', ifMatch: '"7"', contentType: 'application/x-ndjson', body: '{"a":1}\n' }));
    leave();
    expect(asked).toEqual(['session.step-up-needed']);
    for (const [url, init] of fetching.mock.calls) {
      expect([url, init.method, init.body]).toEqual(['/api/v1/orders/A%201?x=1', 'POST', '{"a":1}\n']);
      expect(init.headers).toEqual({ accept: 'application/json', 'Idempotency-Key': 'approval-a', 'Content-Type': 'application/x-ndjson', 'If-Match': '"7"', 'Lading-Approval': 'a' });
    }
  });

  it('sends no body where there was none', async () => {
    const fetching = vi.fn(async (_url: string, _init: RequestInit) => new Response('{}'));
    vi.stubGlobal('fetch', fetching);
    await sendAgain(row({ body: '' }));
    expect(fetching.mock.calls[0]?.[1].body).toBeNull();
    expect(fetching.mock.calls[0]?.[1].headers).not.toHaveProperty('Content-Type');
  });
});
