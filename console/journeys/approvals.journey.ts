import { mkdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { api, expectAccessible, unique, withBrowser } from './browser';
import { newOrder, newSku } from './company';
import { newPerson } from './person';

withBrowser();

type Page = Awaited<ReturnType<typeof newPerson>>['page'];

const go = (page: Page, path: string) => page.goto(new URL(path, page.url()).href);

async function picture(page: Page, name: string) {
  if (!process.env.LADING_PICTURES) return;
  mkdirSync(process.env.LADING_PICTURES, { recursive: true });
  await page.screenshot({ path: `${process.env.LADING_PICTURES}/${name}.png` });
}

/** Fills in an order and puts it before a second person; answers its number. */
async function askFor(page: Page, sku: string): Promise<string> {
  const order = unique('FOUR');
  await go(page, '/orders/new');
  await page.getByLabel('Order', { exact: true }).fill(order);
  await page.getByLabel('SKU').first().fill(sku);
  await page.getByLabel('Quantity').first().fill('3');
  await page.getByRole('button', { name: 'Place an order' }).click();
  const dialog = page.getByRole('dialog', { name: 'Ask a second person' });
  await dialog.waitFor();
  await picture(page, 'ask');
  await dialog.getByRole('button', { name: 'Ask a second person' }).click();
  await page.getByText('A second person was asked').waitFor();
  return order;
}

/** Asks past the console's own forms, which would keep nothing of it; answers the status. */
const ask = (page: Page, path: string, body: string, ifMatch: string) =>
  page.evaluate(
    async ([url, sent, match]) => (await fetch(url, { method: 'POST', body: sent, headers: { 'Content-Type': 'application/json', 'Idempotency-Key': Math.random().toString(), 'Lading-Approval': 'ask', 'If-Match': match } })).status,
    [`/api/v1${path}`, body, ifMatch] as const,
  );

const exists = (order: string) => api('GET', `/orders/${order}`).then(() => true, () => false);

describe('four eyes', () => {
  it('what one person asks for, another approves or refuses, and it is done once', async () => {
    const sku = await newSku(10);
    const { page: one } = await newPerson();
    const { page: two } = await newPerson();
    await api('PUT', '/access/rules/four-eyes', { kind: 'second-person', permission: 'orders.write', minutes: 30 });
    try {
      const order = await askFor(one, sku);
      expect(await exists(order)).toBe(false);
      await one.getByRole('link', { name: 'Second person' }).click();
      await one.getByText('waits for another').waitFor();
      expect(await one.getByRole('button', { name: /^Approve/ }).count()).toBe(0);

      await go(two, '/approvals');
      await two.getByText('waits for you').waitFor();
      await expectAccessible(two);
      await picture(two, 'waits');
      await two.setViewportSize({ width: 390, height: 800 });
      await picture(two, 'phone');
      await expectAccessible(two);
      await two.setViewportSize({ width: 1360, height: 850 });
      await two.getByRole('button', { name: /^Approve/ }).click();
      await two.getByRole('dialog').getByText(order, { exact: true }).waitFor();
      await two.getByRole('dialog').getByText('lines[0].quantity').waitFor();
      await expectAccessible(two);
      await picture(two, 'approve');
      await two.getByRole('dialog').getByRole('button', { name: 'Approve', exact: true }).click();
      await two.getByText('approved, not done yet').waitFor();

      await one.getByRole('button', { name: /^Do it now/ }).click();
      await one.getByText(/^Done:/).waitFor();
      await one.getByText('Nothing waits').waitFor();
      expect(await exists(order)).toBe(true);

      const never = await askFor(one, sku);
      await two.getByText('waits for you').waitFor();
      await two.getByRole('button', { name: /^Refuse/ }).click();
      await two.getByRole('dialog').getByRole('button', { name: 'Refuse', exact: true }).click();
      await two.getByText('A reason has 1 to 200 characters').first().waitFor();
      await two.getByLabel('Reason').fill('too many');
      await two.getByRole('dialog').getByRole('button', { name: 'Refuse', exact: true }).click();
      await two.getByText('Nothing waits').waitFor();
      expect(await exists(never)).toBe(false);
      await go(one, '/approvals');
      await one.getByText('refused by Pat Mason: too many').waitFor();
      await expectAccessible(one);
      await picture(one, 'refused');

      await askFor(one, sku);
      await go(one, '/approvals');
      await one.getByRole('button', { name: /^Take back/ }).click();
      await one.getByLabel('Reason').fill('a mistake');
      await one.getByRole('dialog').getByRole('button', { name: 'Take back', exact: true }).click();
      await one.getByText('waits for another').waitFor({ state: 'detached' });
    } finally {
      await api('POST', '/access/rules/four-eyes/lift', {});
    }
    await one.context().close();
    await two.context().close();
  });

  it('what one approves is seen to the character, on its condition, and can be done from any browser', async () => {
    const sku = await newSku(10);
    const { page: one } = await newPerson();
    const { page: two } = await newPerson();
    const order = await newOrder(sku, 1);
    await api('PUT', '/access/rules/four-eyes', { kind: 'second-person', permission: 'orders.write', minutes: 30 });
    try {
      expect(await ask(one, '/orders', '{"note":"a\\u202Eb","amount":9007199254740993}', '"7"')).toBe(202);
      const version = await one.evaluate(async (of) => (await fetch(`/api/v1/orders/${of}`)).headers.get('ETag'), order);
      expect(await ask(one, `/orders/${order}/hold`, '{"reason":"wait"}', version ?? '')).toBe(202);

      await go(two, '/approvals');
      const [sly, held] = [two.getByRole('listitem').filter({ hasText: 'since version 7' }), two.getByRole('listitem').filter({ hasText: `/orders/${order}/hold` })];
      await sly.getByText('only if unchanged since version 7').waitFor();
      await sly.getByRole('button', { name: /^Look/ }).click();
      await two.getByRole('dialog').getByText('a\\u202Eb', { exact: true }).waitFor();
      await two.getByRole('dialog').getByText('9007199254740993', { exact: true }).waitFor();
      await picture(two, 'look');
      await expectAccessible(two);
      await two.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
      await held.getByText('only if unchanged since version').waitFor();
      await held.getByRole('button', { name: /^Approve/ }).click();
      await two.getByRole('dialog').getByRole('button', { name: 'Approve', exact: true }).click();

      await go(one, '/approvals');
      await one.getByRole('button', { name: /^Do it now/ }).click();
      await one.getByText(/^Done:/).waitFor();
      expect((await api<{ state: string }>('GET', `/orders/${order}`)).state).toBe('held');
    } finally {
      await api('POST', '/access/rules/four-eyes/lift', {});
    }
    await one.context().close();
    await two.context().close();
  });
});
