import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { get } from '~/api/client';
import { useCommand } from '~/api/command';
import { useOwnSite } from '~/api/session';
import { text } from '~/text/en';
import { show } from '~/ui/format';
import { Complaint, Empty, Loaded } from '~/ui/State';
import { Hand } from './Hand';
import css from './Hand.module.css';
import type { Order } from './work';

/** For a driver at the dock: what is picked and waits to be loaded, where it goes, one button that says it left. */
export function DrivePage() {
  const { order } = useSearch({ from: '/phone/drive' });
  return (
    <Hand title={text.hands.drive.title} back={order ? '/drive' : '/'}>
      {order ? <Loading number={order} /> : <Choose />}
    </Hand>
  );
}

function Choose() {
  const orders = useQuery({ queryKey: ['to-load'], queryFn: ({ signal }) => get('/api/v1/orders', { query: { state: 'open', sort: 'priority', limit: 40 }, signal }), meta: { follows: ['order/'] } });
  return (
    <Loaded query={orders} rows={6}>
      {(page) => {
        const ready = page.items.filter((order) => order.reserved > 0 && order.short === 0);
        return ready.length === 0 ? (
          <Empty title={text.hands.drive.none} note={text.hands.drive.noneNote} />
        ) : (
          <ul className={css.list}>
            {ready.map((order) => (
              <li key={order.order}>
                <Link to="/drive" search={{ order: order.order }} className={css.target}>
                  <strong>{order.order}</strong>
                  <span className="num">{show.quantity(order.quantity)}</span>
                  <span className="quiet">{order.customer ?? order.venture}</span>
                  <span className="quiet">{order.requestedOn ? show.day(order.requestedOn) : text.hands.lines(order.lines)}</span>
                </Link>
              </li>
            ))}
          </ul>
        );
      }}
    </Loaded>
  );
}

function Loading({ number }: { number: string }) {
  const order = useQuery({ queryKey: ['order', number], queryFn: ({ signal }) => get('/api/v1/orders/{order}', { params: { order: number }, signal }), meta: { follows: [`order/${number}`] } });
  return <Loaded query={order}>{(data) => <Load order={data} />}</Loaded>;
}

function Load({ order }: { order: Order }) {
  const navigate = useNavigate();
  const site = useOwnSite();
  const [tracking, setTracking] = useState('');
  const leave = useCommand('POST', '/api/v1/orders/{order}/ship', { params: { order: order.order }, onDone: () => void navigate({ to: '/drive', search: {} }) });
  const lines = order.lines.filter((line) => line.reserved > 0);
  const to = order.shipTo;
  const address = to ? [to.name, to.street, [to.postalCode, to.city].filter(Boolean).join(' '), to.country].filter(Boolean).join('\n') : undefined;
  return (
    <div className={css.stack}>
      <div className={css.item}>
        <strong className={css.sku}>{order.order}</strong>
        <span style={{ whiteSpace: 'pre-line' }}>{address ?? order.customer ?? text.hands.drive.noAddress}</span>
        {to?.phone ? <a href={`tel:${to.phone}`}>{to.phone}</a> : null}
      </div>
      {lines.length === 0 ? (
        <p className={css.big}>{text.hands.drive.gone}</p>
      ) : (
        <>
          <ul className={css.load}>
            {lines.map((line) => (
              <li key={line.line}>
                <span>
                  {line.sku} <span className="quiet">{line.description}</span>
                </span>
                <span className="num">{show.quantity(line.reserved)}</span>
              </li>
            ))}
          </ul>
          <div className={css.scan}>
            <label htmlFor="tracking">{text.hands.drive.seal}</label>
            <input id="tracking" value={tracking} onChange={(event) => setTracking(event.target.value)} autoComplete="off" />
          </div>
          <Complaint error={leave.refusal} />
          <button type="button" className={css.primary} disabled={leave.pending} onClick={() => leave.run({ lines: lines.map((line) => ({ line: line.line, quantity: line.reserved, ...(site && { site }) })), ...(tracking && { tracking }) })}>
            {text.hands.drive.leave}
          </button>
        </>
      )}
    </div>
  );
}
