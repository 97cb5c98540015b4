import { describe, expect, it } from 'vitest';
import { api, enter, expectAccessible, unique, withBrowser } from './browser';
import { newOrder, newSku, receive } from './company';

withBrowser();

describe('orders', () => {
  it('are placed, reserved and shipped', async () => {
    const sku = await newSku(10);
    const page = await enter('/orders/new');
    await page.getByLabel('SKU').fill(sku);
    await page.getByLabel('Quantity').fill('4');
    await page.getByLabel('Unit', { exact: true }).fill('EA');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Place an order' }).click();
    await page.getByText('4 reserved, 0 short').waitFor();
    await page.getByRole('button', { name: 'Ship' }).click();
    await page.getByLabel('Carrier').fill('Van 7');
    await expectAccessible(page);
    await page.getByRole('dialog').getByRole('button', { name: 'Ship' }).click();
    await page.getByText('Done', { exact: true }).waitFor();
    await expectAccessible(page);
    await page.context().close();
  });

  it('that are held stay so until someone releases them', async () => {
    const order = await newOrder(await newSku(5), 2);
    const page = await enter(`/orders/${order}`);
    await page.getByRole('button', { name: 'Hold', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Hold' }).click();
    await page.getByText('Say why').waitFor();
    await page.getByLabel('Reason').fill('Credit check');
    await page.getByRole('dialog').getByRole('button', { name: 'Hold' }).click();
    await page.getByText('“Credit check”').first().waitFor();
    await page.getByRole('button', { name: 'Release' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Release' }).click();
    await page.getByRole('button', { name: 'Hold', exact: true }).waitFor();
    await page.context().close();
  });

  it('show a change at once, and take it back in sight when the server refuses', async () => {
    const order = await newOrder(await newSku(5), 2);
    const page = await enter(`/orders/${order}`);
    let letGo = () => {};
    const waiting = new Promise<void>((done) => (letGo = done));
    await page.route('**/hold', async (route) => {
      await waiting;
      await route.continue();
    });
    await page.getByRole('button', { name: 'Hold', exact: true }).click();
    await page.getByLabel('Reason').fill('Credit check');
    await api('POST', `/orders/${order}/cancel`, { reason: 'By someone else' });
    await page.getByText('Cancelled', { exact: true }).waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Hold' }).click();
    await page.getByText('“Credit check”').first().waitFor();
    expect(await page.getByText('On hold').count()).toBe(1);
    letGo();
    await page.getByRole('alert').filter({ hasText: 'The order was not held' }).waitFor();
    await page.getByText('Cancelled', { exact: true }).waitFor();
    expect(await page.getByText('“Credit check”').count()).toBe(0);
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Close' }).click();
    await expect.poll(() => page.getByRole('alert').count()).toBe(0);
    await page.context().close();
  });

  it('change in their places while the list is scrolled', async () => {
    const sku = await newSku(200);
    const all: string[] = [];
    for (let i = 0; i < 40; i++) all.push(unique('S'));
    for (const order of all) await api('POST', '/orders', { order, venture: 'main', lines: [{ sku, quantity: 1, unit: 'EA' }] });
    const middle = all[20] ?? '';
    const page = await enter('/orders');
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
    const row = page.getByRole('row').filter({ hasText: middle });
    await page.getByRole('row').filter({ hasText: all[39] ?? '' }).focus();
    for (let i = 0; i < 19; i++) await page.keyboard.press('ArrowDown');
    await row.waitFor();
    const region = page.getByRole('region', { name: 'Orders' });
    const scrolled = await region.evaluate((element) => (element.scrollTop = 200));
    await api('POST', `/orders/${middle}/hold`, { reason: 'Count first' });
    await row.getByText('On hold').waitFor();
    expect(await region.evaluate((element) => element.scrollTop)).toBe(scrolled);
    await page.context().close();
  });

  it('give back what they reserved when the rest is cancelled', async () => {
    const sku = await newSku(5);
    const order = await newOrder(sku, 3);
    const page = await enter(`/orders/${order}`);
    await page.getByRole('button', { name: 'Cancel the rest' }).click();
    await page.getByLabel('Reason').fill('Changed their mind');
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel the rest' }).click();
    await page.getByText('Cancelled', { exact: true }).waitFor();
    await expect.poll(async () => (await api<{ total: { available: number } }>('GET', `/inventory/stock/${sku}`)).total.available).toBe(5);
    await page.context().close();
  });

  it('are split so that what is there can leave', async () => {
    const order = await newOrder(await newSku(3), 5);
    const page = await enter(`/orders/${order}`);
    await page.getByText('2 wait for stock').waitFor();
    await page.getByRole('button', { name: 'Split' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Split' }).click();
    await page.getByText(/split from/i).first().waitFor();
    expect((await api<{ quantity: number }>('GET', `/orders/${order}`)).quantity).toBe(3);
    await page.context().close();
  });

  it('show another person’s change instead of overwriting it', async () => {
    const order = await newOrder(await newSku(5), 2);
    const page = await enter(`/orders/${order}`, { offline: false });
    await page.getByRole('button', { name: 'Change lines' }).click();
    await api('POST', `/orders/${order}/hold`, { reason: 'By someone else' });
    await page.getByLabel(/^Ordered/).fill('1');
    await page.getByRole('dialog').getByRole('button', { name: 'Change lines' }).click();
    await expect.poll(async () => (await page.getByText('“By someone else”').count()) + (await page.getByRole('alert').count())).toBeGreaterThan(0);
    await page.context().close();
  });

  it('are found by how the number begins, and listed live', async () => {
    const sku = await newSku(2);
    const page = await enter('/orders');
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
    const order = await newOrder(sku, 1);
    await page.getByRole('row').filter({ hasText: order }).waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Go to or search' }).fill(order.slice(0, -1).toLowerCase());
    await page.getByRole('option', { name: new RegExp(order) }).click();
    await page.getByRole('heading', { name: `Order ${order}` }).waitFor();
    await page.context().close();
  });

  it('that wait or are late are a link away, and the link says so to anyone', async () => {
    const order = await newOrder(await newSku(0), 4, { requestedOn: '2026-01-05' });
    const page = await enter('/orders?late=true');
    await page.getByRole('row').filter({ hasText: order }).waitFor();
    await page.getByRole('link', { name: /Waiting for stock/ }).click();
    await page.waitForURL(/short=true/);
    await page.getByRole('row').filter({ hasText: order }).waitFor();
    await expectAccessible(page);
    await page.getByText('Board', { exact: true }).click();
    await page.getByRole('region', { name: 'Late' }).getByRole('link', { name: new RegExp(order) }).waitFor();
    await expectAccessible(page);
    await page.context().close();
  });

  it('are walked through by keyboard alone', async () => {
    const sku = await newSku(2);
    const first = await newOrder(sku, 1);
    const second = await newOrder(sku, 1);
    const page = await enter('/orders');
    await page.getByRole('row').filter({ hasText: first }).waitFor();
    await page.getByRole('row').filter({ hasText: second }).focus();
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent ?? '')).toContain(first);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: `Order ${first}` }).waitFor();
    await page.context().close();
  });

  it('come from a file, and every row that cannot be taken says why', async () => {
    const sku = await newSku(100);
    // A company of several ventures has to name one for each order.
    await api('POST', '/ventures', { code: unique('v').toLowerCase(), name: 'Another venture' });
    const [good, unknown] = [unique('F'), unique('F')];
    const csv = `Order,SKU,Qty,Unit\n${good},${sku},2,EA\n${unknown},NO-SUCH-SKU,1,EA\n${unique('F')},${sku},-3,EA\n${good},${sku},1,EA\n`;
    const page = await enter('/orders/import');
    await page.getByLabel('Choose a CSV file').setInputFiles({ name: 'orders.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
    await page.getByRole('main').getByLabel('Venture').selectOption('main');
    await page.getByText('2 orders with 3 lines can be placed. 1 order cannot, because of the rows below.').waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Place 2 orders' }).click();
    await expect.poll(() => page.locator('main').innerText()).toContain('1 placed, 0 were there already, 2 not taken.');
    await page.getByRole('cell', { name: 'NO-SUCH-SKU' }).waitFor();
    expect((await api<{ lines: unknown[] }>('GET', `/orders/${good}`)).lines).toHaveLength(2);
    await page.context().close();
  });
});

describe('stock', () => {
  it('explains any number by the exact events that make it', async () => {
    const sku = await newSku(10);
    await newOrder(sku, 4);
    const page = await enter(`/stock/${sku}`);
    await page.getByRole('button', { name: /Available 6/ }).waitFor();
    await page.getByRole('heading', { name: 'Available 6 EA: why' }).waitFor();
    const running = await page.getByRole('row').filter({ hasText: 'Stock reserved' }).getByRole('cell').last().innerText();
    expect(running).toBe('6');
    await page.getByRole('button', { name: /Reserved 4/ }).click();
    await page.getByRole('heading', { name: 'Reserved 4 EA: why' }).waitFor();
    await page.getByRole('button', { name: 'Stock reserved' }).first().click();
    await page.getByRole('dialog').getByText('Order placed').waitFor();
    await expectAccessible(page);
    await page.context().close();
  });

  it('is shown as it was at any moment', async () => {
    const sku = await newSku(10);
    const before = new Date().toISOString();
    await receive(sku, 5);
    const page = await enter(`/stock/${sku}?at=${encodeURIComponent(before)}`);
    await page.getByRole('button', { name: /On hand 10/ }).waitFor();
    await page.getByRole('button', { name: 'Back to now' }).click();
    await page.getByRole('button', { name: /On hand 15/ }).waitFor();
    await page.context().close();
  });

  it('follows a blind count, and a receipt serves who waits', async () => {
    const sku = await newSku(10);
    const page = await enter(`/stock/${sku}`);
    await page.getByRole('button', { name: 'Count', exact: true }).click();
    await page.getByLabel('Counted (EA)').fill('8');
    expect(await page.getByText('a difference of').count()).toBe(0);
    await page.getByRole('button', { name: 'Compare' }).click();
    await page.getByText('The books say 10 EA: a difference of -2.').waitFor();
    await page.getByRole('button', { name: 'Adjust the books' }).click();
    await page.getByRole('button', { name: /On hand 8/ }).waitFor();
    const order = await newOrder(sku, 12);
    await page.getByRole('button', { name: /Waiting 4/ }).waitFor();
    await page.getByRole('button', { name: 'Receive' }).click();
    await page.getByLabel('Quantity').fill('4');
    await expectAccessible(page);
    await page.getByRole('dialog').getByRole('button', { name: 'Receive' }).click();
    await page.getByRole('button', { name: /Waiting 0/ }).waitFor();
    await expect.poll(async () => (await api<{ short: number }>('GET', `/orders/${order}`)).short).toBe(0);
    await page.context().close();
  });
});
