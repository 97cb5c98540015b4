import axe from 'axe-core';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject } from 'vitest';

const executablePath = process.env.CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => process.getBuiltinModule('node:fs').existsSync(path));

let browser: Browser;

/** One browser for a file of journeys. */
export function withBrowser() {
  beforeAll(async () => {
    browser = await chromium.launch({
      ...(executablePath && { executablePath }),
      args: ['--no-sandbox', '--disable-gpu', '--enable-unsafe-swiftshader', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    });
  });
  afterAll(() => browser?.close());
}

/** Calls the API as the local administrator, or with another key; in the first company, or in another. */
export async function api<T = Record<string, unknown>>(method: string, path: string, body?: unknown, key = inject('key'), tenant?: string): Promise<T> {
  const answer = await fetch(`${inject('address')}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, 'Idempotency-Key': crypto.randomUUID(), ...(body !== undefined && { 'Content-Type': 'application/json' }), ...(tenant && { 'Lading-Tenant': tenant }) },
    body: body === undefined ? null : JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
  return (text ? JSON.parse(text) : undefined) as T;
}

/** A page that nobody is signed in to. A script error on it fails the journey. */
export async function visit(path = '/', options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ locale: 'en-US', viewport: { width: 1360, height: 850 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  page.on('pageerror', (error) => {
    throw error;
  });
  await page.goto(inject('address') + path);
  return page;
}

/** A page of the local administrator, who came by a one-time link. */
export async function enter(path = '/', options: BrowserContextOptions = {}): Promise<Page> {
  const { path: link } = await api<{ path: string }>('POST', '/links');
  const page = await visit(link, options);
  await page.goto(inject('address') + path);
  return page;
}

/** No finding of axe against WCAG 2.2 A and AA on the page as it stands. */
export async function expectAccessible(page: Page) {
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run: (root: Document, options: object) => Promise<{ violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }> } };
    const result = await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] });
    return result.violations.map((violation) => `${violation.id}: ${violation.nodes.map((node) => `${node.html.slice(0, 160)} ${node.failureSummary ?? ''}`).join(' | ')}`);
  });
  expect(found).toEqual([]);
}

let counter = 0;

/** A name no other journey uses. */
export function unique(prefix: string): string {
  return `${prefix}-${Date.now().toString(36)}${(counter++).toString(36)}`.toUpperCase();
}
