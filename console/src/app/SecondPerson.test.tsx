import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Refused } from '~/api/client';
import { askBy } from '~/api/proof';
import { askSecond } from '~/api/second';
import { SecondPerson } from './SecondPerson';

const dialogs = () => [...document.querySelectorAll('[role=dialog]')];
const alerts = () => [...document.querySelectorAll('[role=alert]')];

/** Writes that need a second person, and what became of each. */
async function begin(...urls: string[]) {
  let asked: Promise<Refused | undefined>[] = [];
  await act(async () => {
    asked = urls.map((url) => askSecond({ method: 'POST', url, body: '{}' }));
  });
  return asked;
}

async function press(name: string) {
  const button = [...document.querySelectorAll<HTMLButtonElement>('[role=dialog] button')].find((one) => one.textContent === name);
  await act(async () => button?.click());
}

/** What the server answers, by address; the addresses that were sent to, in order. */
function server(answers: Record<string, [status: number, code: string][]>) {
  const sent: string[] = [];
  vi.stubGlobal('fetch', async (url: string) => {
    sent.push(url);
    const [status, code] = answers[url]?.shift() ?? [202, ''];
    return new Response(JSON.stringify({ code, detail: code, approval: 'a', until: '2026-01-01T11:00:00Z' }), { status });
  });
  return sent;
}

let root: ReturnType<typeof createRoot>;

beforeEach(async () => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener() {}, removeEventListener() {} }));
  vi.stubGlobal('ResizeObserver', class { observe() {} unobserve() {} disconnect() {} });
  await import('./SecondPersonDialog');
  root = createRoot(document.body.appendChild(document.createElement('div')));
  await act(async () =>
    root.render(
      <MantineProvider env="test">
        <QueryClientProvider client={new QueryClient()}>
          <SecondPerson />
        </QueryClientProvider>
      </MantineProvider>,
    ),
  );
});

afterEach(async () => {
  await act(async () => root.unmount());
  vi.unstubAllGlobals();
});

it('asks of two writes one after the other, and answers each on its own', async () => {
  const sent = server({ '/one': [[409, 'one.not-now']] });
  const [one, two] = await begin('/one', '/two');
  expect(dialogs()).toHaveLength(1);
  await press('Ask a second person');
  expect(sent).toEqual(['/one']);
  expect(alerts()).toHaveLength(1);

  await press('Cancel');
  expect(await one).toBeUndefined();
  expect(dialogs()).toHaveLength(1);
  expect(alerts()).toHaveLength(0);

  await press('Ask a second person');
  expect(sent).toEqual(['/one', '/two']);
  expect((await two)?.problem.code).toBe('console.second-person-asked');
  expect(dialogs()).toHaveLength(0);
});

it('asks for a fresh proof where asking wants one, and goes on', async () => {
  const sent = server({ '/one': [[403, 'access.step-up-needed']] });
  const leave = askBy(async () => true);
  const [one] = await begin('/one');
  await press('Ask a second person');
  leave();
  expect(sent).toEqual(['/one', '/one']);
  expect((await one)?.problem.code).toBe('console.second-person-asked');
});
