import { expect } from 'vitest';
import { api, unique } from './browser';

/** A SKU with so many on hand at the first site, of this journey alone. */
export async function newSku(onHand = 0): Promise<string> {
  const sku = unique('SKU');
  await api('POST', '/skus', { sku, venture: 'main', description: 'Oak crate', baseUnit: 'EA', sitePreference: ['main'] });
  if (onHand > 0) await receive(sku, onHand);
  return sku;
}

export function receive(sku: string, quantity: number) {
  return api('POST', '/inventory/movements', { kind: 'receipt', sku, quantity, unit: 'EA', to: { site: 'main' } });
}

/** An order of one line; waits until stock has answered. */
export async function newOrder(sku: string, quantity: number, more: object = {}): Promise<string> {
  const order = unique('O');
  await api('POST', '/orders', { order, venture: 'main', lines: [{ sku, quantity, unit: 'EA', unitPrice: { amount: 2.5, currency: 'GBP' } }], ...more });
  await expect.poll(async () => { const seen = await api<{ reserved: number; short: number }>('GET', `/orders/${order}`); return seen.reserved + seen.short; }).toBe(quantity);
  return order;
}
