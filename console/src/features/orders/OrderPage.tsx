import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { Refused } from '~/api/client';
import { useMay } from '~/api/session';
import { text } from '~/text/en';
import { EventDrawer } from '~/ui/EventDrawer';
import { eventWords, none, show } from '~/ui/format';
import { Icon } from '~/ui/Icon';
import { Card, Facts, Page } from '~/ui/Page';
import { Complaint, Loaded, Skeleton } from '~/ui/State';
import { CancelDialog, HoldDialog, LinesDialog, ReleaseDialog, ShipDialog, SplitDialog, useStateChange, type StateChange } from './actions';
import css from './Orders.module.css';
import { orderQuery, timelineQuery, today, type OrderView } from './queries';
import { StateBadge } from './StateBadge';

const dialogs = { hold: HoldDialog, release: ReleaseDialog, ship: ShipDialog, split: SplitDialog, lines: LinesDialog, cancel: CancelDialog };

type Action = keyof typeof dialogs;

/** What may be done with an order as it stands, the likeliest first. */
export function actionsOf(order: Pick<OrderView, 'state' | 'reserved' | 'quantity' | 'shipped' | 'cancelled'>): Action[] {
  if (order.state === 'held') return ['release', 'lines', 'cancel'];
  if (order.state !== 'open') return [];
  return [...(order.reserved > 0 ? (['ship'] as const) : []), 'hold', 'split', 'lines', 'cancel'];
}

/** An order: what it is, its lines, and everything that happened to it. */
export function OrderPage() {
  const { order: number } = useParams({ from: '/frame/orders/$order' });
  const { event } = useSearch({ from: '/frame/orders/$order' });
  const navigate = useNavigate({ from: '/orders/$order' });
  const order = useQuery(orderQuery(number));
  const [action, setAction] = useState<Action>();
  const change = useStateChange(number);
  const may = useMay();
  const Open = action && dialogs[action];
  const offered = order.data ? actionsOf(order.data).filter((name) => may(name === 'ship' ? 'orders.fulfil' : 'orders.write')) : [];

  return (
    <Page
      title={text.orders.numbered(number)}
      crumbs={<Link to="/orders">{text.orders.title}</Link>}
      note={order.data ? <Head order={order.data} /> : null}
      actions={
        <>
          {offered.map((name, index) => (
            <Button key={name} size="xs" variant={index === 0 ? 'filled' : 'default'} disabled={change.pending} onClick={() => setAction(name)}>
              {text.orders.actions[name]}
            </Button>
          ))}
          <Button size="xs" variant="default" onClick={() => window.print()} leftSection={<Icon name="print" size={15} />}>
            {text.orders.print}
          </Button>
        </>
      }
    >
      {change.undone ? <Undone undone={change.undone} again={() => change.undone && change.run(change.undone)} forget={change.forget} /> : null}
      <Loaded query={order} loading={<Skeleton rows={10} />}>
        {(data) => (
          <div className={css.columns}>
            <div>
              <Lines order={data} />
              <Card title={text.orders.about}>
                <OrderFacts order={data} />
              </Card>
            </div>
            <Timeline number={number} onOpen={(position) => void navigate({ search: { event: position } as never, replace: true })} />
          </div>
        )}
      </Loaded>
      {Open && order.data ? <Open order={order.data} onClose={() => setAction(undefined)} onChange={change.run} /> : null}
      <EventDrawer position={event} onOpen={(position) => void navigate({ search: { event: position } as never, replace: true })} onClose={() => void navigate({ search: {} as never, replace: true })} />
    </Page>
  );
}

/** A change that was shown and then refused: what it was, why, and the way on. */
function Undone({ undone, again, forget }: { undone: StateChange & { error: Refused }; again: () => void; forget: () => void }) {
  return (
    <div className={css.undone}>
      <Complaint error={undone.error} title={text.orders.undone[undone.verb]} />
      {undone.error.unreachable ? (
        <Button size="xs" variant="default" onClick={again}>
          {text.state.retry}
        </Button>
      ) : null}
      <Button size="xs" variant="default" onClick={forget}>
        {text.orders.seen}
      </Button>
    </div>
  );
}

function Head({ order }: { order: OrderView }) {
  const late = (order.state === 'open' || order.state === 'held') && order.requestedOn && order.requestedOn < today();
  return (
    <>
      <StateBadge state={order.state} /> {order.reason ? <span>“{order.reason}” · </span> : null}
      {order.short > 0 ? <span className="warn">{text.orders.waitsFor(show.quantity(order.short))} · </span> : null}
      {late ? <span className="bad">{text.orders.wasFor(show.day(order.requestedOn ?? ''))} · </span> : null}
      {text.orders.placedAt(show.full(order.placedAt))}
    </>
  );
}

function Lines({ order }: { order: OrderView }) {
  return (
    <Card flush title={text.orders.lines}>
      <div className={css.scroll}>
        <table className={css.lines}>
          <thead>
            <tr>
              <th scope="col">{text.orders.line}</th>
              <th scope="col">{text.orders.sku}</th>
              <th scope="col" className={css.n}>{text.orders.ordered}</th>
              <th scope="col" className={css.n}>{text.orders.reserved}</th>
              <th scope="col" className={css.n}>{text.orders.short}</th>
              <th scope="col" className={css.n}>{text.orders.shipped}</th>
              <th scope="col" className={css.n}>{text.orders.price}</th>
              <th scope="col" className={css.n}>{text.orders.amount}</th>
            </tr>
          </thead>
          <tbody>
            {order.lines.map((line) => (
              <tr key={line.line}>
                <td className="quiet">{line.line}</td>
                <td>
                  <a href={`/stock/${encodeURIComponent(line.sku)}`}>{line.sku}</a>
                  <div className="quiet">{line.description}</div>
                </td>
                <td className={css.n}>{show.quantity(line.entered.quantity, line.entered.unit)}</td>
                <td className={css.n}>{line.reserved ? show.quantity(line.reserved) : <span className="quiet">{none}</span>}</td>
                <td className={`${css.n} ${line.short ? 'warn' : ''}`}>{line.short ? show.quantity(line.short) : ''}</td>
                <td className={css.n}>{line.shipped ? show.quantity(line.shipped) : <span className="quiet">{none}</span>}</td>
                <td className={css.n}>{show.money(line.unitPrice)}</td>
                <td className={css.n}>{show.money(line.amount)}</td>
              </tr>
            ))}
            {order.services.map((service) => (
              <tr key={service.line}>
                <td className="quiet">{service.line}</td>
                <td colSpan={6}>{service.description ?? service.code}</td>
                <td className={css.n}>{show.money(service.amount)}</td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <td />
              <th scope="row">{text.orders.total}</th>
              <td className={css.n}>{show.quantity(order.quantity)}</td>
              <td className={css.n}>{show.quantity(order.reserved)}</td>
              <td className={`${css.n} ${order.short ? 'warn' : ''}`}>{order.short ? show.quantity(order.short) : ''}</td>
              <td className={css.n}>{show.quantity(order.shipped)}</td>
              <td />
              <td className={css.n}>
                <strong>{show.money(order.amount)}</strong>
              </td>
            </tr>
          </tfoot>
        </table>
      </div>
    </Card>
  );
}

function OrderFacts({ order }: { order: OrderView }) {
  const address = order.shipTo;
  return (
    <Facts
      items={[
        [text.orders.customer, order.customer ? <Link to="/orders" search={{ customer: order.customer } as never}>{order.customer}</Link> : none],
        [text.orders.type, order.type],
        [text.orders.priority, order.priority],
        [text.orders.requested, order.requestedOn ? show.day(order.requestedOn) : none],
        [text.orders.venture, order.venture],
        [text.orders.sites, order.sites.length ? order.sites.join(', ') : text.orders.anySite],
        [text.orders.source, order.source],
        order.reference && [text.orders.reference, order.reference],
        order.splitFrom && [text.orders.splitFrom, <Link key="split" to="/orders/$order" params={{ order: order.splitFrom }}>{order.splitFrom}</Link>],
        address && [text.orders.shipTo, [address.name, address.street, [address.postalCode, address.city].filter(Boolean).join(' '), address.country].filter(Boolean).join(', ') || none],
        [text.orders.tracking, <Link key="track" to="/track/$order" params={{ order: order.order }}>{text.orders.customerPage}</Link>],
      ]}
    />
  );
}

const problems = /short|expired|dropped|held/;

function Timeline({ number, onOpen }: { number: string; onOpen: (position: number) => void }) {
  const timeline = useQuery(timelineQuery(number));
  return (
    <Card title={text.orders.timeline} note={text.orders.timelineNote}>
      <Loaded query={timeline} rows={6}>
        {(page) => (
          <ol className={css.timeline}>
            {page.items.toReversed().map((entry) => (
              <li key={entry.position} data-problem={problems.test(entry.type) || undefined}>
                <button type="button" onClick={() => onOpen(entry.position)}>
                  {entry.text || eventWords(entry.type)}
                </button>
                <time dateTime={entry.happened}>
                  {show.moment(entry.happened)} · {entry.actor}
                </time>
              </li>
            ))}
          </ol>
        )}
      </Loaded>
    </Card>
  );
}
