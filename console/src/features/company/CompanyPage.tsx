import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useCommand } from '~/api/command';
import { meQuery, useMay, useMe, usePlaces } from '~/api/session';
import { text } from '~/text/en';
import { Dialog } from '~/ui/Dialog';
import { Card, Page } from '~/ui/Page';
import { Complaint } from '~/ui/State';
import css from './Company.module.css';

type Site = ReturnType<typeof usePlaces>['sites'][number];

/** How the company reckons, and the time of each of its sites. */
export function CompanyPage() {
  const me = useMe();
  const may = useMay();
  return (
    <Page title={text.company.title} note={me?.name}>
      <datalist id="time-zones">
        {Intl.supportedValuesOf('timeZone').map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
      <datalist id="currencies">
        {Intl.supportedValuesOf('currency').map((code) => (
          <option key={code} value={code} />
        ))}
      </datalist>
      <div className={css.page}>
        {me ? <Reckoning settings={me.settings} /> : null}
        {may('platform.manage') ? <Sites /> : null}
      </div>
    </Page>
  );
}

function useAsked() {
  const queries = useQueryClient();
  return () => void queries.invalidateQueries({ queryKey: meQuery.queryKey });
}

function Reckoning({ settings }: { settings: { timeZone: string; currency: string; units: string } }) {
  const [form, setForm] = useState(settings);
  const [saved, setSaved] = useState(false);
  const asked = useAsked();
  const command = useCommand('PUT', '/api/v1/settings', {
    onDone: () => {
      setSaved(true);
      asked();
    },
  });
  const set = (change: Partial<typeof form>) => {
    setSaved(false);
    setForm({ ...form, ...change });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    command.run(form);
  };
  const about = (field: keyof typeof form) => command.refusal?.about(field);
  return (
    <Card title={text.company.reckoning}>
      <form onSubmit={submit} className={css.form} noValidate>
        <TextInput list="time-zones" label={text.company.timeZone} description={text.company.timeZoneNote} value={form.timeZone} onChange={(event) => set({ timeZone: event.currentTarget.value })} error={about('timeZone')} />
        <TextInput list="currencies" label={text.company.currency} description={text.company.currencyNote} maxLength={3} value={form.currency} onChange={(event) => set({ currency: event.currentTarget.value.toUpperCase() })} error={about('currency')} />
        <NativeSelect label={text.company.units} value={form.units} onChange={(event) => set({ units: event.currentTarget.value })} data={Object.entries(text.company.systems).map(([value, label]) => ({ value, label }))} error={about('units')} />
        <Complaint error={command.refusal} />
        <div>
          <Button type="submit" loading={command.pending}>
            {text.form.save}
          </Button>{' '}
          <span role="status" className="quiet">
            {saved ? text.company.saved : null}
          </span>
        </div>
      </form>
    </Card>
  );
}

function Sites() {
  const { sites } = usePlaces();
  const [changing, setChanging] = useState<Site>();
  return (
    <Card title={text.company.sites}>
      <ul className={css.sites}>
        {sites.map((site) => (
          <li key={site.code}>
            <span>
              <strong>{site.name}</strong> <code>{site.code}</code>
            </span>
            <span className="quiet">{site.timeZone}</span>
            <Button size="compact-xs" variant="default" aria-label={text.company.changeSite(site.name)} onClick={() => setChanging(site)}>
              {text.company.change}
            </Button>
          </li>
        ))}
      </ul>
      {changing ? <SiteDialog site={changing} onClose={() => setChanging(undefined)} /> : null}
    </Card>
  );
}

function SiteDialog({ site, onClose }: { site: Site; onClose: () => void }) {
  const [form, setForm] = useState({ name: site.name, timeZone: site.timeZone });
  const asked = useAsked();
  const command = useCommand('PUT', '/api/v1/sites/{code}', {
    params: { code: site.code },
    onDone: () => {
      asked();
      onClose();
    },
  });
  return (
    <Dialog title={text.company.changeSite(site.name)} action={text.form.save} pending={command.pending} refusal={command.refusal} onClose={onClose} onSubmit={() => command.run(form)}>
      <TextInput data-autofocus label={text.company.name} value={form.name} onChange={(event) => setForm({ ...form, name: event.currentTarget.value })} error={command.refusal?.about('name')} />
      <TextInput list="time-zones" label={text.company.timeZone} value={form.timeZone} onChange={(event) => setForm({ ...form, timeZone: event.currentTarget.value })} error={command.refusal?.about('timeZone')} />
    </Dialog>
  );
}
