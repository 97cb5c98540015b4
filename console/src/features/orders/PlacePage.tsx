import { ActionIcon, Button, NumberInput, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { get } from '~/api/client';
import { useCommand } from '~/api/command';
import { useMe } from '~/api/session';
import { text } from '~/text/en';
import { show } from '~/ui/format';
import { Icon } from '~/ui/Icon';
import { Card, Page } from '~/ui/Page';
import { Complaint } from '~/ui/State';
import css from './Orders.module.css';
import { useOneVenture, VentureChoice } from './VentureChoice';

interface Entry {
  id: number;
  sku: string;
  quantity: number | '';
  unit: string;
  price: number | '';
}

const blank = (id: number): Entry => ({ id, sku: '', quantity: '', unit: '', price: '' });

interface Form {
  order: string;
  customer: string;
  priority: number | '';
  requestedOn: string;
  reference: string;
  currency: string;
}

/** The request of a filled form; what was left empty is left out. */
export function requestOf(form: Form, entries: readonly Entry[], venture: string | undefined) {
  const lines = entries.filter((entry) => entry.sku.trim() !== '');
  return {
    ...(form.order && { order: form.order.trim() }),
    ...(venture && { venture }),
    ...(form.customer && { customer: form.customer.trim() }),
    ...(form.priority !== '' && { priority: form.priority }),
    ...(form.requestedOn && { requestedOn: form.requestedOn }),
    ...(form.reference && { reference: form.reference }),
    source: 'console',
    lines: lines.map((entry) => ({
      sku: entry.sku.trim(),
      ...(entry.quantity !== '' && { quantity: entry.quantity }),
      ...(entry.unit && { unit: entry.unit }),
      ...(entry.price !== '' && { unitPrice: { amount: entry.price, currency: form.currency } }),
    })),
  };
}

/** Places one order by hand. */
export function PlacePage() {
  const one = useOneVenture();
  const [form, setForm] = useState<Form>({ order: '', customer: '', priority: '', requestedOn: '', reference: '', currency: useMe()?.settings.currency ?? '' });
  const [entries, setEntries] = useState<Entry[]>([blank(0)]);
  const navigate = useNavigate();
  const command = useCommand('POST', '/api/v1/orders', { onDone: (answer) => void navigate({ to: '/orders/$order', params: { order: answer.id } }) });
  const set = (change: Partial<Form>) => setForm({ ...form, ...change });
  const setEntry = (id: number, change: Partial<Entry>) => setEntries(entries.map((entry) => (entry.id === id ? { ...entry, ...change } : entry)));
  const about = (field: string) => command.refusal?.about(field);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    command.run(requestOf(form, entries, one.venture));
  };
  return (
    <Page title={text.orders.place} crumbs={<Link to="/orders">{text.orders.title}</Link>}>
      <form onSubmit={submit} className={css.form} noValidate>
        <Card title={text.orders.lines}>
          <div className={css.form}>
            {entries.map((entry, index) => (
              <div key={entry.id} className={css.entry}>
                <SkuInput value={entry.sku} label={index === 0} error={about(`lines[${index}].sku`)} onChange={(sku, unit) => setEntry(entry.id, { sku, ...(unit && !entry.unit && { unit }) })} />
                <NumberInput label={index === 0 ? text.orders.quantity : undefined} aria-label={text.orders.quantity} min={0} decimalScale={3} hideControls value={entry.quantity} onChange={(value) => setEntry(entry.id, { quantity: value === '' ? '' : Number(value) })} error={about(`lines[${index}].quantity`)} />
                <TextInput label={index === 0 ? text.orders.unit : undefined} aria-label={text.orders.unit} value={entry.unit} onChange={(event) => setEntry(entry.id, { unit: event.currentTarget.value })} error={about(`lines[${index}].unit`)} />
                <NumberInput label={index === 0 ? text.orders.priceIn(form.currency) : undefined} aria-label={text.orders.price} min={0} decimalScale={6} hideControls value={entry.price} onChange={(value) => setEntry(entry.id, { price: value === '' ? '' : Number(value) })} error={about(`lines[${index}].unitPrice`)} />
                <ActionIcon variant="subtle" color="gray" mt={index === 0 ? 28 : 4} aria-label={text.orders.removeLine} disabled={entries.length === 1} onClick={() => setEntries(entries.filter((other) => other.id !== entry.id))}>
                  <Icon name="close" size={15} />
                </ActionIcon>
              </div>
            ))}
            <div>
              <Button size="xs" variant="default" leftSection={<Icon name="plus" size={14} />} onClick={() => setEntries([...entries, blank((entries.at(-1)?.id ?? 0) + 1)])}>
                {text.orders.addLine}
              </Button>
            </div>
          </div>
        </Card>
        <Card title={text.orders.about}>
          <div className={css.fields}>
            <VentureChoice of={one} />
            <TextInput label={text.orders.number} description={text.orders.numberNote} value={form.order} onChange={(event) => set({ order: event.currentTarget.value })} error={about('order')} />
            <TextInput label={text.orders.customer} description={text.form.optional} value={form.customer} onChange={(event) => set({ customer: event.currentTarget.value })} error={about('customer')} />
            <NumberInput label={text.orders.priority} description={text.orders.priorityNote} min={1} max={9} value={form.priority} onChange={(value) => set({ priority: value === '' ? '' : Number(value) })} error={about('priority')} />
            <TextInput type="date" label={text.orders.requested} description={text.form.optional} value={form.requestedOn} onChange={(event) => set({ requestedOn: event.currentTarget.value })} error={about('requestedOn')} />
            <TextInput label={text.orders.reference} description={text.form.optional} value={form.reference} onChange={(event) => set({ reference: event.currentTarget.value })} error={about('reference')} />
          </div>
        </Card>
        <Complaint error={command.refusal} />
        <div className={css.buttons}>
          <Button type="submit" loading={command.pending}>
            {text.orders.place}
          </Button>
          <Button variant="default" component={Link} to="/orders">
            {text.form.cancel}
          </Button>
        </div>
      </form>
    </Page>
  );
}

function SkuInput({ value, label, error, onChange }: { value: string; label: boolean; error: string | undefined; onChange: (sku: string, unit: string | undefined) => void }) {
  const [settled] = useDebouncedValue(value.trim(), 150);
  const found = useQuery({ queryKey: ['sku-begins', settled], queryFn: ({ signal }) => get('/api/v1/skus', { query: { q: settled, limit: 8 }, signal }), enabled: settled.length > 0, staleTime: 60_000 });
  const exact = found.data?.items.find((sku) => sku.sku === value.trim());
  return (
    <div>
      <TextInput
        label={label ? text.orders.sku : undefined}
        aria-label={text.orders.sku}
        list="skus"
        autoComplete="off"
        value={value}
        error={error}
        onChange={(event) => {
          const sku = event.currentTarget.value;
          onChange(sku, found.data?.items.find((item) => item.sku === sku.trim())?.baseUnit);
        }}
        onBlur={() => exact && onChange(exact.sku, exact.baseUnit)}
      />
      {exact ? <span className="quiet">{exact.description ?? show.quantity(1, exact.baseUnit)}</span> : null}
      <datalist id="skus">
        {found.data?.items.map((sku) => (
          <option key={sku.sku} value={sku.sku}>
            {sku.description}
          </option>
        ))}
      </datalist>
    </div>
  );
}
