import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { get } from '~/api/client';
import { useCommand } from '~/api/command';
import { useOwnSite } from '~/api/session';
import { text } from '~/text/en';
import { show } from '~/ui/format';
import { Icon } from '~/ui/Icon';
import { Complaint, Empty, Loaded } from '~/ui/State';
import { Hand } from './Hand';
import css from './Hand.module.css';
import { binsFor, linesToPick, scans, type Bin, type Order, type PickLine } from './work';

/** For a hand with a scanner: one order, one line, one big button. */
export function PickPage() {
  const { order } = useSearch({ from: '/phone/pick' });
  return (
    <Hand title={text.hands.pick.title} back={order ? '/pick' : '/'}>
      {order ? <Picking number={order} /> : <Choose />}
    </Hand>
  );
}

function Choose() {
  const orders = useQuery({ queryKey: ['to-pick'], queryFn: ({ signal }) => get('/api/v1/orders', { query: { state: 'open', sort: 'priority', limit: 40 }, signal }), meta: { follows: ['order/'] } });
  return (
    <Loaded query={orders} rows={6}>
      {(page) => {
        const ready = page.items.filter((order) => order.reserved > 0);
        return ready.length === 0 ? (
          <Empty title={text.hands.pick.none} note={text.hands.pick.noneNote} />
        ) : (
          <ul className={css.list}>
            {ready.map((order) => (
              <li key={order.order}>
                <Link to="/pick" search={{ order: order.order }} className={css.target}>
                  <strong>{order.order}</strong>
                  <span className="num">{show.quantity(order.reserved)}</span>
                  <span className="quiet">{order.customer ?? order.venture}</span>
                  <span className="quiet">{text.hands.lines(order.lines)}</span>
                </Link>
              </li>
            ))}
          </ul>
        );
      }}
    </Loaded>
  );
}

function Picking({ number }: { number: string }) {
  const order = useQuery({ queryKey: ['order', number], queryFn: ({ signal }) => get('/api/v1/orders/{order}', { params: { order: number }, signal }), meta: { follows: [`order/${number}`] } });
  return <Loaded query={order}>{(data) => <Line order={data} />}</Loaded>;
}

function Line({ order }: { order: Order }) {
  const lines = linesToPick(order);
  const navigate = useNavigate();
  const queries = useQueryClient();
  const site = useOwnSite();
  const [skipped, setSkipped] = useState<readonly string[]>([]);
  const current = lines.find((line) => !skipped.includes(line.line)) ?? lines[0];
  const refresh = () => void queries.invalidateQueries({ queryKey: ['order', order.order] });
  const pick = useCommand('POST', '/api/v1/orders/{order}/pick', { params: { order: order.order }, onDone: refresh });
  const ship = useCommand('POST', '/api/v1/orders/{order}/ship', { params: { order: order.order }, onDone: () => void navigate({ to: '/pick', search: {} }) });
  const picked = order.lines.filter((line) => line.picked > 0);
  if (!current)
    return (
      <div className={css.stack}>
        <p className={css.big}>{picked.length ? text.hands.pick.done(order.order) : text.hands.pick.nothingLeft(order.order)}</p>
        <Complaint error={ship.refusal} />
        {picked.length ? (
          <button type="button" className={css.primary} disabled={ship.pending} onClick={() => ship.run({ lines: picked.map((line) => ({ line: line.line, quantity: line.picked, ...(site && { site }) })) })}>
            {text.hands.pick.handOver}
          </button>
        ) : null}
        <Link to="/pick" search={{}} className={css.secondary}>
          {text.hands.pick.next}
        </Link>
      </div>
    );
  return (
    <div className={css.stack}>
      <div className={css.progress} aria-hidden="true">
        <span style={{ width: `${(100 * (order.lines.length - lines.length)) / order.lines.length}%` }} />
      </div>
      <p className="quiet">{text.hands.pick.of(order.order, order.lines.length - lines.length + 1, order.lines.length)}</p>
      <PickOne key={current.line} line={current} pending={pick.pending} order={order.order} onPick={(quantity, bin) => pick.run({ lines: [{ line: current.line, quantity, ...(bin ? { site: bin.site, location: bin.location } : site && { site }) }] })} />
      <Complaint error={pick.refusal} />
      {lines.length > 1 ? (
        <button type="button" className={css.secondary} onClick={() => setSkipped([...skipped.filter((line) => line !== current.line), current.line])}>
          {text.hands.pick.later}
        </button>
      ) : null}
    </div>
  );
}

/** Where the goods lie that this order is promised. */
function useBins(order: string, { sku, left }: PickLine): readonly Bin[] {
  const places = useQuery({
    queryKey: ['bins', sku, order],
    queryFn: ({ signal }) => get('/api/v1/inventory/stock/{sku}/locations', { params: { sku }, query: { holder: order }, signal }),
    meta: { follows: [`sku/${sku}`] },
  });
  return binsFor(places.data?.items ?? [], left);
}

function PickOne({ order, line, pending, onPick }: { order: string; line: PickLine; pending: boolean; onPick: (quantity: number, bin: Bin | undefined) => void }) {
  const [scan, setScan] = useState('');
  const [wrong, setWrong] = useState<string>();
  const [seen, setSeen] = useState(false);
  const [quantity, setQuantity] = useState(line.left);
  const bins = useBins(order, line);
  const [chosen, setChosen] = useState<Bin>();
  const bin = chosen ?? bins[0];
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  const check = (event: FormEvent) => {
    event.preventDefault();
    if (scans(line, scan)) {
      setSeen(true);
      setWrong(undefined);
    } else {
      setWrong(scan);
      setScan('');
    }
  };
  return (
    <>
      <div className={css.item}>
        <strong className={css.sku}>{line.sku}</strong>
        <span>{line.description}</span>
        <span className={css.quantity}>{show.quantity(line.left, line.unit)}</span>
      </div>
      {bins.length > 0 ? (
        <fieldset className={css.bins}>
          <legend>{text.hands.pick.from}</legend>
          {bins.map((one) => (
            <label key={`${one.site} ${one.location}`}>
              <input type="radio" name="bin" checked={one === bin} onChange={() => setChosen(one)} />
              <strong>{one.location}</strong>
              <span>{one.site}</span>
              <span className="num">{show.quantity(one.onHand)}</span>
            </label>
          ))}
        </fieldset>
      ) : null}
      {seen ? (
        <>
          <div className={css.stepper}>
            <button type="button" aria-label={text.hands.pick.less} onClick={() => setQuantity(Math.max(0, quantity - 1))}>
              −
            </button>
            <output aria-live="polite">{show.quantity(quantity)}</output>
            <button type="button" aria-label={text.hands.pick.more} onClick={() => setQuantity(Math.min(line.left, quantity + 1))}>
              +
            </button>
          </div>
          <button type="button" className={css.primary} disabled={pending || quantity === 0} onClick={() => onPick(quantity, bin)}>
            <Icon name="check" size={24} /> {quantity === line.left ? text.hands.pick.all : text.hands.pick.some(show.quantity(quantity))}
          </button>
        </>
      ) : (
        <form onSubmit={check} className={css.scan}>
          <label htmlFor="scan">{text.hands.pick.scan}</label>
          <input id="scan" ref={input} value={scan} onChange={(event) => setScan(event.target.value)} autoComplete="off" autoCapitalize="characters" enterKeyHint="done" />
          {wrong !== undefined ? (
            <p role="alert" className="bad">
              {text.hands.pick.wrong(wrong || text.hands.pick.emptyScan, line.sku)}
            </p>
          ) : null}
          <button type="submit" className={css.primary}>
            {text.hands.pick.check}
          </button>
          <button type="button" className={css.secondary} onClick={() => setSeen(true)}>
            {text.hands.pick.noCode}
          </button>
        </form>
      )}
    </>
  );
}
