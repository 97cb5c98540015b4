import { ActionIcon, Button, Slider } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { get } from '~/api/client';
import type { LogEvent } from '~/api/live';
import { useMay } from '~/api/session';
import { text } from '~/text/en';
import { eventWords, none, show } from '~/ui/format';
import { Icon } from '~/ui/Icon';
import { Card } from '~/ui/Page';
import { Empty, Loaded } from '~/ui/State';
import css from './Tower.module.css';

const HOURS = 24;
const STEP = 60_000;
const SPEED = 400;

/** The position of the last event recorded at or before a moment, found in about 20 looks at the log. */
export async function positionAt(moment: number, head: number, recordedAt: (position: number) => Promise<number>): Promise<number> {
  let [low, high] = [0, head];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((await recordedAt(middle)) <= moment) low = middle;
    else high = middle - 1;
  }
  return low;
}

interface ReplayProps {
  at: string | undefined;
  venture: string | undefined;
  onChange: (at: string | undefined) => void;
  onOpen: (position: number) => void;
}

/** Takes the operation back to any minute of the last day and lets it run from there. */
export function Replay({ at, venture, onChange, onOpen }: ReplayProps) {
  const [until] = useState(() => Math.ceil(Date.now() / STEP) * STEP);
  const from = until - HOURS * 3_600_000;
  const [moving, setMoving] = useState<number>();
  const [playing, setPlaying] = useState(false);
  const settled = at ? Math.max(from, Math.min(until, Date.parse(at))) : until;
  const value = moving ?? settled;

  useEffect(() => {
    if (!playing || !at) return;
    const timer = setTimeout(() => {
      const next = Date.parse(at) + 5 * STEP;
      if (next >= until) {
        setPlaying(false);
        onChange(undefined);
      } else onChange(new Date(next).toISOString());
    }, SPEED);
    return () => clearTimeout(timer);
  }, [playing, at, until, onChange]);

  return (
    <>
      <div className={`${css.replay} no-print`}>
        <ActionIcon
          variant="default"
          aria-label={playing ? text.tower.pause : text.tower.play}
          onClick={() => {
            if (!at) onChange(new Date(until - 2 * 3_600_000).toISOString());
            setPlaying(!playing);
          }}
        >
          <Icon name={playing ? 'pause' : 'history'} size={16} />
        </ActionIcon>
        <span className={css.moment}>{value >= until ? text.tower.asNow : show.dateTime(value)}</span>
        <Slider
          flex={1}
          size="sm"
          min={from}
          max={until}
          step={STEP}
          value={value}
          label={null}
          thumbLabel={text.tower.replay}
          onChange={setMoving}
          onChangeEnd={(end) => {
            setMoving(undefined);
            setPlaying(false);
            onChange(end >= until ? undefined : new Date(end).toISOString());
          }}
        />
        {at ? (
          <Button
            size="compact-xs"
            variant="default"
            onClick={() => {
              setPlaying(false);
              onChange(undefined);
            }}
          >
            {text.tower.toNow}
          </Button>
        ) : (
          <span className="quiet">{text.tower.lastDay}</span>
        )}
      </div>
      {at ? <Then at={at} venture={venture} onOpen={onOpen} /> : null}
    </>
  );
}

function Then({ at, venture, onOpen }: { at: string; venture: string | undefined; onOpen: (position: number) => void }) {
  const may = useMay();
  const course = useQuery({
    queryKey: ['replay', at, venture],
    queryFn: ({ signal }) => {
      const moment = new Date(at);
      const start = new Date(moment.getFullYear(), moment.getMonth(), moment.getDate());
      return get('/api/v1/orders/course', { query: { venture, from: start.toISOString(), at }, signal });
    },
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const around = useQuery({
    queryKey: ['replay-events', at],
    queryFn: async ({ signal }): Promise<LogEvent[]> => {
      const { head } = await get('/api/v1/projections', { signal });
      const position = await positionAt(Date.parse(at), head, async (middle) => Date.parse((await get('/api/v1/events/{position}', { params: { position: middle }, signal })).recorded));
      if (position === 0) return [];
      return (await get('/api/v1/events', { query: { after: Math.max(0, position - 30), limit: Math.min(30, position) }, signal })).items;
    },
    enabled: may('events.read') && may('projections.read'),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const figures = course.data;
  return (
    <div className={css.columns}>
      <Card title={text.tower.asItWas} note={text.tower.sinceMidnight}>
        <Loaded query={course} rows={3}>
          {() => (
            <dl className={css.then}>
              {(
                [
                  [text.tower.tiles.open, figures?.open === null || figures?.open === undefined ? none : show.count(figures.open)],
                  [text.tower.tiles.placed, show.count(figures?.placed ?? 0)],
                  [text.tower.unitsPlaced, show.quantity(figures?.unitsPlaced ?? 0)],
                  [text.tower.tiles.shipped, show.count(figures?.shipments ?? 0)],
                  [text.tower.unitsShipped, show.quantity(figures?.unitsShipped ?? 0)],
                  [text.tower.cancelled, show.count(figures?.cancelled ?? 0)],
                ] as const
              ).map(([label, value]) => (
                <div key={label}>
                  <dt>{label}</dt>
                  <dd>{value}</dd>
                </div>
              ))}
            </dl>
          )}
        </Loaded>
      </Card>
      <Card flush title={text.tower.justHappened}>
        <Loaded query={around} rows={6} empty={{ when: (events) => events.length === 0, show: <Empty title={text.tower.before} /> }}>
          {(events) => (
            <ol className={css.stream}>
              {events.toReversed().map((event) => (
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
        </Loaded>
      </Card>
    </div>
  );
}
