import { describe, expect, it } from 'vitest';
import { api, enter, expectAccessible, withBrowser } from './browser';

withBrowser();

interface Settings {
  timeZone: string;
  currency: string;
  units: string;
}

describe('the company', () => {
  it('changes how it reckons, and a new order is offered its currency', async () => {
    const before = await api<Settings>('GET', '/settings');
    const page = await enter('/company');
    try {
      await page.getByLabel('Time zone').fill('Mars/Olympus');
      await page.getByLabel('Currency').fill('chf');
      await page.getByLabel('Units').selectOption('imperial');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByRole('alert').getByText('Send a name such as Europe/London').waitFor();
      await expectAccessible(page);
      expect(await api<Settings>('GET', '/settings')).toEqual(before);
      await page.getByLabel('Time zone').fill('Europe/Zurich');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('Saved', { exact: true }).waitFor();
      expect(await api<Settings>('GET', '/settings')).toEqual({ timeZone: 'Europe/Zurich', currency: 'CHF', units: 'imperial' });
      await page.goto(new URL('/orders/new', page.url()).href);
      await page.getByText('Price, CHF').waitFor();
    } finally {
      await api('PUT', '/settings', before);
    }
    await page.context().close();
  });

  it('moves a site to another time zone', async () => {
    const page = await enter('/company');
    const site = page.getByRole('listitem').filter({ has: page.getByText('main', { exact: true }) });
    await site.getByRole('button').click();
    await page.getByRole('dialog').getByLabel('Time zone').fill('Pacific/Auckland');
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await site.getByText('Pacific/Auckland').waitFor();
    await page.context().close();
  });
});
