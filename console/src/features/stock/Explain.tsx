import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { text } from '~/text/en';
import { eventWords, none, show } from '~/ui/format';
import { Card } from '~/ui/Page';
import { Empty, Failure, Skeleton } from '~/ui/State';
import type { Figure } from './feature';
import { explainQuery, type Step } from './queries';
import css from './Stock.module.css';

/** The position of the event that a step names: `/api/v1/events/17`. */
export function positionOf(step: Pick<Step, 'event'>): number {
  return Number(step.event.split('/').at(-1));
}

/** A figure opened into the exact events that make it, with the running total; the last one is the figure. */
export function Explain({ sku, figure, site, at, onOpen }: { sku: string; figure: Figure; site: string | undefined; at: string | undefined; onOpen: (position: number) => void }) {
  const explained = useInfiniteQuery(explainQuery(sku, figure, site, at));
  const head = explained.data?.pages[0];
  const steps = explained.data?.pages.flatMap((page) => page.steps) ?? [];
  return (
    <Card
      flush
      title={head ? text.stock.why(text.stock.figures[figure], show.quantity(head.value, head.unit)) : text.stock.explain}
      note={[site ?? text.stock.allSites, head && head.formula !== figure ? head.formula : null].filter(Boolean).join(' · ')}
    >
      {explained.error ? (
        <Failure error={explained.error} retry={() => void explained.refetch()} />
      ) : explained.isPending ? (
        <Skeleton rows={8} />
      ) : steps.length === 0 ? (
        <Empty title={text.stock.nothing} note={text.stock.nothingNote} />
      ) : (
        <div className={css.scroll}>
          <table className={css.lines}>
            <thead>
              <tr>
                <th scope="col">{text.stock.happened}</th>
                <th scope="col">{text.stock.event}</th>
                <th scope="col" className={css.place}>{text.stock.where}</th>
                <th scope="col" className={css.n}>{text.stock.change}</th>
                <th scope="col" className={css.n}>{text.stock.running}</th>
              </tr>
            </thead>
            <tbody>
              {steps.map((step, index) => (
                <tr key={`${step.event}-${index}`}>
                  <td className="quiet">{show.moment(step.happened)}</td>
                  <td>
                    <button type="button" className={css.explain} onClick={() => onOpen(positionOf(step))}>
                      {eventWords(step.type)}
                    </button>
                    <div className="quiet">{step.holder ?? step.document}</div>
                  </td>
                  <td className={`quiet ${css.place}`}>{[step.site, step.location, step.lot].filter(Boolean).join(' · ') || none}</td>
                  <td className={css.n}>
                    {show.change(step.delta)}
                    {figure === 'available' || figure === 'ofOthers' ? <div className="quiet">{text.stock.figures[step.changes as Figure]?.toLowerCase()}</div> : null}
                  </td>
                  <td className={css.n}>{show.quantity(step.running)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {explained.hasNextPage ? (
            <div className={css.more}>
              <Button size="xs" variant="default" loading={explained.isFetchingNextPage} onClick={() => void explained.fetchNextPage()}>
                {text.stock.later}
              </Button>
            </div>
          ) : null}
        </div>
      )}
    </Card>
  );
}
