import { describe, expect, it } from 'vitest';
import { readCsv, writeCsv } from '~/ui/csv';
import { guess, judge, plan } from './importing';

const messages = { order: 'o', sku: 's', quantity: 'q', price: 'p', day: 'd' };
const options = { source: 'file', currency: 'GBP', messages };

describe('CSV', () => {
  it('reads quotes, doubled quotes and line ends inside quotes', () => {
    expect(readCsv('a,b\r\n"x, ""y""","1\n2"\r\n')).toEqual([['a', 'b'], ['x, "y"', '1\n2']]);
  });
  it('finds the separator and drops the byte order mark', () => {
    expect(readCsv('\uFEFFa;b\n1;2')).toEqual([['a', 'b'], ['1', '2']]);
  });
  it('skips empty lines and keeps a last line without an end', () => {
    expect(readCsv('a\n\nb')).toEqual([['a'], ['b']]);
  });
  it('writes what it can read, and no formula that a spreadsheet would run', () => {
    expect(readCsv(writeCsv([['a"b', 'c,d', 3]]))).toEqual([['a"b', 'c,d', '3']]);
    expect(writeCsv([['=1+1']])).toBe("'=1+1\r\n");
  });
});

describe('the plan of an import', () => {
  const titles = ['InvoiceNo', 'StockCode', 'Quantity', 'UnitPrice', 'InvoiceDate', 'CustomerID'];

  it('guesses what the columns of a shop export are', () => {
    expect(guess(titles)).toEqual({ order: 0, sku: 1, quantity: 2, unitPrice: 3, happened: 4, customer: 5 });
  });

  it('joins the rows of an order wherever they stand in the file', () => {
    const { orders } = plan([titles, ['A', 'X', '1', '2.5', '2026-01-05 08:31:00', 'C1'], ['B', 'X', '1', '', '', ''], ['A', 'Y', '3', '', '', '']], guess(titles), options);
    expect(orders.map((order) => [order.order, order.rows])).toEqual([['A', [2, 4]], ['B', [3]]]);
    expect(orders[0]?.body).toMatchObject({ happened: '2026-01-05T08:31:00Z', customer: 'C1', lines: [{ line: '1', sku: 'X', unitPrice: { amount: 2.5, currency: 'GBP' } }, { line: '2', sku: 'Y' }] });
  });

  it('gives every order the venture that was chosen, which a company of several must name', () => {
    const rows = [titles, ['A', 'X', '1', '', '', '']];
    expect(plan(rows, guess(titles), { ...options, venture: 'gifts' }).orders[0]?.body).toMatchObject({ venture: 'gifts' });
    expect(plan(rows, guess(titles), options).orders[0]?.body).not.toHaveProperty('venture');
  });

  it('leaves a whole order out when one of its rows cannot be read, and says which', () => {
    const planned = plan([titles, ['A', 'X', '1', '', '', ''], ['A', 'Y', '-3', '', '', ''], ['B', 'X', '2', 'cheap', '', '']], guess(titles), options);
    expect(planned.orders).toEqual([]);
    expect(planned.leftOut).toBe(2);
    expect(planned.problems).toEqual([
      { row: 3, column: 'Quantity', value: '-3', message: 'q' },
      { row: 4, column: 'UnitPrice', value: 'cheap', message: 'p' },
    ]);
  });

  it('tells the server’s refusals of the rows they speak of', () => {
    const { orders } = plan([titles, ['A', 'X', '1', '', '', ''], ['A', 'Y', '3', '', '', ''], ['B', 'X', '1', '', '', '']], guess(titles), options);
    const judged = judge(orders, [
      { line: 1, status: 400, problem: { detail: '', errors: [{ field: 'lines[1].sku', value: 'Y', message: 'No such SKU.', remedy: 'Register it.' }] } },
      { line: 2, status: 201, replayed: true },
    ]);
    expect(judged).toEqual({ placed: 0, known: 1, refused: 1, problems: [{ row: 3, column: 'sku', value: 'Y', message: 'No such SKU. Register it.' }] });
  });
});
