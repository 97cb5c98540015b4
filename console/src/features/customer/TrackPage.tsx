import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useEffect } from 'react';
import { get, type Answer } from '~/api/client';
import { useMe } from '~/api/session';
import { text } from '~/text/en';
import { show } from '~/ui/format';
import { Loaded, Skeleton } from '~/ui/State';
import css from './Track.module.css';

type Order = Answer<'/api/v1/orders/{order}'>;

export interface Stage {
  name: 'placed' | 'promised' | 'shipped';
  state: 'done' | 'part' | 'open';
}

/** How far an order is, as its customer would ask: taken, promised, on its way. */
export function stagesOf(order: Pick<Order, 'quantity' | 'reserved' | 'shipped' | 'cancelled' | 'short'>): Stage[] {
  const wanted = order.quantity - order.cancelled;
  const promised = order.reserved + order.shipped;
  const degree = (part: number): Stage['state'] => (part <= 0 ? 'open' : part < wanted ? 'part' : 'done');
  return [
    { name: 'placed', state: 'done' },
    { name: 'promised', state: degree(promised) },
    { name: 'shipped', state: degree(order.shipped) },
  ];
}

/** What a customer sees of an order: no internal words, no stock figures. */
export function TrackPage() {
  const { order: number } = useParams({ from: '/phone/track/$order' });
  const me = useMe();
  const order = useQuery({ queryKey: ['order', number], queryFn: ({ signal }) => get('/api/v1/orders/{order}', { params: { order: number }, signal }), meta: { follows: [`order/${number}`] }, refetchInterval: 30_000 });
  useEffect(() => {
    document.title = `${text.track.title(number)} · ${me?.name ?? text.product}`;
  }, [number, me?.name]);
  return (
    <main className={css.page}>
      <header className={css.head}>
        <span className="quiet">
          {me?.name}
          {me?.customers ? (
            <>
              {' · '}
              <Link to="/orders">{text.track.all}</Link>
            </>
          ) : null}
        </span>
        <h1>{text.track.title(number)}</h1>
      </header>
      <Loaded query={order} loading={<Skeleton rows={6} />}>
        {(data) => <Progress order={data} />}
      </Loaded>
    </main>
  );
}

function Progress({ order }: { order: Order }) {
  const cancelled = order.state === 'cancelled';
  return (
    <>
      <p className={css.words} role="status">
        {cancelled ? text.track.cancelled : order.state === 'held' ? text.track.held : order.shipped >= order.quantity - order.cancelled && order.shipped > 0 ? text.track.allShipped : order.shipped > 0 ? text.track.partShipped : order.short > 0 ? text.track.waiting : text.track.promised}
      </p>
      {cancelled ? null : (
        <ol className={css.stages}>
          {stagesOf(order).map((stage) => (
            <li key={stage.name} data-state={stage.state}>
              {text.track.stages[stage.name]}
              <span className="quiet">{text.track.degrees[stage.state]}</span>
            </li>
          ))}
        </ol>
      )}
      <section className={css.card}>
        <h2>{text.track.items}</h2>
        <ul className={css.items}>
          {order.lines.map((line) => (
            <li key={line.line}>
              <span>
                {line.description ?? line.sku}
                <span className="quiet"> · {line.sku}</span>
              </span>
              <span className="num">{show.quantity(line.entered.quantity, line.entered.unit)}</span>
              <span className="quiet">{line.shipped >= line.quantity - line.cancelled && line.shipped > 0 ? text.track.sent : line.shipped > 0 ? text.track.sentOf(show.quantity(line.shipped), show.quantity(line.quantity)) : line.short > 0 ? text.track.expected : text.track.ready}</span>
            </li>
          ))}
        </ul>
        <p className={css.total}>
          <span>{text.track.total}</span>
          <strong className="num">{show.money(order.amount)}</strong>
        </p>
      </section>
      <p className="quiet">
        {text.track.orderedOn(show.date(order.placedAt))} {order.requestedOn ? text.track.wantedOn(show.day(order.requestedOn)) : null}
      </p>
    </>
  );
}
