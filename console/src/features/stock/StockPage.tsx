import { Button, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { text } from '~/text/en';
import { DataTable, type Column } from '~/ui/DataTable';
import { none, show } from '~/ui/format';
import { Icon } from '~/ui/Icon';
import { Page } from '~/ui/Page';
import { SavedViews } from '~/ui/SavedViews';
import { Segments } from '~/ui/Segments';
import { Empty, Failure, Skeleton } from '~/ui/State';
import { useLiveRows } from '~/ui/useLiveRows';
import { sitesQuery, stockQuery, type Level } from './queries';
import css from './Stock.module.css';

const number = (value: number) => (value === 0 ? <span className="quiet">0</span> : show.quantity(value));

const columns: readonly Column<Level>[] = [
  { id: 'sku', title: text.stock.sku, width: 1.6, cell: (level) => <strong>{level.sku}</strong> },
  { id: 'site', title: text.stock.site, width: 1.2, cell: (level) => level.site ?? <span className="quiet">{text.stock.anySite}</span> },
  { id: 'available', title: text.stock.figures.available, width: 1, number: true, cell: (level) => (level.site ? <span className={level.available < 0 ? 'bad' : undefined}>{show.quantity(level.available)}</span> : none) },
  { id: 'onHand', title: text.stock.figures.onHand, width: 1, number: true, wide: true, cell: (level) => number(level.onHand) },
  { id: 'reserved', title: text.stock.figures.reserved, width: 1, number: true, wide: true, cell: (level) => number(level.reserved) },
  { id: 'held', title: text.stock.figures.held, width: 1, number: true, wide: true, cell: (level) => number(level.held) },
  { id: 'backordered', title: text.stock.figures.backordered, width: 1, number: true, cell: (level) => (level.backordered ? <span className="warn">{show.quantity(level.backordered)}</span> : '') },
  { id: 'unit', title: text.stock.unit, width: 0.7, wide: true, cell: (level) => <span className="quiet">{level.unit}</span> },
];

/** Stock by SKU and site; any row opens into its figures, and any figure into the events that make it. */
export function StockPage() {
  const search = useSearch({ from: '/frame/stock' });
  const navigate = useNavigate({ from: '/stock' });
  const sites = useQuery(sitesQuery);
  const options = stockQuery({ q: search.q, site: search.site, short: search.short });
  const stock = useInfiniteQuery(options);
  const { onTop } = useLiveRows(options.queryKey, 'sku/');
  // Of what waits at no site in particular a row says something only while something waits.
  const rows = useMemo(() => stock.data?.pages.flatMap((page) => page.items.filter((level) => level.site || level.backordered > 0 || level.reserved > 0)) ?? [], [stock.data]);
  const filter = useDebouncedCallback((q: string) => void navigate({ search: (old) => ({ ...old, q: q || undefined }), replace: true }), 200);
  return (
    <Page
      full
      title={text.stock.title}
      actions={
        <>
          <Button size="xs" variant="default" component={Link} to="/stock-discrepancies">
            {text.stock.discrepancies}
          </Button>
          <SavedViews />
        </>
      }
    >
      <div className={css.bar}>
        <Segments
          label={text.stock.narrow}
          to="/stock"
          items={[
            { label: text.stock.all, search: {}, active: !search.short },
            { label: text.stock.short, search: { short: true }, active: !!search.short },
          ]}
        />
        <div className={css.filters}>
          <select className={css.select} aria-label={text.stock.site} value={search.site ?? ''} onChange={(event) => void navigate({ search: (old) => ({ ...old, site: event.target.value || undefined }) })}>
            <option value="">{text.stock.allSites}</option>
            {sites.data?.items.map((site) => (
              <option key={site.code} value={site.code}>
                {site.name}
              </option>
            ))}
          </select>
          <TextInput data-filter size="xs" w={200} aria-label={text.stock.filter} placeholder={text.stock.filter} defaultValue={search.q ?? ''} onChange={(event) => filter(event.currentTarget.value.trim())} leftSection={<Icon name="search" size={15} />} />
        </div>
      </div>
      {stock.error && rows.length === 0 ? (
        <Failure error={stock.error} retry={() => void stock.refetch()} />
      ) : stock.isPending ? (
        <Skeleton rows={14} />
      ) : (
        <DataTable
          label={text.stock.title}
          columns={columns}
          rows={rows}
          id={(level) => `${level.sku}/${level.site ?? ''}`}
          open={(level) => void navigate({ to: '/stock/$sku', params: { sku: level.sku }, search: {} })}
          more={stock.hasNextPage ? () => void stock.fetchNextPage() : undefined}
          loadingMore={stock.isFetchingNextPage}
          tone={(level) => (level.available < 0 ? 'bad' : level.backordered > 0 ? 'warn' : undefined)}
          onTop={onTop}
          empty={search.short ? <Empty title={text.stock.noneShort} /> : search.q || search.site ? <Empty title={text.stock.noneFit} /> : <Empty title={text.stock.empty} note={text.stock.emptyNote} />}
        />
      )}
    </Page>
  );
}
