import { Drawer } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { get } from '~/api/client';
import type { LogEvent } from '~/api/live';
import { text } from '~/text/en';
import { eventWords, show } from './format';
import css from './EventDrawer.module.css';
import { Facts } from './Page';
import { Loaded } from './State';

const MOST_CAUSES = 12;
const LOOK_AHEAD = 300;

interface Chain {
  event: LogEvent;
  /** What led to it, first cause first. */
  causes: LogEvent[];
  /** What it led to directly, among the events soon after it. */
  effects: LogEvent[];
}

/** An event with the chain that led to it and what followed from it. */
export async function readChain(position: number, read: (position: number) => Promise<LogEvent>, readAfter: (position: number) => Promise<LogEvent[]>): Promise<Chain> {
  const event = await read(position);
  const causes: LogEvent[] = [];
  for (let cause = event.causation; cause && causes.length < MOST_CAUSES; ) {
    const found = await read(cause);
    causes.unshift(found);
    cause = found.causation;
  }
  const effects = (await readAfter(position)).filter((later) => later.causation === position);
  return { event, causes, effects };
}

interface EventDrawerProps {
  position: number | undefined;
  onOpen: (position: number) => void;
  onClose: () => void;
}

/** Any screen opens an event with this: the envelope, the body as stored, causes and effects. */
export function EventDrawer({ position, onOpen, onClose }: EventDrawerProps) {
  const chain = useQuery({
    queryKey: ['event-chain', position],
    queryFn: ({ signal }) =>
      readChain(
        position ?? 0,
        (at) => get('/api/v1/events/{position}', { params: { position: at }, signal }),
        async (after) => (await get('/api/v1/events', { query: { after, limit: LOOK_AHEAD }, signal })).items,
      ),
    enabled: position !== undefined,
    staleTime: 10_000,
  });
  return (
    <Drawer overlayProps={{ backgroundOpacity: 0.15 }} opened={position !== undefined} onClose={onClose} size={520} title={position ? text.events.numbered(show.count(position)) : ''} closeButtonProps={{ 'aria-label': text.frame.close }}>
      <Loaded query={chain} rows={8}>
        {({ event, causes, effects }) => (
          <div className={css.body}>
            <h2>{eventWords(event.type)}</h2>
            <Facts
              items={[
                [text.events.stream, `${event.stream}, ${text.events.version(event.version)}`],
                [text.events.happened, show.full(event.happened)],
                event.happened !== event.recorded && [text.events.recorded, show.full(event.recorded)],
                [text.events.actor, event.actor],
                [text.events.stored, <code key="type">{event.type}</code>],
              ]}
            />
            <h3>{text.events.chain}</h3>
            <ol className={css.chain}>
              {causes.map((cause) => (
                <Step key={cause.position} event={cause} onOpen={onOpen} />
              ))}
              <li className={css.here} aria-current="true">
                <span className="num">#{show.count(event.position)}</span> {eventWords(event.type)}
              </li>
              {effects.map((effect) => (
                <Step key={effect.position} event={effect} onOpen={onOpen} later />
              ))}
            </ol>
            {causes.length === 0 ? <p className="quiet">{text.events.firstCause}</p> : null}
            <h3>{text.events.body}</h3>
            <pre className={css.json} tabIndex={0}>
              {JSON.stringify(event.body, null, 2)}
            </pre>
            <h3>{text.events.hash}</h3>
            <code className={css.hash}>{event.hash}</code>
          </div>
        )}
      </Loaded>
    </Drawer>
  );
}

function Step({ event, onOpen, later }: { event: LogEvent; onOpen: (position: number) => void; later?: boolean }) {
  return (
    <li className={later ? css.later : undefined}>
      <button type="button" onClick={() => onOpen(event.position)}>
        <span className="num">#{show.count(event.position)}</span> {eventWords(event.type)} <span className="quiet">{event.stream}</span>
      </button>
    </li>
  );
}
