import { columnVisibilityFeature, tableFeatures, useTable, type ColumnDef } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { text } from '~/text/en';
import css from './DataTable.module.css';
import { show } from './format';

const features = tableFeatures({ columnVisibilityFeature });

export interface Column<Row> {
  id: string;
  title: string;
  cell: (row: Row) => ReactNode;
  /** Share of the width; a number column is right-aligned. */
  width?: number;
  number?: boolean;
  /** Left out on a narrow screen. */
  wide?: boolean;
}

interface DataTableProps<Row> {
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  id: (row: Row) => string;
  open?: (row: Row) => void;
  /** Ids of columns that the reader hid. */
  hidden?: readonly string[];
  more?: (() => void) | undefined;
  loadingMore?: boolean;
  /** The number of rows in all, where it is known. */
  total?: number;
  tone?: (row: Row) => 'warn' | 'bad' | undefined;
  empty: ReactNode;
  /** Told when the reader leaves or reaches the top, so that live rows do not jump under the hand. */
  onTop?: (atTop: boolean) => void;
}

const rowHeight = () => Number.parseInt(getComputedStyle(document.documentElement).getPropertyValue('--row'), 10) || 36;
const narrow = () => typeof matchMedia === 'function' && matchMedia('(max-width: 720px)').matches;

/**
 * A table of any length: only the rows in view are in the document, the next page is asked for before it is reached.
 * Arrow keys, Home and End move, Enter opens.
 */
export function DataTable<Row extends object>(props: DataTableProps<Row>) {
  const { label, columns, rows, id, open, hidden, more, loadingMore, tone, empty, onTop } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [current, setCurrent] = useState(0);
  // A cell is called, not made a component: one made anew each time would lose the focus and a half-made click.
  const definitions: ColumnDef<typeof features, Row>[] = columns.map(({ id, title }) => ({ id, header: title }));
  const small = narrow();
  const visibility = Object.fromEntries(columns.map((column) => [column.id, !hidden?.includes(column.id) && !(small && column.wide)]));
  const table = useTable({ features, data: rows as Row[], columns: definitions, getRowId: id, state: { columnVisibility: visibility } });
  const shown = columns.filter((column) => visibility[column.id]);
  const total = shown.reduce((sum, column) => sum + (column.width ?? 1), 0);
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: rowHeight, overscan: 12 });
  const items = virtual.getVirtualItems();
  const first = items[0];
  const last = items[items.length - 1];

  const lastIndex = last?.index ?? 0;
  useEffect(() => {
    if (more && !loadingMore && lastIndex >= rows.length - 30) more();
  }, [more, loadingMore, lastIndex, rows.length]);

  const move = (to: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, to));
    setCurrent(next);
    virtual.scrollToIndex(next, { align: 'auto' });
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[data-row="${next}"]`)?.focus());
  };
  const press = (event: KeyboardEvent, index: number, row: Row) => {
    if (event.target !== event.currentTarget) return;
    const step: Record<string, number> = { ArrowDown: index + 1, j: index + 1, ArrowUp: index - 1, k: index - 1, Home: 0, End: rows.length - 1, PageDown: index + 15, PageUp: index - 15 };
    const target = step[event.key];
    if (target !== undefined) {
      event.preventDefault();
      move(target);
    } else if (event.key === 'Enter' && open) {
      event.preventDefault();
      open(row);
    }
  };
  const tableRows = table.getRowModel().rows;

  return (
    <div ref={scroller} className={css.scroller} onScroll={onTop ? (event) => onTop(event.currentTarget.scrollTop < 4) : undefined} tabIndex={rows.length ? -1 : 0} role="region" aria-label={label}>
      <table className={css.table} aria-rowcount={props.total ?? (more ? -1 : rows.length + 1)}>
        <colgroup>
          {shown.map((column) => (
            <col key={column.id} style={{ width: `${((column.width ?? 1) / total) * 100}%` }} />
          ))}
        </colgroup>
        <thead>
          <tr>
            {shown.map((column) => (
              <th key={column.id} scope="col" className={column.number ? css.number : undefined}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {first && first.start > 0 ? (
            <tr aria-hidden="true">
              <td colSpan={shown.length} style={{ height: first.start, padding: 0, border: 0 }} />
            </tr>
          ) : null}
          {items.map((item) => {
            const row = tableRows[item.index];
            if (!row) return null;
            const mark = tone?.(row.original);
            return (
              <tr
                key={row.id}
                data-row={item.index}
                aria-rowindex={item.index + 2}
                className={[open ? css.opens : '', mark ? css[mark] : ''].join(' ')}
                tabIndex={open ? (item.index === Math.min(current, rows.length - 1) ? 0 : -1) : undefined}
                onFocus={() => setCurrent(item.index)}
                onKeyDown={(event) => press(event, item.index, row.original)}
                onClick={open ? (event) => (event.target as HTMLElement).closest('a,button,input') || open(row.original) : undefined}
              >
                {shown.map((column) => (
                  <td key={column.id} className={column.number ? css.number : undefined}>
                    {column.cell(row.original)}
                  </td>
                ))}
              </tr>
            );
          })}
          {last && virtual.getTotalSize() - last.end > 0 ? (
            <tr aria-hidden="true">
              <td colSpan={shown.length} style={{ height: virtual.getTotalSize() - last.end, padding: 0, border: 0 }} />
            </tr>
          ) : null}
        </tbody>
      </table>
      {rows.length === 0 ? empty : null}
      <div className={css.foot} aria-live="polite">
        {loadingMore ? text.table.more : !more && rows.length > 30 ? text.table.end(show.count(rows.length)) : null}
      </div>
    </div>
  );
}
