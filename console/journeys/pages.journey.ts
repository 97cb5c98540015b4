import { describe, expect, inject, it } from 'vitest';
import { api, enter, expectAccessible, unique, withBrowser } from './browser';
import { newOrder, newSku } from './company';

withBrowser();

const pages = ['/tower', '/orders', '/orders?view=board', '/orders/new', '/orders/import', '/stock', '/stock-discrepancies', '/events', '/health', '/projections', '/audit', '/audit/chain', '/people', '/roles', '/keys', '/company', '/plan', '/forecast', '/warehouse', '/account', '/tour', '/pick', '/drive'];

describe('every page', () => {
  it('has no accessibility finding in dark colours and fits a phone', async () => {
    const order = await newOrder(await newSku(9), 3);
    const page = await enter('/tower', { colorScheme: 'dark', viewport: { width: 390, height: 844 }, reducedMotion: 'reduce' });
    for (const path of [...pages, `/orders/${order}`, `/track/${order}`]) {
      await page.goto(inject('address') + path);
      await page.locator('h1').first().waitFor();
      await expect.poll(() => page.locator('.skeleton').count()).toBe(0);
      await expectAccessible(page);
      const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(wider, `${path} is wider than the phone`).toBeLessThanOrEqual(0);
    }
    await page.context().close();
  });

  it('has no accessibility finding in light colours on a desk', async () => {
    const page = await enter('/tower');
    for (const path of pages) {
      await page.goto(inject('address') + path);
      await page.locator('h1').first().waitFor();
      await expect.poll(() => page.locator('.skeleton').count()).toBe(0);
      await expectAccessible(page);
    }
    await page.context().close();
  });
});

describe('the control tower', () => {
  it('puts a late order first and leads to it', async () => {
    const order = await newOrder(await newSku(0), 2, { requestedOn: '2025-01-01' });
    const page = await enter('/tower');
    await page.getByRole('listitem').filter({ hasText: `${order} is` }).getByRole('link').click();
    await page.getByRole('heading', { name: `Order ${order}` }).waitFor();
    await page.context().close();
  });

  it('shows the operation as it was', async () => {
    await newOrder(await newSku(2), 1);
    const page = await enter(`/tower?at=${encodeURIComponent(new Date().toISOString())}`);
    await page.getByText('You see the past').waitFor();
    await page.getByRole('heading', { name: 'What had just happened' }).waitFor();
    await page.getByRole('button', { name: 'Back to now' }).click();
    await page.getByRole('heading', { name: 'Needs a person' }).waitFor();
    await page.context().close();
  });
});

describe('the operator', () => {
  it('verifies the chain', async () => {
    const page = await enter('/audit');
    await page.getByRole('link', { name: 'Verify the logs' }).click();
    await page.getByRole('button', { name: 'Verify the chain' }).click();
    await page.getByText('Every event is there, in order, as it was written').waitFor();
    const head = await page.locator('code').first().innerText();
    await page.getByLabel('A head kept elsewhere').fill(head.replace(/.$/, (last) => (last === '0' ? '1' : '0')));
    await page.getByRole('button', { name: 'Verify the chain' }).click();
    await page.getByText('The chain does not hold').waitFor();
    await page.getByText('The audit log', { exact: true }).click();
    await page.getByRole('button', { name: 'Verify the chain' }).click();
    await page.getByText('Every event is there, in order, as it was written').waitFor();
    await page.context().close();
  });

  it('finds who did what, narrowed by kind and day', async () => {
    const name = unique('role').toLowerCase();
    await api('PUT', `/roles/${name}`, { name: 'Night shift', permissions: ['orders.read'] });
    const page = await enter('/audit');
    await page.getByLabel('What').selectOption('role-defined');
    await page.getByRole('row').filter({ hasText: name }).click();
    await page.getByRole('dialog').getByText('Night shift').waitFor();
    await page.keyboard.press('Escape');
    await page.getByLabel('to', { exact: true }).fill('2020-01-01');
    await page.getByText('Nothing fits').waitFor();
    await page.getByRole('link', { name: 'Show everything' }).click();
    await page.getByRole('row').filter({ hasText: name }).waitFor();
    await page.context().close();
  });

  it('rebuilds a view while it serves', async () => {
    const page = await enter('/projections');
    await page.getByRole('button', { name: 'Rebuild order-timeline' }).click();
    await page.getByRole('row').filter({ hasText: 'order-timeline' }).getByText(/Level|Being built|Following/).waitFor();
    await page.goto(`${inject('address')}/health`);
    await page.getByText('Everything runs.').waitFor();
    await page.context().close();
  });
});

describe('in the hand', () => {
  it('an order is picked by scan and handed over', async () => {
    const sku = await newSku();
    const bin = unique('B');
    await api('POST', '/locations', { site: 'main', location: bin, kind: 'rack' });
    await api('POST', '/inventory/movements', { kind: 'receipt', sku, quantity: 5, unit: 'EA', to: { site: 'main', location: bin } });
    const order = await newOrder(sku, 2, { priority: 1 });
    const page = await enter(`/pick?order=${order}`, { viewport: { width: 390, height: 844 } });
    await page.getByRole('radio', { name: new RegExp(bin) }).waitFor();
    await expectAccessible(page);
    await page.getByLabel('Scan the item').fill('SOMETHING-ELSE');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').filter({ hasText: `is not ${sku}` }).waitFor();
    await page.getByLabel('Scan the item').fill(sku.toLowerCase());
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Picked all' }).click();
    await page.getByRole('button', { name: 'Ship what is picked' }).click();
    await expect.poll(async () => (await api<{ state: string }>('GET', `/orders/${order}`)).state).toBe('completed');
    await expect.poll(async () => (await api<{ items: { onHand: number }[] }>('GET', `/inventory/stock/${sku}/locations`)).items[0]?.onHand).toBe(3);
    await page.context().close();
  });
});

describe('a newcomer', () => {
  it('is led through the pages of their work', async () => {
    const page = await enter('/tour');
    await page.getByRole('button', { name: /I run the day/ }).click();
    const guide = page.getByRole('complementary', { name: 'Five-minute tour' });
    await guide.getByText('What needs a person').waitFor();
    await guide.getByRole('button', { name: 'Next' }).click();
    await page.waitForURL(/short=true/);
    await guide.getByText('Who waits for stock').waitFor();
    await guide.getByRole('button', { name: 'Leave the tour' }).click();
    await expect.poll(() => guide.count()).toBe(0);
    await page.context().close();
  });
});
