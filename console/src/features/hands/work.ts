import type { Answer } from '~/api/client';

export type Order = Answer<'/api/v1/orders/{order}'>;

export interface PickLine {
  line: string;
  sku: string;
  description: string;
  /** Reserved and not yet picked. */
  left: number;
  of: number;
  unit: string;
}

export type Bin = Answer<'/api/v1/inventory/stock/{sku}/locations'>['items'][number];

/** The bins to go to, few enough for a thumb: first one that holds all that is wanted, the emptiest of these, so that bins become free. */
export function binsFor(bins: readonly Bin[], wanted: number): Bin[] {
  const enough = (bin: Bin) => Number(bin.onHand >= wanted);
  return bins.toSorted((a, b) => enough(b) - enough(a) || (enough(a) ? a.onHand - b.onHand : b.onHand - a.onHand)).slice(0, 4);
}

/** What is left to pick of an order, line by line; what is short is not in it. */
export function linesToPick(order: Order): PickLine[] {
  return order.lines
    .map((line) => ({ line: line.line, sku: line.sku, description: line.description ?? '', left: Math.max(0, Math.min(line.reserved, line.open) - line.picked), of: line.open, unit: line.entered.unit }))
    .filter((line) => line.left > 0);
}

/** Whether a scan names this line: the SKU itself, or a code that ends in it after a separator. */
export function scans(line: Pick<PickLine, 'sku'>, scan: string): boolean {
  const code = scan.trim().toUpperCase();
  return code === line.sku.toUpperCase() || code.split(/[\s|;]/).includes(line.sku.toUpperCase());
}
