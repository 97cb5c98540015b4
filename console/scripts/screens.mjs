// Takes the pages for docs/screens from a running server: `node scripts/screens.mjs ADDRESS KEY [NAME…]`, the key being
// what lies in `admin.key` of its data folder. A company with a day behind it shows more than an empty one; its clock
// should stand (`--no-demo-clock`), or what is to be picked is gone when its page is taken.
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const [address, key, ...only] = process.argv.slice(2);
const folder = join(import.meta.dirname, '../../docs/screens');
mkdirSync(folder, { recursive: true });

async function api(method, path, body) {
  const answer = await fetch(`${address}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, 'Idempotency-Key': crypto.randomUUID(), 'Content-Type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

const first = async (path) => (await api('GET', path)).items[0];
const waiting = (await first('/orders?short=true&limit=1'))?.order;
const ready = (await api('GET', '/orders?state=open&sort=oldest&limit=40')).items.find((order) => order.short === 0 && order.reserved > 0)?.order;
const done = (await first('/orders?state=completed&limit=1'))?.order;
const order = waiting ?? ready ?? done;
const sku = (await api('GET', `/orders/${order}`)).lines[0].sku;
const before = new Date(Date.now() - 10 * 60_000).toISOString();

const sample = (button, text) => async (page) => {
  await page.getByRole('button', { name: button }).click();
  await page.getByText(text).first().waitFor({ timeout: 90_000 });
};
const planned = sample(/A day around Leeds/, 'Checked: every rule holds');
/** Name, address, and what is done on the page before it is taken. */
const pages = [
  ['sign-in', '/sign-in', undefined, { open: true }],
  ['tower', '/tower'],
  ['replay', `/tower?at=${before}`],
  ['orders', '/orders'],
  ['board', '/orders?view=board'],
  ['order', `/orders/${order}`],
  ['place', '/orders/new'],
  ['import', '/orders/import', (page) => page.locator('input[type=file]').setInputFiles({ name: 'monday.csv', mimeType: 'text/csv', buffer: Buffer.from(`Order,SKU,Qty,Unit,Price,Customer\nM-1001,${sku},2,EA,4.50,\nM-1002,${sku},6,EA,4.50,\nM-1003,${sku},-1,EA,4.50,\nM-1004,${sku},1,EA,cheap,\n`) })],
  ['stock', '/stock'],
  ['sku', `/stock/${sku}`],
  ['discrepancies', '/stock-discrepancies'],
  ['warehouse', '/warehouse', (page) => page.waitForTimeout(3_000)],
  ['plan-empty', '/plan'],
  ['plan', '/plan', planned, {
    more: [
      ['plan-left', async (page) => {
        await page.getByText(/^Left out/).last().click();
        await page.getByText(/^open until/).first().waitFor({ timeout: 90_000 });
      }],
      ['plan-route', async (page) => {
        await page.getByText('Routes', { exact: true }).last().click();
        await page.getByRole('row').filter({ hasText: 'Vehicle 3' }).click();
      }],
    ],
  }],
  ['forecast-empty', '/forecast'],
  ['forecast', '/forecast', sample(/Six products/, /· Done/)],
  ['events', '/events'],
  ['health', '/health'],
  ['projections', '/projections'],
  ['audit', '/audit'],
  ['chain', '/audit/chain', sample('Verify the chain', 'Every event is there')],
  ['people', '/people'],
  ['grants', '/people', async (page) => {
    await page.getByRole('button', { name: 'Invite a person' }).first().click();
    await page.getByRole('dialog').getByLabel('Name').fill('Robin Hale');
    await page.getByRole('dialog').getByLabel('Picker').check();
    await page.getByLabel('Where: Picker').selectOption('sites');
    await page.getByLabel('Leeds warehouse').check();
  }],
  ['roles', '/roles?role=picker'],
  ['keys', '/keys'],
  ['company', '/company'],
  ['account', '/account'],
  ['tour', '/tour'],
  ['palette', '/tower', async (page) => {
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill('st');
    await page.waitForTimeout(1_000);
  }],
  ['pick', ready ? `/pick?order=${ready}` : '/pick'],
  ['drive', ready ? `/drive?order=${ready}` : '/drive'],
  ['track', `/track/${done ?? order}`],
];

async function take(page, name) {
  await page.waitForTimeout(700);
  await page.screenshot({ path: join(folder, `${name}.png`) });
  console.log(name);
}

const looks = {
  light: { colorScheme: 'light', viewport: { width: 1360, height: 850 } },
  dark: { colorScheme: 'dark', viewport: { width: 1360, height: 850 } },
  phone: { colorScheme: 'light', viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
};

const executablePath = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => path && existsSync(path));
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--enable-unsafe-swiftshader', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
try {
  for (const [look, options] of Object.entries(looks)) {
    const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'Europe/London', reducedMotion: 'reduce', ...options });
    const { path: link } = await api('POST', '/links', {});
    await context.request.get(address + link, { maxRedirects: 0 });
    for (const [name, path, act, { open, more = [] } = {}] of pages) {
      if (only.length && !only.includes(name)) continue;
      const page = open ? await (await browser.newContext({ locale: 'en-GB', ...options })).newPage() : await context.newPage();
      try {
        await page.goto(address + path);
        await page.locator('h1').first().waitFor();
        await act?.(page);
        await page.locator('.skeleton').first().waitFor({ state: 'detached' });
        await take(page, `${name}-${look}`);
        for (const [next, go] of more) {
          await go(page);
          await take(page, `${next}-${look}`);
        }
      } catch (error) {
        console.error(`${name}-${look}: ${error.message.split('\n')[0]}`);
        process.exitCode = 1;
      }
      await page.close();
    }
    await context.close();
  }
} finally {
  await browser.close();
}
