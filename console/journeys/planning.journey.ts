import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { api, enter, expectAccessible, unique, withBrowser } from './browser';

withBrowser();

const patient = { timeout: 90_000 };

describe('the plan bench', () => {
  it('plans a sample while one watches, and says of who is left out what would make it fit', async () => {
    const page = await enter('/plan');
    await expectAccessible(page);
    await page.getByRole('button', { name: /A day around Leeds/ }).click();
    await page.getByRole('img', { name: 'Map of the routes' }).waitFor();
    await page.getByRole('row').filter({ hasText: 'Vehicle 1' }).waitFor(patient);
    await page.getByText('Checked: every rule holds').waitFor(patient);
    await page.getByText('Left out (2)').click();
    await page.getByText('Hull cold store').waitFor();
    const whitby = page.getByRole('listitem').filter({ hasText: 'Whitby harbour' });
    await whitby.getByText(/^open until \d\d:\d\d/).waitFor(patient);
    expect(await whitby.textContent()).toMatch(/after the last window closes/);
    await expectAccessible(page);
    await page.getByText('Routes', { exact: true }).last().click();
    await page.getByRole('row').filter({ hasText: 'Vehicle 1' }).click();
    await page.getByRole('list', { name: 'Stops of Vehicle 1' }).getByText('DEPOT').first().waitFor();
    expect(new URL(page.url()).searchParams.get('route')).toBe('1');
    await page.context().close();
  }, 120_000);

  it('compares two runs on one benchmark', async () => {
    const page = await enter('/plan');
    await page.getByRole('button', { name: /Six villages/ }).click();
    await page.getByRole('textbox', { name: 'Seconds' }).fill('2');
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByRole('button', { name: 'Plan again' }).click();
    await page.getByText('Checked: every rule holds').waitFor(patient);
    await page.getByText('Fewer vehicles').click();
    await page.getByRole('button', { name: 'Plan again' }).click();
    await page.getByText('Compare', { exact: true }).click();
    await page.getByRole('columnheader', { name: 'Difference' }).waitFor(patient);
    await expectAccessible(page);
    await page.context().close();
  }, 120_000);

  it('shows the line of a file that is wrong, and takes the next file', async () => {
    const page = await enter('/plan');
    const choose = (name: string, text: string) => page.locator('input[type=file]').first().setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });
    await choose('bad.csv', 'lat,lon,demand\n53.8,-1.5,\n53.9,-1.6,many\n');
    const alert = page.getByRole('alert').filter({ hasText: 'bad.csv was not taken' });
    await alert.getByText(/Line 3/).waitFor(patient);
    await alert.getByText('53.9,-1.6,many').waitFor();
    await expectAccessible(page);
    await choose('good.csv', 'lat,lon,demand\n53.8,-1.5,\n53.9,-1.6,2\n53.7,-1.4,3\n');
    await page.getByRole('row').filter({ hasText: 'Vehicle 1' }).waitFor(patient);
    await page.context().close();
  }, 120_000);
});

describe('the forecast', () => {
  it('shows what comes with both intervals, and how well it would have been known', async () => {
    const page = await enter('/forecast');
    await expectAccessible(page);
    await page.getByRole('button', { name: /Six products/ }).click();
    await page.getByRole('img', { name: /Demand of LANTERN/ }).locator('svg').waitFor(patient);
    await page.getByRole('button', { name: /PARASOL/ }).click();
    await page.getByRole('img', { name: /Demand of PARASOL/ }).waitFor();
    await page.getByRole('rowheader', { name: 'seasonal-naive' }).waitFor(patient);
    await page.getByText('Done', { exact: false }).first().waitFor(patient);
    await expectAccessible(page);
    await page.getByText('As a table').click();
    expect(await page.getByRole('rowheader', { name: /^\+\d+$/ }).count()).toBe(12);
    expect(new URL(page.url()).searchParams.get('series')).toBe('PARASOL');
    await page.context().close();
  }, 120_000);
});

describe('the warehouse', () => {
  it('shows each location and how full it is', async () => {
    const [site, sku] = [unique('s').toLowerCase(), unique('SKU')];
    await api('POST', '/sites', { code: site, venture: 'main', name: `Site ${site}`, timeZone: 'Europe/London' });
    await api('POST', '/skus', { sku, venture: 'main', description: 'A box', baseUnit: 'EA' });
    for (const location of ['A-01-1', 'A-01-2', 'A-02-1', 'B-01-1']) await api('POST', '/locations', { site, location, kind: 'rack' });
    for (const [location, quantity] of [['A-01-1', 40], ['B-01-1', 10]] as const) await api('POST', '/inventory/movements', { kind: 'receipt', sku, quantity, unit: 'EA', to: { site, location } });
    const page = await enter(`/warehouse?site=${site}`);
    await page.getByText('2 of 4 locations hold stock').waitFor(patient);
    await page.getByRole('row').filter({ hasText: 'B-01-1' }).click();
    await page.getByRole('heading', { name: 'B-01-1' }).waitFor();
    expect(await page.getByRole('row').filter({ hasText: 'B-01-1' }).textContent()).toContain('25%');
    await expectAccessible(page);
    await page.context().close();
  }, 120_000);
});
