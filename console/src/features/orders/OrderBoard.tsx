import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { get, type Query } from '~/api/client';
import { text } from '~/text/en';
import { show } from '~/ui/format';
import { Loaded } from '~/ui/State';
import { useNow } from '~/ui/useLive';
import css from './Orders.module.css';
import { countsQuery, today, type OrderItem } from './queries';

const lanes: readonly { title: string; note: string; filter: Query; count: 'late' | 'waiting' | 'held' | 'open' | 'completed'; search: Record<string, unknown>; tone?: 'warn' | 'bad' }[] = [
  { title: text.orders.late, note: text.orders.lateNote, filter: { sort: 'due' }, count: 'late', search: { late: true }, tone: 'bad' },
  { title: text.orders.waiting, note: text.orders.waitingNote, filter: { short: true, sort: 'oldest' }, count: 'waiting', search: { short: true }, tone: 'warn' },
  { title: text.orders.states.held, note: text.orders.heldNote, filter: { state: 'held', sort: 'oldest' }, count: 'held', search: { state: 'held' }, tone: 'warn' },
  { title: text.orders.states.open, note: text.orders.openNote, filter: { state: 'open', sort: 'priority' }, count: 'open', search: { state: 'open' } },
  { title: text.orders.states.completed, note: text.orders.doneNote, filter: { state: 'completed' }, count: 'completed', search: { state: 'completed' } },
];

/** Orders by what they need, worst first in each lane; a lane shows its first few and leads to the rest. */
export function OrderBoard({ venture, customer }: { venture: string | undefined; customer: string | undefined }) {
  const counts = useQuery(countsQuery(venture, customer));
  return (
    <div className={css.board}>
      {lanes.map((lane) => {
        const count = counts.data?.[lane.count];
        return (
          <section key={lane.count} className={css.lane} aria-label={lane.title}>
            <header>
              <Link to="/orders" search={{ ...lane.search, ...(venture && { venture }) } as never}>
                <h2>{lane.title}</h2>
              </Link>
              <span className={`num ${count && lane.tone ? lane.tone : 'quiet'}`}>{count === undefined ? '' : count >= (counts.data?.most ?? 0) ? `${show.count(count)}+` : show.count(count)}</span>
              <p>{lane.note}</p>
            </header>
            <Lane filter={{ ...lane.filter, venture, customer, ...(lane.count === 'late' && { dueBefore: today() }) }} name={lane.count} />
          </section>
        );
      })}
    </div>
  );
}

function Lane({ filter, name }: { filter: Query; name: string }) {
  const orders = useQuery({ queryKey: ['order-lane', name, filter], queryFn: ({ signal }) => get('/api/v1/orders', { query: { ...filter, limit: 20 }, signal }), meta: { follows: ['order/'] } });
  const now = useNow(10_000);
  return (
    <Loaded query={orders} rows={5} empty={{ when: (page) => page.items.length === 0, show: <p className={css.none}>{text.orders.laneEmpty}</p> }}>
      {(page) => (
        <ul className={css.cards}>
          {page.items.map((order) => (
            <li key={order.order}>
              <OrderCard order={order} now={now} />
            </li>
          ))}
        </ul>
      )}
    </Loaded>
  );
}

function OrderCard({ order, now }: { order: OrderItem; now: number }) {
  const late = (order.state === 'open' || order.state === 'held') && order.requestedOn && order.requestedOn < today();
  return (
    <Link to="/orders/$order" params={{ order: order.order }} className={css.cardLink}>
      <strong>{order.order}</strong>
      <span className="quiet">{order.customer ?? order.venture}</span>
      <span className="num">{show.money(order.amount)}</span>
      <span className={late ? 'bad' : 'quiet'}>{order.requestedOn ? text.orders.for(show.day(order.requestedOn)) : text.age.ago(show.age(now - Date.parse(order.placedAt)))}</span>
      <span className={order.short > 0 ? 'warn' : 'quiet'}>{order.short > 0 ? text.orders.shortOf(show.quantity(order.short), show.quantity(order.quantity)) : order.priority <= 2 ? text.orders.priorityOf(order.priority) : ''}</span>
    </Link>
  );
}
