import { Button, NativeSelect, NumberInput, SegmentedControl, TextInput } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useState, useSyncExternalStore } from 'react';
import { text } from '~/text/en';
import { ChooseFile, FileDrop, useFileOver } from '~/ui/FileDrop';
import { none, show } from '~/ui/format';
import { Card, Page } from '~/ui/Page';
import { Refusal } from '~/ui/Refusal';
import { Sparkline } from '~/ui/Sparkline';
import { Empty, Skeleton } from '~/ui/State';
import { desk, type BackTestOf, type DeskState, type ForecastOptions, type Outcome, type SeriesForecast } from './desk';
import type { ForecastSearch } from './feature';
import css from './forecast.module.css';

const ForecastView = lazy(() => import('./ForecastView').then((module) => ({ default: module.ForecastView })));

/** A demand file in; what comes next, how sure that is, and how well it would have been known before. */
export function ForecastPage() {
  const state = useSyncExternalStore(desk.subscribe, desk.snapshot);
  const search = useSearch({ from: '/frame/forecast' });
  const navigate = useNavigate({ from: '/forecast' });
  const options: ForecastOptions = { ...(search.horizon && { horizon: search.horizon }), ...(search.season && { season: search.season }) };
  const take = (file: File, wanted = options) => {
    void navigate({ search: () => wanted });
    void desk.start(file, wanted);
  };
  useFileOver(take);
  const change = (next: Partial<ForecastSearch>) => void navigate({ search: (old) => ({ ...old, ...next }), replace: true });
  const { outcome } = state;

  return (
    <Page title={text.forecast.title} note={text.forecast.note} actions={state.file ? <Controls state={state} options={options} search={search} onFile={take} onChange={change} /> : null}>
      {state.error && !outcome?.series.length ? (
        <Refusal error={state.error} file={state.file}>
          <ChooseFile quiet onFile={take} />
          <Button size="xs" variant="subtle" color="gray" onClick={() => desk.clear()}>
            {text.form.cancel}
          </Button>
        </Refusal>
      ) : !outcome || state.phase === 'empty' ? (
        <FileDrop
          note={text.forecast.drop}
          onFile={take}
          samples={[
            {
              label: text.forecast.samples.demand,
              note: text.forecast.samples.demandNote,
              take: async () => take(new File([(await import('../../../../samples/demand.csv?raw')).default], 'demand.csv'), { horizon: 12, season: '12' }),
            },
          ]}
        />
      ) : (
        <Results state={state} outcome={outcome} search={search} onChange={change} />
      )}
    </Page>
  );
}

interface ControlsProps {
  state: DeskState;
  options: ForecastOptions;
  search: ForecastSearch;
  onFile: (file: File) => void;
  onChange: (change: Partial<ForecastSearch>) => void;
}

function Controls({ state, options, search, onFile, onChange }: ControlsProps) {
  const { file, phase } = state;
  const works = phase === 'reading' || phase === 'waiting' || phase === 'working' || phase === 'testing';
  return (
    <>
      <NumberInput size="xs" w={100} label={text.forecast.horizon} hideControls min={1} max={1_000} value={search.horizon ?? 12} onChange={(value) => onChange({ horizon: typeof value === 'number' && value >= 1 ? Math.floor(value) : undefined })} />
      <NativeSelect size="xs" w={190} label={text.forecast.season} value={search.season ?? ''} onChange={(event) => onChange({ season: event.currentTarget.value || undefined })} data={Object.entries(text.forecast.seasons).map(([value, label]) => ({ value, label }))} />
      <div className={css.buttons}>
        {works ? (
          <Button size="xs" variant="default" onClick={() => desk.stop()}>
            {text.forecast.stop}
          </Button>
        ) : file ? (
          <Button size="xs" onClick={() => void desk.start(file, options)}>
            {text.forecast.start}
          </Button>
        ) : null}
        <ChooseFile quiet onFile={onFile} />
      </div>
    </>
  );
}

function Results({ state, outcome, search, onChange }: { state: DeskState; outcome: Outcome; search: ForecastSearch; onChange: (change: Partial<ForecastSearch>) => void }) {
  const chosen = outcome.series.find((series) => series.series === search.series) ?? outcome.series[0];
  return (
    <>
      <p role="status" className={css.status}>
        {outcome.read ? text.forecast.read(show.count(outcome.read.series), show.count(outcome.read.values)) : ''} · {state.phase === 'failed' ? <span className="bad">{state.error?.message}</span> : text.forecast.phases[state.phase]}
      </p>
      <div className={css.desk}>
        <SeriesList outcome={outcome} chosen={chosen} onChoose={(series) => onChange({ series })} />
        <div className={css.main}>
          <Card
            title={chosen?.series ?? text.forecast.pick}
            note={chosen ? `${text.forecast.method}: ${chosen.method}, ${chosen.reason}` : undefined}
            actions={
              <SegmentedControl
                size="xs"
                aria-label={text.forecast.mean}
                value={search.as ?? 'chart'}
                onChange={(value) => onChange({ as: value === 'table' ? 'table' : undefined })}
                data={[
                  { value: 'chart', label: text.forecast.asChart },
                  { value: 'table', label: text.forecast.asTable },
                ]}
              />
            }
          >
            {!chosen ? (
              <Skeleton rows={8} />
            ) : search.as === 'table' ? (
              <Steps forecast={chosen} />
            ) : (
              <>
                <Suspense fallback={<Skeleton rows={8} />}>
                  <ForecastView forecast={chosen} />
                </Suspense>
                <Legend />
              </>
            )}
          </Card>
          <Card title={text.forecast.backTest} note={text.forecast.backTestNote}>
            {outcome.tests.length > 0 ? <Tests tests={outcome.tests} /> : state.phase === 'done' ? <Empty title={text.forecast.tooShort} /> : <Skeleton rows={6} />}
          </Card>
        </div>
      </div>
    </>
  );
}

function SeriesList({ outcome, chosen, onChoose }: { outcome: Outcome; chosen: SeriesForecast | undefined; onChoose: (series: string) => void }) {
  const [query, setQuery] = useState('');
  const found = outcome.series.filter((series) => series.series.toLowerCase().includes(query.toLowerCase())).slice(0, 200);
  return (
    <section className={css.list} aria-label={text.forecast.series}>
      {outcome.series.length > 8 ? <TextInput data-filter size="xs" aria-label={text.forecast.find} placeholder={text.forecast.find} value={query} onChange={(event) => setQuery(event.currentTarget.value)} /> : null}
      {outcome.series.length === 0 ? <Skeleton rows={6} height={34} /> : found.length === 0 ? <Empty title={text.forecast.nothing} /> : null}
      <ul>
        {found.map((series) => (
          <li key={series.series}>
            <button type="button" className={css.series} aria-pressed={series === chosen} onClick={() => onChoose(series.series)}>
              <span className={css.name}>{series.series}</span>
              {series.history.length > 1 ? <Sparkline values={series.history.slice(-36)} /> : <span />}
              <span className={css.next}>
                {text.forecast.next} <b>{show.short(Math.round((series.steps[0]?.mean ?? 0) * 10) / 10)}</b>
              </span>
              <span className={css.method}>{series.method}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Legend() {
  return (
    <ul className={css.legend}>
      <li>
        <span className={css.known} />
        {text.forecast.history}
      </li>
      <li>
        <span className={css.mean} />
        {text.forecast.mean}
      </li>
      <li>
        <span className={css.narrow} />
        {text.forecast.band80}
      </li>
      <li>
        <span className={css.wide} />
        {text.forecast.band95}
      </li>
    </ul>
  );
}

function Steps({ forecast }: { forecast: SeriesForecast }) {
  const figure = (value: number) => show.short(Math.round(value * 10) / 10);
  return (
    <div className={css.wideTable}>
      <table className={css.table}>
        <thead>
          <tr>
            <th scope="col">{text.forecast.step}</th>
            <th scope="col">{text.forecast.mean}</th>
            <th scope="col">{text.forecast.band80}</th>
            <th scope="col">{text.forecast.band95}</th>
          </tr>
        </thead>
        <tbody>
          {forecast.steps.map((step, index) => (
            <tr key={index}>
              <th scope="row">+{index + 1}</th>
              <td>{figure(step.mean)}</td>
              <td>
                {figure(step.low80)}–{figure(step.high80)}
              </td>
              <td>
                {figure(step.low95)}–{figure(step.high95)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Tests({ tests }: { tests: readonly BackTestOf[] }) {
  const figure = (value: number | null | undefined) => (value == null ? none : value.toFixed(2));
  const share = (value: number | null | undefined) => (value == null ? none : show.percent(value));
  const best = Math.min(...tests.map((test) => test.mase ?? Number.POSITIVE_INFINITY));
  return (
    <>
      <div className={css.wideTable}>
        <table className={css.table}>
          <thead>
            <tr>
              {Object.values(text.forecast.columns).map((title) => (
                <th key={title} scope="col">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {tests.toSorted((a, b) => (a.mase ?? 99) - (b.mase ?? 99)).map((test) => (
              <tr key={test.method} className={test.mase === best ? css.best : undefined}>
                <th scope="row">{test.method}</th>
                <td>{figure(test.smape)}</td>
                <td>{figure(test.mase)}</td>
                <td>{figure(test.owa)}</td>
                <td>{share(test.inside80)}</td>
                <td>{share(test.inside95)}</td>
                <td>{test.chosen > 0 ? text.forecast.chosenFor(show.count(test.chosen)) : ''}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className={css.foot}>{text.forecast.owaNote}</p>
    </>
  );
}
