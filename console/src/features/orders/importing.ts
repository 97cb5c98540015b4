/** What a column of the file can be. */
export const targets = ['order', 'sku', 'quantity', 'unit', 'unitPrice', 'currency', 'customer', 'requestedOn', 'priority', 'reference', 'description', 'happened'] as const;
export type Target = (typeof targets)[number];
export type Mapping = Partial<Record<Target, number>>;

const names: Record<Target, readonly string[]> = {
  order: ['order', 'orderno', 'ordernumber', 'orderid', 'invoice', 'invoiceno', 'number'],
  sku: ['sku', 'stockcode', 'item', 'itemno', 'article', 'product', 'productid', 'code'],
  quantity: ['quantity', 'qty', 'units', 'amount'],
  unit: ['unit', 'uom'],
  unitPrice: ['unitprice', 'price'],
  currency: ['currency'],
  customer: ['customer', 'customerid', 'customerno', 'account'],
  requestedOn: ['requestedon', 'requested', 'due', 'duedate', 'shipdate', 'deliverydate'],
  priority: ['priority'],
  reference: ['reference', 'po', 'ponumber'],
  description: ['description', 'name'],
  happened: ['happened', 'orderedat', 'orderdate', 'invoicedate', 'date', 'created'],
};

/** Which column is which, by their titles; a person corrects it. */
export function guess(titles: readonly string[]): Mapping {
  const plain = titles.map((title) => title.toLowerCase().replace(/[^a-z]/g, ''));
  const mapping: Mapping = {};
  for (const target of targets) {
    const column = names[target].map((name) => plain.indexOf(name)).find((index) => index >= 0 && !Object.values(mapping).includes(index));
    if (column !== undefined) mapping[target] = column;
  }
  return mapping;
}

export interface RowProblem {
  /** The row of the file, the titles being row 1. */
  row: number;
  column: string;
  value: string;
  message: string;
}

export interface ImportOrder {
  order: string;
  rows: number[];
  body: Record<string, unknown> & { lines: Record<string, unknown>[] };
}

const number = (text: string) => (/^-?\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : undefined);
const moment = (text: string) => {
  const parts = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}(?::\d{2})?))?(Z)?$/.exec(text.trim());
  return parts ? `${parts[1]}T${parts[2] ?? '00:00'}Z` : undefined;
};
const day = (text: string) => /^(\d{4}-\d{2}-\d{2})/.exec(text.trim())?.[1];

/** Groups the rows by order number over the whole file; a row that cannot be read is told, and its order is left out. */
export function plan(table: readonly (readonly string[])[], mapping: Mapping, { source, venture, currency, messages }: { source: string; venture?: string | undefined; currency: string; messages: Record<'order' | 'sku' | 'quantity' | 'price' | 'day', string> }) {
  const [titles = [], ...rows] = table;
  const problems: RowProblem[] = [];
  const orders = new Map<string, ImportOrder>();
  const broken = new Set<string>();
  rows.forEach((cells, index) => {
    const row = index + 2;
    const cell = (target: Target) => (mapping[target] === undefined ? '' : (cells[mapping[target]] ?? '').trim());
    const wrong = (target: Target, message: string) => problems.push({ row, column: titles[mapping[target] ?? -1] ?? target, value: cell(target), message });
    const found = problems.length;
    const name = cell('order');
    if (!/^[\w.-]{1,60}$/.test(name)) wrong('order', messages.order);
    if (!cell('sku')) wrong('sku', messages.sku);
    const quantity = number(cell('quantity'));
    if (quantity === undefined || quantity <= 0) wrong('quantity', messages.quantity);
    const price = cell('unitPrice') ? number(cell('unitPrice')) : null;
    if (price === undefined) wrong('unitPrice', messages.price);
    const requested = cell('requestedOn') ? day(cell('requestedOn')) : null;
    if (requested === undefined) wrong('requestedOn', messages.day);
    const happened = cell('happened') ? moment(cell('happened')) : null;
    if (happened === undefined) wrong('happened', messages.day);
    if (problems.length > found) {
      broken.add(name);
      return;
    }
    let order = orders.get(name);
    if (!order) {
      const priority = number(cell('priority'));
      orders.set(
        name,
        (order = {
          order: name,
          rows: [],
          body: {
            id: name,
            order: name,
            source,
            ...(venture && { venture }),
            ...(cell('customer') && { customer: cell('customer') }),
            ...(cell('reference') && { reference: cell('reference') }),
            ...(requested && { requestedOn: requested }),
            ...(happened && { happened }),
            ...(priority !== undefined && { priority }),
            lines: [],
          },
        }),
      );
    }
    order.rows.push(row);
    order.body.lines.push({
      line: String(order.body.lines.length + 1),
      sku: cell('sku'),
      quantity,
      ...(cell('unit') && { unit: cell('unit') }),
      ...(cell('description') && { description: cell('description') }),
      ...(price !== null && { unitPrice: { amount: price, currency: cell('currency') || currency } }),
    });
  });
  for (const name of broken) orders.delete(name);
  return { orders: [...orders.values()], problems, leftOut: broken.size };
}

interface BatchResult {
  line: number;
  status: number;
  replayed?: boolean | null;
  problem?: { detail: string; remedy?: string | null; field?: string | null; value?: string | null; errors?: { field: string; value?: string | null; message: string; remedy?: string | null }[] | null } | null;
}

/** The server's answers, line by line, told of the rows of the file that they speak of. */
export function judge(orders: readonly ImportOrder[], results: readonly BatchResult[]) {
  const tally = { placed: 0, known: 0, refused: 0 };
  const problems: RowProblem[] = [];
  results.forEach((result, index) => {
    const order = orders[index];
    if (!order) return;
    if (result.status < 300) {
      tally[result.replayed ? 'known' : 'placed']++;
      return;
    }
    tally.refused++;
    const problem = result.problem;
    for (const error of problem?.errors?.length ? problem.errors : [{ field: problem?.field ?? '', value: problem?.value, message: problem?.detail ?? String(result.status), remedy: problem?.remedy }]) {
      const line = Number(/^lines\[(\d+)\]/.exec(error.field ?? '')?.[1] ?? 0);
      problems.push({ row: order.rows[line] ?? order.rows[0] ?? 0, column: (error.field ?? '').replace(/^lines\[\d+\]\./, '') || 'order', value: error.value ?? order.order, message: [error.message, error.remedy].filter(Boolean).join(' ') });
    }
  });
  return { ...tally, problems };
}
