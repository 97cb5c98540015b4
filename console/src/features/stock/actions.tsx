import { NumberInput, SegmentedControl, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useCommand } from '~/api/command';
import { text } from '~/text/en';
import { Dialog } from '~/ui/Dialog';
import { show } from '~/ui/format';
import { sitesQuery, type Level } from './queries';
import css from './Stock.module.css';

interface ActionProps {
  sku: string;
  unit: string;
  sites: readonly Level[];
  onClose: () => void;
}

function useStockCommand(sku: string, path: string, onClose: () => void) {
  const queries = useQueryClient();
  return useCommand('POST', path, {
    onDone: () => {
      for (const key of ['sku-stock', 'explain', 'sku-first']) void queries.invalidateQueries({ queryKey: [key, sku] });
      void queries.invalidateQueries({ queryKey: ['stock'] });
      onClose();
    },
  });
}

function SiteChoice({ label, value, onChange, error }: { label: string; value: string; onChange: (site: string) => void; error?: string | undefined }) {
  const sites = useQuery(sitesQuery);
  return (
    <label>
      {label}
      <select className={css.choice} value={value} onChange={(event) => onChange(event.target.value)} aria-invalid={!!error}>
        <option value="">{text.stock.choose}</option>
        {sites.data?.items.map((site) => (
          <option key={site.code} value={site.code}>
            {site.name}
          </option>
        ))}
      </select>
    </label>
  );
}

const asNumber = (value: string | number): number | undefined => (value === '' ? undefined : Number(value));

/** Goods came in. Whoever waits for them gets them in the same moment. */
export function ReceiveDialog({ sku, unit, sites, onClose }: ActionProps) {
  const [form, setForm] = useState({ site: sites[0]?.site ?? '', location: '', lot: '', expires: '', unit, document: '' });
  const [quantity, setQuantity] = useState<number>();
  const command = useStockCommand(sku, '/api/v1/inventory/movements', onClose);
  const set = (change: Partial<typeof form>) => setForm({ ...form, ...change });
  const submit = () =>
    command.run({
      kind: 'receipt',
      sku,
      quantity,
      unit: form.unit,
      to: { site: form.site, ...(form.location && { location: form.location }), ...(form.lot && { lot: form.lot }) },
      ...(form.expires && { expires: form.expires }),
      ...(form.document && { document: form.document }),
    });
  return (
    <Dialog title={text.stock.actions.receive} action={text.stock.actions.receive} pending={command.pending} refusal={command.refusal} onClose={onClose} onSubmit={submit}>
      <div className={css.fields}>
        <NumberInput data-autofocus label={text.stock.quantity} min={0} decimalScale={3} hideControls value={quantity ?? ''} onChange={(value) => setQuantity(asNumber(value))} error={command.refusal?.about('quantity')} />
        <TextInput label={text.stock.unit} value={form.unit} onChange={(event) => set({ unit: event.currentTarget.value })} error={command.refusal?.about('unit')} />
        <SiteChoice label={text.stock.site} value={form.site} onChange={(site) => set({ site })} error={command.refusal?.about('to.site')} />
        <TextInput label={text.stock.location} description={text.form.optional} value={form.location} onChange={(event) => set({ location: event.currentTarget.value })} />
        <TextInput label={text.stock.lot} description={text.form.optional} value={form.lot} onChange={(event) => set({ lot: event.currentTarget.value })} />
        <TextInput type="date" label={text.stock.expires} description={text.form.optional} value={form.expires} onChange={(event) => set({ expires: event.currentTarget.value })} />
        <TextInput label={text.stock.document} description={text.form.optional} value={form.document} onChange={(event) => set({ document: event.currentTarget.value })} />
      </div>
    </Dialog>
  );
}

/** The movement that makes the books agree with a count, or nothing when they agree already. */
export function adjustmentOf(sku: string, unit: string, site: string, books: number, counted: number, reason: string) {
  const difference = Math.round((counted - books) * 1_000) / 1_000;
  if (difference === 0) return undefined;
  return { kind: 'adjustment', sku, quantity: Math.abs(difference), unit, [difference > 0 ? 'to' : 'from']: { site }, reason };
}

/** A blind count: what the books say is shown only after a number was entered. */
export function CountDialog({ sku, unit, sites, onClose }: ActionProps) {
  const [site, setSite] = useState(sites[0]?.site ?? '');
  const [counted, setCounted] = useState<number>();
  const [compared, setCompared] = useState(false);
  const command = useStockCommand(sku, '/api/v1/inventory/movements', onClose);
  const books = sites.find((level) => level.site === site)?.onHand ?? 0;
  const adjustment = counted === undefined ? undefined : adjustmentOf(sku, unit, site, books, counted, text.stock.countReason);
  const submit = () => {
    if (counted === undefined || !site) return;
    if (!compared) setCompared(true);
    else if (adjustment) command.run(adjustment);
    else onClose();
  };
  return (
    <Dialog title={text.stock.actions.count} action={!compared ? text.stock.compare : adjustment ? text.stock.adjust : text.frame.close} pending={command.pending} refusal={command.refusal} onClose={onClose} onSubmit={submit}>
      <p style={{ margin: 0 }}>{text.stock.countNote}</p>
      <div className={css.fields}>
        <SiteChoice
          label={text.stock.site}
          value={site}
          onChange={(next) => {
            setSite(next);
            setCompared(false);
          }}
        />
        <NumberInput
          data-autofocus
          label={text.stock.counted(unit)}
          min={0}
          decimalScale={3}
          hideControls
          value={counted ?? ''}
          onChange={(value) => {
            setCounted(asNumber(value));
            setCompared(false);
          }}
        />
      </div>
      {compared && counted !== undefined ? (
        <p role="status" className={adjustment ? 'warn' : undefined} style={{ margin: 0 }}>
          {adjustment ? text.stock.differs(show.quantity(books, unit), show.change(counted - books)) : text.stock.agrees}
        </p>
      ) : null}
    </Dialog>
  );
}

/** Goods change place within the house. */
export function MoveDialog({ sku, unit, sites, onClose }: ActionProps) {
  const [form, setForm] = useState({ from: sites[0]?.site ?? '', fromLocation: '', to: '', toLocation: '', lot: '' });
  const [quantity, setQuantity] = useState<number>();
  const command = useStockCommand(sku, '/api/v1/inventory/movements', onClose);
  const set = (change: Partial<typeof form>) => setForm({ ...form, ...change });
  const submit = () =>
    command.run({
      kind: 'transfer',
      sku,
      quantity,
      unit,
      from: { site: form.from, ...(form.fromLocation && { location: form.fromLocation }), ...(form.lot && { lot: form.lot }) },
      to: { site: form.to, ...(form.toLocation && { location: form.toLocation }) },
    });
  return (
    <Dialog title={text.stock.actions.move} action={text.stock.actions.move} pending={command.pending} refusal={command.refusal} onClose={onClose} onSubmit={submit}>
      <div className={css.fields}>
        <SiteChoice label={text.stock.from} value={form.from} onChange={(from) => set({ from })} />
        <TextInput label={text.stock.fromLocation} description={text.form.optional} value={form.fromLocation} onChange={(event) => set({ fromLocation: event.currentTarget.value })} />
        <SiteChoice label={text.stock.to} value={form.to} onChange={(to) => set({ to })} />
        <TextInput label={text.stock.toLocation} description={text.form.optional} value={form.toLocation} onChange={(event) => set({ toLocation: event.currentTarget.value })} />
        <NumberInput label={`${text.stock.quantity} (${unit})`} min={0} decimalScale={3} hideControls value={quantity ?? ''} onChange={(value) => setQuantity(asNumber(value))} error={command.refusal?.about('quantity')} />
        <TextInput label={text.stock.lot} description={text.form.optional} value={form.lot} onChange={(event) => set({ lot: event.currentTarget.value })} />
      </div>
    </Dialog>
  );
}

/** Sets goods aside, or frees them again. */
export function SetAsideDialog({ sku, unit, sites, onClose }: ActionProps) {
  const [way, setWay] = useState<'holds' | 'holds/release'>('holds');
  const [site, setSite] = useState(sites[0]?.site ?? '');
  const [quantity, setQuantity] = useState<number>();
  const [lot, setLot] = useState('');
  const [reason, setReason] = useState('');
  const command = useStockCommand(sku, `/api/v1/inventory/${way}`, onClose);
  return (
    <Dialog title={text.stock.actions.hold} action={way === 'holds' ? text.stock.holdIt : text.stock.freeIt} pending={command.pending} refusal={command.refusal} onClose={onClose} onSubmit={() => command.run({ sku, quantity, unit, at: { site, ...(lot && { lot }) }, ...(reason && { reason }) })}>
      <SegmentedControl
        aria-label={text.stock.actions.hold}
        value={way}
        onChange={(value) => setWay(value as typeof way)}
        data={[
          { value: 'holds', label: text.stock.holdIt },
          { value: 'holds/release', label: text.stock.freeIt },
        ]}
      />
      <div className={css.fields}>
        <SiteChoice label={text.stock.site} value={site} onChange={setSite} />
        <NumberInput label={`${text.stock.quantity} (${unit})`} min={0} decimalScale={3} hideControls value={quantity ?? ''} onChange={(value) => setQuantity(asNumber(value))} error={command.refusal?.about('quantity')} />
        <TextInput label={text.stock.lot} description={text.form.optional} value={lot} onChange={(event) => setLot(event.currentTarget.value)} />
      </div>
      <TextInput label={text.form.reason} value={reason} required={way === 'holds'} onChange={(event) => setReason(event.currentTarget.value)} error={command.refusal?.about('reason')} />
    </Dialog>
  );
}
