import { Button, Menu, SegmentedControl, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useMay, useMe } from '~/api/session';
import { text } from '~/text/en';
import type { Tone } from '~/ui/Badge';
import { DataTable, type Column } from '~/ui/DataTable';
import { none, show } from '~/ui/format';
import { Icon } from '~/ui/Icon';
import { Page } from '~/ui/Page';
import { SavedViews } from '~/ui/SavedViews';
import { Segments, type Segment } from '~/ui/Segments';
import { Empty, Failure, Skeleton } from '~/ui/State';
import { useLiveRows } from '~/ui/useLiveRows';
import { OrderBoard } from './OrderBoard';
import css from './Orders.module.css';
import { StateBadge } from './StateBadge';
import type { OrdersSearch } from './feature';
import { countsQuery, filterOf, oneOrder, ordersQuery, today, type OrderItem } from './queries';

const isLate = (order: OrderItem) => (order.state === 'open' || order.state === 'held') && !!order.requestedOn && order.requestedOn < today();

export const columns: readonly Column<OrderItem>[] = [
  { id: 'order', title: text.orders.number, width: 2.5, cell: (o) => <strong>{o.order}</strong> },
  { id: 'state', title: text.orders.state, width: 1, cell: (o) => <StateBadge state={o.state} /> },
  { id: 'customer', title: text.orders.customer, width: 1, wide: true, cell: (o) => o.customer ?? <span className="quiet">{none}</span> },
  { id: 'priority', title: text.orders.priority, width: 0.8, number: true, wide: true, cell: (o) => (o.priority <= 2 ? <strong>{o.priority}</strong> : <span className="quiet">{o.priority}</span>) },
  { id: 'requested', title: text.orders.requested, width: 1, wide: true, cell: (o) => (o.requestedOn ? <span className={isLate(o) ? 'bad' : undefined}>{show.day(o.requestedOn)}</span> : '') },
  { id: 'quantity', title: text.orders.units, width: 0.9, number: true, wide: true, cell: (o) => show.quantity(o.quantity) },
  { id: 'reserved', title: text.orders.reserved, width: 0.9, number: true, wide: true, cell: (o) => <span className="quiet">{show.quantity(o.reserved)}</span> },
  { id: 'short', title: text.orders.short, width: 0.9, number: true, cell: (o) => (o.short ? <span className="warn">{show.quantity(o.short)}</span> : '') },
  { id: 'shipped', title: text.orders.shipped, width: 0.9, number: true, wide: true, cell: (o) => <span className="quiet">{show.quantity(o.shipped)}</span> },
  { id: 'amount', title: text.orders.amount, width: 1.1, number: true, wide: true, cell: (o) => show.money(o.amount) },
  { id: 'placed', title: text.orders.placed, width: 1.3, number: true, wide: true, cell: (o) => <span className="quiet">{show.moment(o.placedAt)}</span> },
];

/** Orders: a table of any length or a board, narrowed by what stands in the address. */
export function OrdersPage() {
  const search = useSearch({ from: '/frame/orders' });
  const navigate = useNavigate({ from: '/orders' });
  const may = useMay();
  const counts = useQuery(countsQuery(search.venture, search.customer));
  const filter = useDebouncedCallback((q: string) => void navigate({ search: (old) => ({ ...old, q: q || undefined }), replace: true }), 200);
  const hidden = search.hide?.split('.') ?? [];

  return (
    <Page
      full
      title={text.orders.title}
      actions={
        <>
          <SegmentedControl
            size="xs"
            aria-label={text.orders.view}
            value={search.view ?? 'list'}
            onChange={(view) => void navigate({ search: (old) => ({ ...old, view: view === 'board' ? 'board' : undefined }) })}
            data={[
              { value: 'list', label: text.orders.list },
              { value: 'board', label: text.orders.board },
            ]}
          />
          <SavedViews />
          {search.view === 'board' ? null : <ColumnMenu hidden={hidden} onChange={(hide) => void navigate({ search: (old) => ({ ...old, hide: hide.length ? hide.join('.') : undefined }), replace: true })} />}
          {may('orders.write') ? (
            <>
              <Button size="xs" variant="default" component={Link} to="/orders/import" leftSection={<Icon name="upload" size={15} />}>
                {text.orders.import}
              </Button>
              <Button size="xs" component={Link} to="/orders/new" leftSection={<Icon name="plus" size={15} />}>
                {text.orders.place}
              </Button>
            </>
          ) : null}
        </>
      }
    >
      <div className={css.bar}>
        <Segments label={text.orders.narrow} to="/orders" items={segments(search, counts.data)} />
        <TextInput data-filter size="xs" w={200} aria-label={text.orders.filter} placeholder={text.orders.filter} defaultValue={search.q ?? ''} onChange={(event) => filter(event.currentTarget.value.trim())} leftSection={<Icon name="search" size={15} />} />
      </div>
      {search.customer ? (
        <div className="quiet">
          {text.orders.ofCustomer(search.customer)} <Link to="/orders" search={(old) => ({ ...old, customer: undefined })}>{text.orders.allCustomers}</Link>
        </div>
      ) : null}
      {search.view === 'board' ? <OrderBoard venture={search.venture} customer={search.customer} /> : <OrderTable search={search} hidden={hidden} />}
    </Page>
  );
}

function OrderTable({ search, hidden }: { search: OrdersSearch & { venture?: string }; hidden: readonly string[] }) {
  const navigate = useNavigate({ from: '/orders' });
  const options = ordersQuery(filterOf(search));
  const orders = useInfiniteQuery(options);
  const { newer, refresh, onTop } = useLiveRows(options.queryKey, 'order/', oneOrder);
  const customer = !!useMe()?.customers;
  const rows = useMemo(() => orders.data?.pages.flatMap((page) => page.items) ?? [], [orders.data]);
  if (orders.error && rows.length === 0) return <Failure error={orders.error} retry={() => void orders.refetch()} />;
  if (orders.isPending) return <Skeleton rows={14} />;
  return (
    <>
      {newer > 0 ? (
        <button type="button" className={css.newer} onClick={refresh}>
          {text.table.newer(show.count(newer))} · {text.table.refresh}
        </button>
      ) : null}
      <DataTable
        label={text.orders.title}
        columns={columns}
        rows={rows}
        hidden={hidden}
        id={(order) => order.order}
        open={(order) => void navigate({ to: customer ? '/track/$order' : '/orders/$order', params: { order: order.order } })}
        more={orders.hasNextPage ? () => void orders.fetchNextPage() : undefined}
        loadingMore={orders.isFetchingNextPage}
        tone={(order) => (isLate(order) ? 'bad' : order.short > 0 ? 'warn' : undefined)}
        onTop={onTop}
        empty={<Nothing search={search} />}
      />
    </>
  );
}

function Nothing({ search }: { search: OrdersSearch }) {
  const may = useMay();
  if (search.late) return <Empty title={text.orders.noneLate} />;
  if (search.short) return <Empty title={text.orders.noneShort} />;
  if (search.q || search.state || search.customer) return <Empty title={text.orders.noneFit} action={<Link to="/orders">{text.orders.showAll}</Link>} />;
  return <Empty title={text.orders.empty} note={text.orders.emptyNote} action={may('orders.write') ? <Link to="/orders/new">{text.orders.place}</Link> : null} />;
}

type Counts = { open: number; held: number; completed: number; cancelled: number; waiting: number; late: number; most: number };

/** The list's segments with their counts; a count at its limit says “and more”. */
export function segments(search: OrdersSearch, counts: Counts | undefined): Segment[] {
  const keep = given(search);
  const count = (value: number | undefined) => (value === undefined || !counts ? undefined : value >= counts.most ? `${show.count(counts.most)}+` : show.count(value));
  const tone = (value: number | undefined, tone: Tone): Tone | undefined => (value ? tone : undefined);
  const plain = !search.state && !search.short && !search.late;
  return [
    { label: text.orders.all, search: keep, active: plain },
    { label: text.orders.late, search: { ...keep, late: true }, active: !!search.late, count: count(counts?.late), tone: tone(counts?.late, 'bad') },
    { label: text.orders.waiting, search: { ...keep, short: true }, active: !!search.short, count: count(counts?.waiting), tone: tone(counts?.waiting, 'warn') },
    { label: text.orders.states.held, search: { ...keep, state: 'held' }, active: search.state === 'held', count: count(counts?.held), tone: tone(counts?.held, 'warn') },
    { label: text.orders.states.open, search: { ...keep, state: 'open' }, active: search.state === 'open', count: count(counts?.open) },
    { label: text.orders.states.completed, search: { ...keep, state: 'completed' }, active: search.state === 'completed', count: count(counts?.completed) },
    { label: text.orders.states.cancelled, search: { ...keep, state: 'cancelled' }, active: search.state === 'cancelled', count: count(counts?.cancelled) },
  ];
}

function given({ customer, hide }: OrdersSearch): OrdersSearch {
  return { ...(customer && { customer }), ...(hide && { hide }) };
}

function ColumnMenu({ hidden, onChange }: { hidden: readonly string[]; onChange: (hidden: string[]) => void }) {
  return (
    <Menu closeOnItemClick={false} position="bottom-end" withinPortal>
      <Menu.Target>
        <Button size="xs" variant="default" leftSection={<Icon name="columns" size={15} />}>
          {text.table.columns}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {columns.slice(1).map((column) => (
          <Menu.Item
            key={column.id}
            role="menuitemcheckbox"
            aria-checked={!hidden.includes(column.id)}
            leftSection={<span style={{ visibility: hidden.includes(column.id) ? 'hidden' : 'visible' }}><Icon name="check" size={14} /></span>}
            onClick={() => onChange(hidden.includes(column.id) ? hidden.filter((id) => id !== column.id) : [...hidden, column.id])}
          >
            {column.title}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

