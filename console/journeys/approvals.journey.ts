import { mkdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { api, expectAccessible, unique, withBrowser } from './browser';
import { newSku } from './company';
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

      await askFor(one, sku);
      await go(one, '/approvals');
      await one.getByRole('button', { name: /^Take back/ }).click();
      await one.getByLabel('Reason').fill('a mistake');
      await one.getByRole('dialog').getByRole('button', { name: 'Take back', exact: true }).click();
      await one.getByText('Nothing waits').waitFor();
    } finally {
      await api('POST', '/access/rules/four-eyes/lift', {});
    }
    await one.context().close();
    await two.context().close();
  });
});
