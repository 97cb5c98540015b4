import { describe, expect, inject, it } from 'vitest';
import { api, enter, expectAccessible, unique, withBrowser, visit } from './browser';

withBrowser();

describe('the frame', () => {
  it('sends whoever is not signed in to the sign-in page, and says where to go on', async () => {
    const page = await visit('/events?stream=order%2F');
    await page.waitForURL(/\/sign-in\?to=/);
    expect(new URL(page.url()).searchParams.get('to')).toBe('/events?stream=order%2F');
    await expectAccessible(page);
    await page.context().close();
  });

  it('shows a new event without being asked, and opens it with its cause', async () => {
    const page = await enter('/events');
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
    const sku = unique('SKU');
    await api('POST', '/skus', { sku, venture: 'main', description: 'A box', baseUnit: 'EA' });
    await page.getByRole('row').filter({ hasText: `sku/${sku}` }).first().click();
    await page.getByRole('dialog').getByText('How it came about').waitFor();
    await expectAccessible(page);
    await page.context().close();
  });

  it('is gone offline honestly and misses nothing when it comes back', async () => {
    const page = await enter('/events?type=platform.');
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
    await page.context().setOffline(true);
    await page.getByRole('status').filter({ hasText: 'Offline since' }).waitFor({ timeout: 30_000 });
    const code = unique('v').toLowerCase();
    await api('POST', '/ventures', { code, name: 'While away' });
    await page.context().setOffline(false);
    await page.getByRole('row').filter({ hasText: `venture/${code}` }).first().waitFor();
    await page.context().close();
  });

  it('goes anywhere from the keyboard', async () => {
    const page = await enter('/events');
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Go to or search' }).fill('even');
    await page.getByRole('option', { name: /Events/ }).waitFor();
    await expectAccessible(page);
    await page.keyboard.press('Enter');
    await page.waitForURL(`${inject('address')}/events`);
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
    await page.context().close();
  });

  it('keeps dark colours and density in the browser', async () => {
    const page = await enter('/events');
    await page.getByRole('button', { name: 'Display' }).click();
    await page.getByText('Dark', { exact: true }).click();
    await page.getByText('Compact', { exact: true }).click();
    await page.reload();
    await page.locator('html[data-mantine-color-scheme="dark"][data-density="compact"]').waitFor();
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
    await expectAccessible(page);
    await page.context().close();
  });
});
