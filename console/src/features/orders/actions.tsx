import { NumberInput, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { newKey, send, type Refused } from '~/api/client';
import { useCommand } from '~/api/command';
import { useOwnSite } from '~/api/session';
import { text } from '~/text/en';
import { Dialog } from '~/ui/Dialog';
import { show } from '~/ui/format';
import css from './Orders.module.css';
import { orderQuery, timelineQuery, type OrderView } from './queries';

interface ActionProps {
  order: OrderView;
  onClose: () => void;
}

/** A write on the order as it was seen: someone else's change in between is told, not overwritten. */
function useOrderCommand(order: OrderView, verb: string, onDone: (order: string) => void) {
  const queries = useQueryClient();
  return useCommand('POST', `/api/v1/orders/{order}/${verb}`, {
    params: { order: order.order },
    // A split is decided on the new order's stream, which has no version yet; its own rules see what is open.
    ...(verb !== 'split' && { ifMatch: order.version }),
    onDone: (answer) => {
      void queries.invalidateQueries({ queryKey: orderQuery(order.order).queryKey });
      void queries.invalidateQueries({ queryKey: timelineQuery(order.order).queryKey });
      void queries.invalidateQueries({ queryKey: ['orders'] });
      onDone(answer.id);
    },
  });
}

/** A change of an order's state, as its dialog gives it. */
export interface StateChange {
  verb: 'hold' | 'release' | 'cancel';
  reason: string;
  /** The order as it was seen; someone else's change in between is told, not overwritten. */
  version: number;
  /** The same again is the same change: trying again after a lost answer does nothing twice. */
  key: string;
}

const becomes = { hold: 'held', release: 'open', cancel: 'cancelled' } as const;

/**
 * Holds, releases or cancels: the page shows the order changed at once. When the server refuses, what it showed is taken
 * back, and the change stays in `undone` until the reader has seen why.
 */
export function useStateChange(order: string) {
  const queries = useQueryClient();
  const { queryKey } = orderQuery(order);
  const mutation = useMutation<unknown, Refused, StateChange, { before: OrderView | undefined }>({
    mutationFn: ({ verb, reason, version, key }) => send('POST', `/api/v1/orders/{order}/${verb}`, reason ? { reason } : {}, { params: { order }, ifMatch: version, key }),
    onMutate: async ({ verb, reason }) => {
      await queries.cancelQueries({ queryKey });
      const before = queries.getQueryData<OrderView>(queryKey);
      queries.setQueryData<OrderView>(queryKey, (old) => old && { ...old, state: becomes[verb], reason: reason || null });
      return { before };
    },
    onError: (_, __, shown) => {
      if (shown?.before) queries.setQueryData(queryKey, shown.before);
    },
    onSettled: () => {
      for (const stale of [queryKey, timelineQuery(order).queryKey, ['orders']]) void queries.invalidateQueries({ queryKey: stale });
    },
  });
  return { run: mutation.mutate, pending: mutation.isPending, undone: mutation.error ? { ...mutation.variables, error: mutation.error } : undefined, forget: mutation.reset };
}

interface ReasonProps extends ActionProps {
  onChange: (change: StateChange) => void;
}

function ReasonDialog({ order, onClose, onChange, verb, danger, optional }: ReasonProps & { verb: StateChange['verb']; danger?: boolean; optional?: boolean }) {
  const [reason, setReason] = useState('');
  const [missing, setMissing] = useState(false);
  const submit = () => {
    if (!reason.trim() && !optional) return setMissing(true);
    onClose();
    onChange({ verb, reason: reason.trim(), version: order.version, key: newKey() });
  };
  return (
    <Dialog title={text.orders.dialogs[verb]} action={text.orders.actions[verb]} danger={!!danger} pending={false} refusal={undefined} onClose={onClose} onSubmit={submit}>
      <p style={{ margin: 0 }}>{text.orders.dialogNotes[verb]}</p>
      <TextInput data-autofocus label={text.form.reason} value={reason} onChange={(event) => setReason(event.currentTarget.value)} error={missing && !reason.trim() ? text.form.reasonMissing : undefined} required={!optional} maxLength={200} />
    </Dialog>
  );
}

export const HoldDialog = (props: ReasonProps) => <ReasonDialog {...props} verb="hold" />;
export const ReleaseDialog = (props: ReasonProps) => <ReasonDialog {...props} verb="release" optional />;
export const CancelDialog = (props: ReasonProps) => <ReasonDialog {...props} verb="cancel" danger />;

const whole = (value: string | number) => (typeof value === 'number' ? value : Number(value) || 0);

/** Says that reserved goods left; a line may leave in part. */
export function ShipDialog({ order, onClose }: ActionProps) {
  const ready = order.lines.filter((line) => line.reserved > 0);
  const [parts, setParts] = useState<Record<string, number>>(() => Object.fromEntries(ready.map((line) => [line.line, line.reserved])));
  const [carrier, setCarrier] = useState('');
  const [tracking, setTracking] = useState('');
  const command = useOrderCommand(order, 'ship', onClose);
  const site = useOwnSite();
  const lines = ready.map((line) => ({ line: line.line, quantity: parts[line.line] ?? 0, ...(site && { site }) })).filter((line) => line.quantity > 0);
  return (
    <Dialog size={560} title={text.orders.dialogs.ship} action={text.orders.actions.ship} pending={command.pending} refusal={command.refusal} onClose={onClose} onSubmit={() => command.run({ lines, ...(carrier && { carrier }), ...(tracking && { tracking }) })}>
      <Parts lines={ready} parts={parts} onChange={setParts} limit={(line) => line.reserved} />
      {order.short > 0 ? <p className="warn" style={{ margin: 0 }}>{text.orders.restWaits(show.quantity(order.short))}</p> : null}
      <div className={css.fields}>
        <TextInput label={text.orders.carrier} value={carrier} onChange={(event) => setCarrier(event.currentTarget.value)} />
        <TextInput label={text.orders.trackingNumber} value={tracking} onChange={(event) => setTracking(event.currentTarget.value)} />
      </div>
    </Dialog>
  );
}

/** Moves part of an order to a new one: what is short goes first, so that the rest can leave. */
export function SplitDialog({ order, onClose }: ActionProps) {
  const open = order.lines.filter((line) => line.open > 0);
  const [parts, setParts] = useState<Record<string, number>>(() => Object.fromEntries(open.map((line) => [line.line, line.short])));
  const navigate = useNavigate();
  const command = useOrderCommand(order, 'split', (into) => {
    onClose();
    void navigate({ to: '/orders/$order', params: { order: into } });
  });
  const lines = open.map((line) => ({ line: line.line, quantity: parts[line.line] ?? 0 })).filter((line) => line.quantity > 0);
  return (
    <Dialog
      size={560}
      title={text.orders.dialogs.split}
      action={text.orders.actions.split}
      pending={command.pending}
      refusal={command.refusal}
      onClose={onClose}
      onSubmit={() => command.run({ lines })}
    >
      <p style={{ margin: 0 }}>{text.orders.dialogNotes.split}</p>
      <Parts lines={open} parts={parts} onChange={setParts} limit={(line) => line.open} />
    </Dialog>
  );
}

function Parts({ lines, parts, onChange, limit }: { lines: OrderView['lines']; parts: Record<string, number>; onChange: (parts: Record<string, number>) => void; limit: (line: OrderView['lines'][number]) => number }) {
  return (
    <table className={css.lines}>
      <thead>
        <tr>
          <th scope="col">{text.orders.sku}</th>
          <th scope="col" className={css.n}>{text.orders.most}</th>
          <th scope="col" className={css.n}>{text.orders.part}</th>
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => (
          <tr key={line.line}>
            <td>
              {line.sku} <span className="quiet">{line.description}</span>
            </td>
            <td className={css.n}>{show.quantity(limit(line))}</td>
            <td className={css.n}>
              <NumberInput size="xs" w={110} ml="auto" aria-label={`${text.orders.part} ${line.sku}`} min={0} max={limit(line)} decimalScale={3} value={parts[line.line] ?? 0} onChange={(value) => onChange({ ...parts, [line.line]: whole(value) })} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Changes what is ordered: a quantity of nothing takes the line away. */
export function LinesDialog({ order, onClose }: ActionProps) {
  const [quantities, setQuantities] = useState<Record<string, number>>(() => Object.fromEntries(order.lines.map((line) => [line.line, line.entered.quantity])));
  const [reason, setReason] = useState('');
  const command = useOrderCommand(order, 'lines', onClose);
  const changed = order.lines.filter((line) => quantities[line.line] !== line.entered.quantity);
  const body = {
    lines: changed
      .filter((line) => (quantities[line.line] ?? 0) > 0)
      .map((line) => ({ line: line.line, sku: line.sku, quantity: quantities[line.line], unit: line.entered.unit, ...(line.unitPrice && { unitPrice: line.unitPrice }), ...(line.description && { description: line.description }) })),
    remove: changed.filter((line) => !quantities[line.line]).map((line) => line.line),
    ...(reason && { reason }),
  };
  return (
    <Dialog size={560} title={text.orders.dialogs.lines} action={text.orders.actions.lines} pending={command.pending} refusal={command.refusal} onClose={onClose} onSubmit={() => command.run(body)}>
      <table className={css.lines}>
        <thead>
          <tr>
            <th scope="col">{text.orders.sku}</th>
            <th scope="col" className={css.n}>{text.orders.shipped}</th>
            <th scope="col" className={css.n}>{text.orders.ordered}</th>
          </tr>
        </thead>
        <tbody>
          {order.lines.map((line) => (
            <tr key={line.line}>
              <td>
                {line.sku} <span className="quiet">{line.description}</span>
              </td>
              <td className={css.n}>{show.quantity(line.shipped)}</td>
              <td className={css.n}>
                <NumberInput size="xs" w={120} ml="auto" aria-label={`${text.orders.ordered} ${line.sku}`} suffix={` ${line.entered.unit}`} min={0} decimalScale={3} value={quantities[line.line] ?? 0} onChange={(value) => setQuantities({ ...quantities, [line.line]: whole(value) })} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <TextInput label={text.form.reason} description={text.form.optional} value={reason} onChange={(event) => setReason(event.currentTarget.value)} maxLength={200} />
    </Dialog>
  );
}
