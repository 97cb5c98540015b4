import { NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useMemo } from 'react';
import { get } from '~/api/client';
import { text } from '~/text/en';
import { DataTable, type Column } from '~/ui/DataTable';
import { none, show } from '~/ui/format';
import { Facts, Page } from '~/ui/Page';
import { Empty, Failure, Skeleton } from '~/ui/State';
import { place, type Placed } from './layout';
import css from './scene.module.css';

const WarehouseView = lazy(() => import('./WarehouseView').then((module) => ({ default: module.WarehouseView })));

const columns: readonly Column<Placed>[] = [
  { id: 'location', title: text.scene.location, width: 1.4, cell: (one) => one.fill.location },
  { id: 'skus', title: text.scene.skus, number: true, width: 0.8, cell: (one) => show.count(one.fill.skus) },
  { id: 'onHand', title: text.scene.onHand, number: true, width: 1.2, cell: (one) => show.short(one.fill.onHand) },
  { id: 'fill', title: text.scene.fill, number: true, width: 0.9, cell: (one) => (one.share > 0 ? show.percent(one.share) : none) },
];

/** A site's locations as they stand, coloured by how full they are, with the same in a list. */
export function ScenePage() {
  const search = useSearch({ from: '/frame/warehouse' });
  const navigate = useNavigate({ from: '/warehouse' });
  const sites = useQuery({ queryKey: ['sites'], queryFn: ({ signal }) => get('/api/v1/sites', { signal }), staleTime: 60_000 });
  const site = search.site ?? sites.data?.items[0]?.code;
  const fill = useQuery({ queryKey: ['location-fill', site], queryFn: ({ signal }) => get('/api/v1/locations/fill', { query: { site }, signal }), enabled: site !== undefined, meta: { follows: ['stock/', 'location/'] } });
  const placed = useMemo(() => place(fill.data?.items ?? []), [fill.data]);
  const listed = useMemo(() => placed.toSorted((a, b) => b.share - a.share || a.fill.location.localeCompare(b.fill.location)), [placed]);
  const chosen = placed.find((one) => one.fill.location === search.at);
  const choose = (at: string | undefined) => void navigate({ search: (old) => ({ ...old, at }), replace: true });
  const error = sites.error ?? fill.error;

  return (
    <Page
      full
      title={text.scene.title}
      note={text.scene.note}
      actions={
        sites.data && sites.data.items.length > 0 ? (
          <NativeSelect size="xs" w={190} aria-label={text.scene.site} value={site ?? ''} onChange={(event) => void navigate({ search: () => ({ site: event.currentTarget.value }) })} data={sites.data.items.map((one) => ({ value: one.code, label: one.name }))} />
        ) : null
      }
    >
      {error ? (
        <Failure error={error} retry={() => void (sites.error ? sites.refetch() : fill.refetch())} />
      ) : sites.data?.items.length === 0 ? (
        <Empty title={text.scene.noSites} />
      ) : !fill.data ? (
        <Skeleton rows={10} height={28} />
      ) : placed.length === 0 ? (
        <Empty title={text.scene.empty} note={text.scene.emptyNote} />
      ) : (
        <div className={css.desk}>
          <section className={css.stage}>
            <p className={css.used}>{text.scene.used(show.count(placed.filter((one) => one.share > 0).length), show.count(placed.length))}</p>
            <div className={css.view}>
              {canDraw() ? (
                <Suspense fallback={null}>
                  <WarehouseView placed={placed} chosen={chosen?.fill.location} onChoose={choose} />
                </Suspense>
              ) : (
                <p className={css.note}>{text.scene.noWebgl}</p>
              )}
            </div>
            <div className={css.legend}>
              <span>{text.scene.legendEmpty}</span>
              <span className={css.scale} aria-hidden="true" />
              <span>{text.scene.legendFull}</span>
            </div>
          </section>
          <section className={css.side}>
            {chosen ? (
              <div className={css.chosen}>
                <h2>{chosen.fill.location}</h2>
                <Facts
                  items={[
                    [text.scene.zone, chosen.fill.zone ?? none],
                    [text.scene.onHand, show.quantity(chosen.fill.onHand)],
                    [text.scene.skus, show.count(chosen.fill.skus)],
                    [text.scene.fill, show.percent(chosen.share)],
                  ]}
                />
              </div>
            ) : null}
            <DataTable label={text.scene.list} columns={columns} rows={listed} id={(one) => one.fill.location} open={(one) => choose(one.fill.location)} empty={<Empty title={text.scene.empty} />} />
            <p className={css.note}>{text.scene.relative}</p>
          </section>
        </div>
      )}
    </Page>
  );
}

let drawable: boolean | undefined;

/** Whether this browser draws in three dimensions; asked once. */
function canDraw(): boolean {
  drawable ??= document.createElement('canvas').getContext('webgl2') !== null;
  return drawable;
}
