import { Button, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo, useRef, useState, type DragEvent } from 'react';
import { Refused, send } from '~/api/client';
import { useMe } from '~/api/session';
import { text } from '~/text/en';
import { readCsv, writeCsv } from '~/ui/csv';
import { show } from '~/ui/format';
import { Icon } from '~/ui/Icon';
import { Card, Page } from '~/ui/Page';
import { Complaint } from '~/ui/State';
import { guess, judge, plan, targets, type ImportOrder, type Mapping, type RowProblem, type Target } from './importing';
import css from './Orders.module.css';
import { useOneVenture, VentureChoice } from './VentureChoice';

const PIECE = 500;
const SHOWN = 200;

interface File {
  name: string;
  table: string[][];
}

/** Orders from a CSV file: say which column is which, see what it would make, place it, and see every row that was not taken. */
export function ImportPage() {
  const [file, setFile] = useState<File>();
  const [mapping, setMapping] = useState<Mapping>({});
  const [currency, setCurrency] = useState(useMe()?.settings.currency ?? '');
  const [done, setDone] = useState(0);
  const one = useOneVenture();
  const ready = useMemo(
    () => (file ? plan(file.table, mapping, { source: 'file', venture: one.venture, currency, messages: text.orders.importing.wrong }) : undefined),
    [file, mapping, currency, one.venture],
  );
  const importing = useMutation<ReturnType<typeof judge>, Refused, readonly ImportOrder[]>({
    mutationFn: async (orders) => {
      const total = { placed: 0, known: 0, refused: 0, problems: [] as RowProblem[] };
      const key = await nameOf(file?.name ?? '', orders);
      for (let at = 0; at < orders.length; at += PIECE) {
        const piece = orders.slice(at, at + PIECE);
        const answer = await send<string>('POST', '/api/v1/orders/batch', piece.map((order) => JSON.stringify(order.body)).join('\n'), { contentType: 'application/x-ndjson', key: `${key}-${at}` });
        const judged = judge(piece, answer.trim().split('\n').map((line) => JSON.parse(line)));
        total.placed += judged.placed;
        total.known += judged.known;
        total.refused += judged.refused;
        total.problems.push(...judged.problems);
        setDone(at + piece.length);
      }
      return total;
    },
  });
  const take = async (chosen: globalThis.File | undefined | null) => {
    if (!chosen) return;
    const table = readCsv(await chosen.text());
    importing.reset();
    setDone(0);
    setFile({ name: chosen.name, table });
    setMapping(guess(table[0] ?? []));
  };
  const missing = (['order', 'sku', 'quantity'] as const).filter((target) => mapping[target] === undefined);
  const problems = [...(ready?.problems ?? []), ...(importing.data?.problems ?? [])].sort((a, b) => a.row - b.row);

  return (
    <Page title={text.orders.import} crumbs={<Link to="/orders">{text.orders.title}</Link>} note={text.orders.importing.note}>
      <Drop onTake={(chosen) => void take(chosen)} name={file?.name} rows={file ? file.table.length - 1 : undefined} />
      {file ? (
        <Card title={text.orders.importing.columns} note={missing.length ? <span className="bad">{text.orders.importing.missing(missing.map((target) => text.orders.importing.targets[target]).join(', '))}</span> : null}>
          <div className={css.fields}>
            {targets.map((target) => (
              <label key={target}>
                {text.orders.importing.targets[target]}
                <ColumnChoice target={target} titles={file.table[0] ?? []} value={mapping[target]} onChange={(column) => setMapping({ ...mapping, [target]: column })} />
              </label>
            ))}
            <VentureChoice of={one} />
            {mapping.currency === undefined && mapping.unitPrice !== undefined ? <TextInput label={text.orders.importing.currencyOfAll} value={currency} maxLength={3} onChange={(event) => setCurrency(event.currentTarget.value.toUpperCase())} /> : null}
          </div>
        </Card>
      ) : null}
      {file && ready && missing.length === 0 ? (
        <Card title={importing.data ? text.orders.importing.result : text.orders.importing.preview}>
          <p role="status" style={{ marginTop: 0 }}>
            {importing.data
              ? text.orders.importing.outcome(show.count(importing.data.placed), show.count(importing.data.known), show.count(importing.data.refused + ready.leftOut))
              : importing.isPending
                ? text.orders.importing.progress(show.count(done), show.count(ready.orders.length))
                : text.orders.importing.would(show.count(ready.orders.length), show.count(ready.orders.reduce((sum, order) => sum + order.rows.length, 0)), show.count(ready.leftOut))}
          </p>
          <Complaint error={importing.error} />
          <div className={css.buttons}>
            {importing.data ? (
              <Button component={Link} to="/orders" variant="default">
                {text.orders.importing.see}
              </Button>
            ) : (
              <Button disabled={ready.orders.length === 0} loading={importing.isPending} onClick={() => importing.mutate(ready.orders)}>
                {text.orders.importing.go(show.count(ready.orders.length))}
              </Button>
            )}
          </div>
        </Card>
      ) : null}
      {problems.length > 0 ? <Problems problems={problems} name={file?.name ?? 'orders.csv'} /> : null}
    </Page>
  );
}

/** The same file makes the same keys: taking it again adds nothing. */
async function nameOf(name: string, orders: readonly ImportOrder[]): Promise<string> {
  let hash = 2166136261;
  for (const char of name + JSON.stringify(orders)) hash = Math.imul(hash ^ char.charCodeAt(0), 16777619);
  return `import-${orders.length}-${(hash >>> 0).toString(36)}`;
}

function Drop({ onTake, name, rows }: { onTake: (file: globalThis.File | undefined | null) => void; name: string | undefined; rows: number | undefined }) {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    onTake(event.dataTransfer.files[0]);
  };
  return (
    <label
      className={css.drop}
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <Icon name="upload" size={24} />
      <strong>{name ? text.orders.importing.taken(name, show.count(rows ?? 0)) : text.orders.importing.drop}</strong>
      <span className="quiet">{name ? text.orders.importing.another : text.orders.importing.dropNote}</span>
      <input ref={input} type="file" accept=".csv,.txt,text/csv" aria-label={text.orders.importing.choose} onChange={(event) => onTake(event.currentTarget.files?.[0])} />
    </label>
  );
}

function ColumnChoice({ target, titles, value, onChange }: { target: Target; titles: readonly string[]; value: number | undefined; onChange: (column: number | undefined) => void }) {
  return (
    <select className={css.select} value={value ?? ''} onChange={(event) => onChange(event.target.value === '' ? undefined : Number(event.target.value))} name={target}>
      <option value="">{text.orders.importing.none}</option>
      {titles.map((title, column) => (
        <option key={`${column}-${title}`} value={column}>
          {title}
        </option>
      ))}
    </select>
  );
}

function Problems({ problems, name }: { problems: readonly RowProblem[]; name: string }) {
  const download = () => {
    const { row, column, value, message } = text.orders.importing.table;
    const csv = writeCsv([[row, column, value, message], ...problems.map((problem) => [problem.row, problem.column, problem.value, problem.message])]);
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([csv], { type: 'text/csv' }));
    link.download = name.replace(/(\.\w+)?$/, '-errors.csv');
    link.click();
    URL.revokeObjectURL(link.href);
  };
  return (
    <Card
      flush
      title={text.orders.importing.problems(show.count(problems.length))}
      actions={
        <Button size="xs" variant="default" onClick={download}>
          {text.orders.importing.download}
        </Button>
      }
    >
      <div className={css.scroll}>
        <table className={css.lines}>
          <thead>
            <tr>
              <th scope="col" className={css.n}>{text.orders.importing.table.row}</th>
              <th scope="col">{text.orders.importing.table.column}</th>
              <th scope="col">{text.orders.importing.table.value}</th>
              <th scope="col">{text.orders.importing.table.message}</th>
            </tr>
          </thead>
          <tbody>
            {problems.slice(0, SHOWN).map((problem) => (
              <tr key={`${problem.row}-${problem.column}-${problem.message}`}>
                <td className={css.n}>{problem.row}</td>
                <td>{problem.column}</td>
                <td>{problem.value}</td>
                <td>{problem.message}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {problems.length > SHOWN ? <p className="quiet" style={{ padding: '0 16px' }}>{text.orders.importing.first(show.count(SHOWN))}</p> : null}
      </div>
    </Card>
  );
}
