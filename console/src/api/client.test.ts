import { afterEach, describe, expect, it, vi } from 'vitest';
import { get, proved, Refused, send, urlOf } from './client';
import { askBy } from './proof';
import { askSecondBy, headersOf, type Held } from './second';

const answers = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  vi.fn(async (_url: string, _init: RequestInit) => new Response(body === undefined ? null : JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json', ...headers } }));

afterEach(() => vi.unstubAllGlobals());

describe('addresses', () => {
  it('fills path parameters and leaves out what is not set', () => {
    expect(urlOf('/api/v1/orders/{order}/timeline', { order: 'A/1 é' }, { limit: 5, cursor: undefined, q: '' })).toBe('/api/v1/orders/A%2F1%20%C3%A9/timeline?limit=5');
  });
});

describe('a refusal', () => {
  it('carries the code, the remedy and what is said of a field', async () => {
    vi.stubGlobal('fetch', answers(400, { code: 'request.invalid', title: 'No', detail: 'Wrong.', errors: [{ field: 'lines[0].sku', message: 'There is no such SKU.', remedy: 'Register it.' }] }));
    const refused = await get('/api/v1/orders').catch((error: unknown) => error as Refused);
    expect(refused).toBeInstanceOf(Refused);
    expect((refused as Refused).problem.code).toBe('request.invalid');
    expect((refused as Refused).about('lines[0].sku')).toBe('There is no such SKU. Register it.');
  });

  it('is told apart from a server that cannot be reached', async () => {
    vi.stubGlobal('fetch', vi.fn(async () => Promise.reject(new TypeError('failed'))));
    const refused = await get('/api/v1/orders').catch((error: unknown) => error as Refused);
    expect((refused as Refused).unreachable).toBe(true);
  });

  it('is made up from the status when the answer is not a problem', async () => {
    vi.stubGlobal('fetch', vi.fn(async () => new Response('<html>', { status: 502, statusText: 'Bad gateway' })));
    const refused = await get('/api/v1/orders').catch((error: unknown) => error as Refused);
    expect((refused as Refused).problem.code).toBe('http.502');
  });
});

describe('a write', () => {
  it('carries an idempotency key, and what is read next must reflect it', async () => {
    const writing = answers(201, { id: 'A', version: 1, position: 42 }, { 'Lading-Position': '42' });
    vi.stubGlobal('fetch', writing);
    await send('POST', '/api/v1/orders', { lines: [] }, { key: 'k1', ifMatch: 3 });
    const headers = writing.mock.calls[0]?.[1].headers as Record<string, string>;
    expect(headers).toMatchObject({ 'Idempotency-Key': 'k1', 'If-Match': '"3"' });
    const reading = answers(200, { items: [] });
    vi.stubGlobal('fetch', reading);
    await get('/api/v1/orders');
    expect((reading.mock.calls[0]?.[1].headers as Record<string, string> | undefined)?.['Lading-At-Least']).toBe('42');
  });

  it('that wants a fresh proof asks for it once and goes on with the same key', async () => {
    const refusal = { code: 'access.step-up-needed', title: 'No', detail: 'A second factor, please.' };
    const fetching = vi.fn(async (_url: string, _init: RequestInit) => new Response(JSON.stringify(fetching.mock.calls.length === 1 ? refusal : { id: 'A' }), { status: fetching.mock.calls.length === 1 ? 403 : 201, headers: { 'Content-Type': 'application/json' } }));
    vi.stubGlobal('fetch', fetching);
    const asked: string[] = [];
    const leave = askBy(async (code) => asked.push(code) > 0);
    await send('PUT', '/api/v1/roles/night', { name: 'Night' });
    leave();
    expect(asked).toEqual(['access.step-up-needed']);
    const keys = fetching.mock.calls.map(([, init]) => new Headers(init.headers).get('Idempotency-Key'));
    expect(keys[0]).toBe(keys[1]);
  });

  it('is refused when nobody proves anything', async () => {
    vi.stubGlobal('fetch', answers(403, { code: 'session.step-up-needed', title: 'No', detail: 'Show it again.' }));
    await expect(send('PUT', '/api/v1/me/password', {})).rejects.toThrow('Show it again.');
    const leave = askBy(async () => false);
    await expect(send('PUT', '/api/v1/me/password', {})).rejects.toThrow('Show it again.');
    leave();
  });
});

describe('a write that needs a second person', () => {
  const refusal = { code: 'access.second-person', title: 'Forbidden', detail: 'Two people.' };

  it('is put before one as it was sent, and says what became of it', async () => {
    vi.stubGlobal('fetch', answers(403, refusal));
    let put: Held | undefined;
    const asked = new Refused({ status: 202, code: 'console.second-person-asked', title: 'Asked', detail: '' });
    const stop = askSecondBy(async (held) => ((put = held), asked));
    const thrown = await send('PUT', '/api/v1/orders/{order}', { a: 1 }, { params: { order: 'A 1' }, ifMatch: 7 }).catch((error: unknown) => error);
    stop();
    expect(thrown).toBe(asked);
    expect(put).toEqual({ method: 'PUT', url: '/api/v1/orders/A%201', body: '{"a":1}', ifMatch: '"7"' });
  });

  it('stays refused when one does not ask, and other refusals ask nobody', async () => {
    vi.stubGlobal('fetch', answers(403, refusal));
    const how = vi.fn(async () => undefined);
    const stop = askSecondBy(how);
    expect(((await send('POST', '/api/v1/orders', {}).catch((error: unknown) => error)) as Refused).problem.code).toBe('access.second-person');
    vi.stubGlobal('fetch', answers(403, { ...refusal, code: 'access.missing-permission' }));
    await send('POST', '/api/v1/orders', {}).catch(() => undefined);
    stop();
    expect(how).toHaveBeenCalledTimes(1);
  });

  it('is asked for and sent again with the headers it came with', () => {
    expect(headersOf({ body: '{}', ifMatch: '"7"' }, 'k', { 'Lading-Approval': 'ask' })).toEqual({ accept: 'application/json', 'Idempotency-Key': 'k', 'Content-Type': 'application/json', 'If-Match': '"7"', 'Lading-Approval': 'ask' });
    expect(headersOf({ body: null, ifMatch: null, contentType: null }, 'k')).toEqual({ accept: 'application/json', 'Idempotency-Key': 'k' });
  });
});

describe('a write that is sent as it is', () => {
  it('asks for a fresh proof where one is wanted, and is then sent again the same', async () => {
    const fetching = vi.fn(async (_url: string, _init: RequestInit) => new Response(JSON.stringify({ code: 'access.step-up-needed' }), { status: fetching.mock.calls.length === 1 ? 403 : 200 }));
    vi.stubGlobal('fetch', fetching);
    const init = { method: 'POST', body: '{}', headers: { 'Lading-Approval': 'a' } };
    await expect(proved('/api/v1/orders', init)).rejects.toThrow('403');
    fetching.mockClear();
    const leave = askBy(async () => true);
    expect((await proved('/api/v1/orders', init)).status).toBe(200);
    leave();
    expect(fetching.mock.calls[1]).toEqual(fetching.mock.calls[0]);
  });
});
