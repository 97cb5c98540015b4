import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { get, type Answer } from '~/api/client';
import { text } from '~/text/en';
import { DataTable, type Column } from '~/ui/DataTable';
import { show } from '~/ui/format';
import { Page } from '~/ui/Page';
import { Empty, Failure, Skeleton } from '~/ui/State';

type Found = Answer<'/api/v1/inventory/discrepancies'>['items'][number];

const columns: readonly Column<Found>[] = [
  { id: 'sku', title: text.stock.sku, width: 1.2, cell: (found) => <strong>{found.sku}</strong> },
  { id: 'site', title: text.stock.site, cell: (found) => found.site },
  { id: 'lowest', title: text.stock.lowest, number: true, cell: (found) => <span className="bad">{show.quantity(found.lowest)}</span> },
  { id: 'from', title: text.stock.since, width: 1.4, cell: (found) => show.moment(found.from) },
  { id: 'until', title: text.stock.until, width: 1.4, wide: true, cell: (found) => show.moment(found.until) },
  { id: 'reason', title: text.form.reason, width: 2, wide: true, cell: (found) => found.reason },
];

/** Where, as known now, stock was once below nothing: the books were wrong, and it is not hidden. */
export function DiscrepancyPage() {
  const navigate = useNavigate();
  const found = useInfiniteQuery({
    queryKey: ['discrepancies'],
    queryFn: ({ pageParam, signal }) => get('/api/v1/inventory/discrepancies', { query: { limit: 100, cursor: pageParam }, signal }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
    meta: { follows: ['sku/'] },
  });
  return (
    <Page full title={text.stock.discrepancies} crumbs={<Link to="/stock">{text.stock.title}</Link>} note={text.stock.discrepanciesNote}>
      {found.error ? (
        <Failure error={found.error} retry={() => void found.refetch()} />
      ) : found.isPending ? (
        <Skeleton rows={8} />
      ) : (
        <DataTable
          label={text.stock.discrepancies}
          columns={columns}
          rows={found.data.pages.flatMap((page) => page.items)}
          id={(row) => row.event}
          open={(row) => void navigate({ to: '/stock/$sku', params: { sku: row.sku }, search: { figure: 'onHand', site: row.site, at: new Date(row.from).toISOString() } })}
          more={found.hasNextPage ? () => void found.fetchNextPage() : undefined}
          loadingMore={found.isFetchingNextPage}
          empty={<Empty title={text.stock.noDiscrepancies} note={text.stock.noDiscrepanciesNote} />}
        />
      )}
    </Page>
  );
}
