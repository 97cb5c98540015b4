import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { get } from '~/api/client';
import { useMay } from '~/api/session';
import { text } from '~/text/en';
import { Badge } from '~/ui/Badge';
import { EventDrawer } from '~/ui/EventDrawer';
import { eventWords, show } from '~/ui/format';
import { Card, Page } from '~/ui/Page';
import { Empty, Skeleton } from '~/ui/State';
import { Tile, Tiles } from '~/ui/Tile';
import { useNow, useRecentEvents } from '~/ui/useLive';
import { needsOf } from './attention';
import { Replay } from './Replay';
import css from './Tower.module.css';

const MOST = 12;

/** The day at a glance: what needs a person, the figures that say whether all is well, and what happens right now. */
export function TowerPage() {
  const { at, event, venture } = useSearch({ from: '/frame/tower' });
  const navigate = useNavigate({ from: '/tower' });
  const open = (position: number | undefined) => void navigate({ search: (old) => ({ ...old, event: position }), replace: true });
  return (
    <Page title={text.tower.title} note={at ? <span className="warn">{text.tower.past(show.full(at))}</span> : show.date(Date.now())}>
      <Replay at={at} venture={venture} onChange={(next) => void navigate({ search: (old) => ({ ...old, at: next }), replace: true })} onOpen={open} />
      {at ? null : (
        <>
          <Figures venture={venture} />
          <div className={css.columns}>
            <Attention venture={venture} />
            <Stream onOpen={open} />
          </div>
        </>
      )}
      <EventDrawer position={event} onOpen={open} onClose={() => open(undefined)} />
    </Page>
  );
}

const localDay = (time: Date) => `${time.getFullYear()}-${String(time.getMonth() + 1).padStart(2, '0')}-${String(time.getDate()).padStart(2, '0')}`;

/** Midnight by the reader's clock, some days back. */
export function midnight(now: Date, daysBack = 0): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() - daysBack);
}

function useCourse(venture: string | undefined, daysBack: number) {
  return useQuery({
    queryKey: ['course', venture, daysBack],
    queryFn: ({ signal }) => {
      const now = new Date();
      const at = new Date(now.getTime() - daysBack * 86_400_000);
      return get('/api/v1/orders/course', { query: { venture, from: midnight(now, daysBack).toISOString(), at: at.toISOString() }, signal });
    },
    ...(daysBack === 0 ? { meta: { follows: ['order/'] } } : { staleTime: 60_000, refetchInterval: 60_000 }),
  });
}

function useCounts(venture: string | undefined) {
  return useQuery({ queryKey: ['tower-counts', venture], queryFn: ({ signal }) => get('/api/v1/orders/counts', { query: { venture, dueBefore: localDay(new Date()) }, signal }), meta: { follows: ['order/'] } });
}

/** Against the same time yesterday: “+12 on yesterday”, or nothing where there is nothing to compare with. */
export function comparison(now: number | undefined, before: number | undefined): string | undefined {
  if (now === undefined || before === undefined) return undefined;
  return before === 0 && now === 0 ? text.tower.none : text.tower.onYesterday(show.change(now - before));
}

function Figures({ venture }: { venture: string | undefined }) {
  const counts = useCounts(venture);
  const today = useCourse(venture, 0);
  const yesterday = useCourse(venture, 1);
  const count = (value: number | undefined) => (value === undefined || !counts.data ? undefined : value >= counts.data.most ? `${show.count(counts.data.most)}+` : show.count(value));
  const at = counts.dataUpdatedAt;
  // The hour that runs is not over: drawn, it would look like a fall.
  const hours = (today.data?.hours ?? []).filter((hour) => Date.parse(hour.hour) + 3_600_000 <= Date.now());
  return (
    <Tiles>
      <Tile label={text.tower.tiles.late} value={count(counts.data?.late)} tone={counts.data?.late ? 'bad' : 'plain'} note={counts.data?.late ? text.tower.wanted : text.tower.allWell} to="/orders" search={{ late: true, venture }} updatedAt={at} />
      <Tile label={text.tower.tiles.waiting} value={count(counts.data?.waiting)} tone={counts.data?.waiting ? 'warn' : 'plain'} note={counts.data?.waiting ? text.tower.forStock : text.tower.allWell} to="/orders" search={{ short: true, venture }} updatedAt={at} />
      <Tile label={text.tower.tiles.held} value={count(counts.data?.held)} tone={counts.data?.held ? 'warn' : 'plain'} note={counts.data?.held ? text.tower.stoppedByHand : text.tower.allWell} to="/orders" search={{ state: 'held', venture }} updatedAt={at} />
      <Tile label={text.tower.tiles.open} value={count(counts.data?.open)} note={text.tower.inWork} to="/orders" search={{ state: 'open', venture }} updatedAt={at} />
      <Tile label={text.tower.tiles.placed} value={today.data && show.count(today.data.placed)} note={comparison(today.data?.placed, yesterday.data?.placed)} trend={hours.map((hour) => hour.placed)} to="/orders" search={{ venture }} updatedAt={today.dataUpdatedAt} />
      <Tile label={text.tower.tiles.shipped} value={today.data && show.count(today.data.shipments)} note={comparison(today.data?.shipments, yesterday.data?.shipments)} trend={hours.map((hour) => hour.shipments)} to="/orders" search={{ state: 'completed', venture }} updatedAt={today.dataUpdatedAt} />
    </Tiles>
  );
}

function Attention({ venture }: { venture: string | undefined }) {
  const may = useMay();
  const now = useNow(15_000);
  const orders = (name: string, filter: Record<string, string | true | undefined>) => ({
    queryKey: ['needs', name, venture],
    queryFn: ({ signal }: { signal: AbortSignal }) => get('/api/v1/orders', { query: { ...filter, venture, limit: MOST }, signal }),
    meta: { follows: ['order/'] },
  });
  const late = useQuery(orders('late', { dueBefore: localDay(new Date()), sort: 'due' }));
  const waiting = useQuery(orders('waiting', { short: true, sort: 'oldest' }));
  const held = useQuery(orders('held', { state: 'held', sort: 'oldest' }));
  const discrepancies = useQuery({ queryKey: ['needs', 'discrepancies'], queryFn: ({ signal }) => get('/api/v1/inventory/discrepancies', { query: { limit: 5 }, signal }), enabled: may('inventory.read'), meta: { follows: ['sku/'] } });
  const following = useQuery({ queryKey: ['projections'], queryFn: ({ signal }) => get('/api/v1/projections', { signal }), enabled: may('projections.read'), refetchInterval: 10_000 });
  const all = needsOf({ late: late.data, waiting: waiting.data, held: held.data, discrepancies: discrepancies.data, following: following.data }, now);
  return (
    <Card flush title={text.tower.needs} note={all.length > MOST ? text.tower.worst(show.count(MOST)) : null}>
      {late.isPending || waiting.isPending ? (
        <Skeleton rows={6} />
      ) : all.length === 0 ? (
        <Empty title={text.tower.nothing} note={text.tower.nothingNote} />
      ) : (
        <ul className={css.needs}>
          {all.slice(0, MOST).map((need) => (
            <li key={need.id}>
              <Badge tone={need.tone}>{need.tone === 'bad' ? text.tower.act : text.tower.watch}</Badge>
              <div>
                <strong>{need.title}</strong>
                <div className="quiet">{need.note}</div>
              </div>
              <Link to={need.to} search={(need.search ?? {}) as never} aria-label={`${need.action}: ${need.title}`}>
                {need.action}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function Stream({ onOpen }: { onOpen: (position: number) => void }) {
  const recent = useRecentEvents();
  const may = useMay();
  if (!may('events.read')) return null;
  return (
    <Card flush title={text.tower.now} note={<Link to="/events">{text.tower.allEvents}</Link>}>
      {recent.length === 0 ? (
        <Empty title={text.tower.quiet} />
      ) : (
        <ol className={css.stream}>
          {recent
            .slice(-40)
            .toReversed()
            .map((event) => (
              <li key={event.position}>
                <time className="quiet num" dateTime={event.recorded}>
                  {show.time(event.recorded)}
                </time>
                <button type="button" onClick={() => onOpen(event.position)}>
                  {eventWords(event.type)}
                </button>
                <span className="quiet">{event.stream.replace(/^[^/]+\//, '')}</span>
              </li>
            ))}
        </ol>
      )}
    </Card>
  );
}
