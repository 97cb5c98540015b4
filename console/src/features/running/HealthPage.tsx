import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { text } from '~/text/en';
import { Badge, type Tone } from '~/ui/Badge';
import { show } from '~/ui/format';
import { Card, Page } from '~/ui/Page';
import { Failure, Skeleton } from '~/ui/State';
import { useLive, useNow } from '~/ui/useLive';
import { followingQuery, type Following } from './queries';
import css from './Running.module.css';

interface Part {
  name: string;
  tone: Tone;
  state: string;
  note: string;
}

/** What runs, what is still starting, what stands still: in that order of calm. */
export function partsOf(following: Following | undefined, live: { status: string; heard: number }, now: number): Part[] {
  const stuck = following?.items.filter((item) => item.failure) ?? [];
  const building = following?.items.filter((item) => !item.failure && item.builtPercent !== null && item.builtPercent !== undefined) ?? [];
  const furthest = Math.max(0, ...(following?.items.filter((item) => item.kind !== 'due').map((item) => item.behind) ?? []));
  const parts: Part[] = [
    following?.stopped
      ? { name: text.health.log, tone: 'bad', state: text.health.stopped, note: following.stopped }
      : { name: text.health.log, tone: 'quiet', state: text.health.fine, note: following ? text.health.logNote(show.count(following.head)) : '' },
    stuck.length
      ? { name: text.health.views, tone: 'bad', state: text.health.stuck(stuck.length), note: stuck.map((item) => item.name).join(', ') }
      : building.length
        ? { name: text.health.views, tone: 'warn', state: text.health.starting, note: building.map((item) => `${item.name} ${show.percent((item.builtPercent ?? 0) / 100)}`).join(', ') }
        : { name: text.health.views, tone: 'quiet', state: text.health.fine, note: furthest > 0 ? text.health.behind(show.count(furthest)) : text.health.level },
    live.status === 'live'
      ? { name: text.health.live, tone: 'quiet', state: text.health.fine, note: text.health.heard(show.age(now - live.heard)) }
      : live.status === 'denied'
        ? { name: text.health.live, tone: 'quiet', state: text.health.off, note: text.live.denied }
        : { name: text.health.live, tone: 'warn', state: live.status === 'offline' ? text.health.lost : text.health.starting, note: text.live.missed },
  ];
  const worst: Record<Tone, number> = { bad: 3, warn: 2, plain: 1, quiet: 0 };
  return parts.toSorted((a, b) => worst[b.tone] - worst[a.tone]);
}

/** Is everything running? */
export function HealthPage() {
  const following = useQuery(followingQuery);
  const live = useLive();
  const now = useNow();
  const ready = useQuery({ queryKey: ['ready'], queryFn: ({ signal }) => fetch('/health/ready', { signal }).then((answer) => answer.text()), refetchInterval: 5_000 });
  const parts = partsOf(following.data, live, now);
  const bad = parts.find((part) => part.tone === 'bad');
  return (
    <Page title={text.health.title} note={following.data ? (bad ? <span className="bad">{text.health.notWell}</span> : parts.some((part) => part.tone === 'warn') ? text.health.notYet : text.health.allWell) : null}>
      {following.error && !following.data ? (
        <Failure error={following.error} retry={() => void following.refetch()} />
      ) : following.isPending ? (
        <Skeleton rows={4} />
      ) : (
        <Card flush title={text.health.parts} note={ready.data ? text.health.probe(ready.data) : null}>
          <ul className={css.parts}>
            {parts.map((part) => (
              <li key={part.name}>
                <strong>{part.name}</strong>
                <Badge tone={part.tone}>{part.state}</Badge>
                <span className="quiet">{part.note}</span>
              </li>
            ))}
          </ul>
        </Card>
      )}
      <p className="quiet" style={{ margin: 0 }}>
        <Link to="/projections">{text.health.more}</Link> · <a href="/metrics">{text.health.metrics}</a>
      </p>
    </Page>
  );
}
