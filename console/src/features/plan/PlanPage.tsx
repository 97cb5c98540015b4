import { Button, NumberInput, SegmentedControl } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useSyncExternalStore, type ReactNode } from 'react';
import { text } from '~/text/en';
import { Badge } from '~/ui/Badge';
import { ChooseFile, FileDrop, useFileOver } from '~/ui/FileDrop';
import { show } from '~/ui/format';
import { Page } from '~/ui/Page';
import { Refusal } from '~/ui/Refusal';
import { Sparkline } from '~/ui/Sparkline';
import { useNow } from '~/ui/useLive';
import { bench, type BenchState, type PlanOptions, type Run } from './bench';
import { CompareRuns } from './CompareRuns';
import type { PlanSearch } from './feature';
import { LeftOut } from './LeftOut';
import css from './plan.module.css';
import { PlanMap } from './PlanMap';
import { RouteList } from './RouteList';

const none: readonly number[] = [];

/** A file in, and routes that get better while one watches. */
export function PlanPage() {
  const state = useSyncExternalStore(bench.subscribe, bench.snapshot);
  const search = useSearch({ from: '/frame/plan' });
  const navigate = useNavigate({ from: '/plan' });
  const options: PlanOptions = { ...(search.seconds && { seconds: search.seconds }), ...(search.vehicles && { vehicles: search.vehicles }), ...(search.capacity && { capacity: search.capacity }), ...(search.objective && { objective: search.objective }) };
  const take = (file: File) => {
    void navigate({ search: (old) => ({ ...old, route: undefined, tab: undefined, ...(isStops(file) ? {} : { capacity: undefined }) }) });
    void bench.start(file, isStops(file) ? options : { ...options, capacity: undefined });
  };
  const trying = (file: File, wanted: PlanOptions) => {
    void navigate({ search: () => wanted });
    void bench.start(file, wanted);
  };
  const over = useFileOver(take);
  const { run, phase } = state;

  return (
    <Page
      full
      title={text.plan.title}
      note={text.plan.note}
      actions={state.file ? <Controls state={state} search={search} options={options} onFile={take} onChange={(change) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true })} /> : null}
    >
      {!run?.problem ? (
        state.error ? (
          <Refusal error={state.error} file={state.file}>
            <ChooseFile quiet onFile={take} />
            <Button size="xs" variant="subtle" color="gray" onClick={() => bench.clear()}>
              {text.form.cancel}
            </Button>
          </Refusal>
        ) : phase === 'reading' ? (
          <p role="status" className={css.reading}>
            {text.plan.phases.reading}
          </p>
        ) : (
          <FileDrop
            note={text.plan.drop}
            onFile={take}
            samples={[
              { label: text.plan.samples.stops, note: text.plan.samples.stopsNote, take: async () => trying(new File([(await import('../../../../samples/stops.csv?raw')).default], 'stops.csv'), { seconds: 15, vehicles: 8, capacity: 100 }) },
              { label: text.plan.samples.benchmark, note: text.plan.samples.benchmarkNote, take: async () => trying(new File([(await import('../../../../samples/benchmark.txt?raw')).default], 'benchmark.txt'), { seconds: 15 }) },
            ]}
          />
        )
      ) : (
        <div className={`${css.desk} ${over ? css.over : ''}`}>
          <section className={css.stage}>
            <Figures run={run} state={state} />
            <PlanMap problem={run.problem} routes={run.routes} leftOut={run.plan?.leftOut ?? none} chosen={search.route && !search.tab ? search.route - 1 : undefined} />
          </section>
          <Lists state={state} run={run} search={search} onChange={(change) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true })} />
        </div>
      )}
    </Page>
  );
}

const isStops = (file: File) => file.name.toLowerCase().endsWith('.csv');

interface ControlsProps {
  state: BenchState;
  search: PlanSearch;
  options: PlanOptions;
  onFile: (file: File) => void;
  onChange: (change: Partial<PlanSearch>) => void;
}

function Controls({ state, search, options, onFile, onChange }: ControlsProps) {
  const { file, phase } = state;
  const works = phase === 'reading' || phase === 'waiting' || phase === 'searching' || phase === 'explaining';
  const number = (value: string | number) => (typeof value === 'number' && value >= 1 ? Math.floor(value) : undefined);
  const stops = file ? isStops(file) : false;
  return (
    <>
      <NumberInput size="xs" w={84} label={text.plan.seconds} hideControls min={1} max={300} value={search.seconds ?? 10} onChange={(value) => onChange({ seconds: number(value) })} />
      <NumberInput size="xs" w={92} label={text.plan.vehicles} hideControls min={1} placeholder={text.plan.asFile} value={search.vehicles ?? ''} onChange={(value) => onChange({ vehicles: number(value) })} />
      {stops ? <NumberInput size="xs" w={92} label={text.plan.capacity} hideControls min={1} value={search.capacity ?? ''} onChange={(value) => onChange({ capacity: number(value) })} /> : null}
      <div className={css.field}>
        <span id="first-comes">{text.plan.objective}</span>
        <SegmentedControl
          size="xs"
          aria-labelledby="first-comes"
          value={search.objective ?? 'cost'}
          onChange={(value) => onChange({ objective: value === 'vehicles' ? 'vehicles' : undefined })}
          data={[
            { value: 'cost', label: text.plan.cost },
            { value: 'vehicles', label: text.plan.fewer },
          ]}
        />
      </div>
      <div className={css.buttons}>
        {works ? (
          <Button size="xs" variant="default" onClick={() => bench.stop()}>
            {text.plan.stop}
          </Button>
        ) : file ? (
          <Button size="xs" onClick={() => void bench.start(file, options)}>
            {text.plan.start}
          </Button>
        ) : null}
        <ChooseFile quiet onFile={onFile} />
      </div>
    </>
  );
}

function Figures({ run, state }: { run: Run; state: BenchState }) {
  const problem = run.problem;
  if (!problem) return null;
  const [first, last] = [run.course[0], run.course.at(-1)];
  const served = run.routes.reduce((sum, route) => sum + route.stops.length, 0);
  const left = last?.leftOut ?? 0;
  const saved = first && last && first.cost > 0 && first.leftOut === last.leftOut && first.cost !== last.cost ? (last.cost - first.cost) / first.cost : undefined;
  return (
    <div className={css.figures}>
      <Figure label={problem.clock ? text.plan.figures.km : text.plan.figures.cost} value={last ? show.short(Math.round(last.cost * 10) / 10) : undefined} note={saved === undefined ? '' : text.plan.figures.better(show.percent(saved))}>
        {run.course.length > 1 ? <Sparkline values={run.course.map((milestone) => milestone.cost)} /> : null}
      </Figure>
      <Figure label={text.plan.figures.routes} value={last ? show.count(run.routes.length) : undefined} note={text.plan.figures.served(show.count(served))} />
      <Figure label={text.plan.figures.left} value={last ? show.count(left) : undefined} bad={left > 0} />
      <Progress run={run} state={state} />
    </div>
  );
}

function Figure({ label, value, note, bad, children }: { label: string; value: string | undefined; note?: string; bad?: boolean; children?: ReactNode }) {
  return (
    <div className={css.figure}>
      <span className={css.label}>{label}</span>
      <span className={`${css.value} ${bad ? 'bad' : ''}`}>{value ?? '–'}</span>
      <span className={css.small}>{note}</span>
      {children ? <span className={css.spark}>{children}</span> : null}
    </div>
  );
}

/** Where the search stands, in a word and a line that fills. */
function Progress({ run, state }: { run: Run; state: BenchState }) {
  const { phase, startedAt } = state;
  const now = useNow(250);
  const seconds = run.options.seconds ?? 10;
  const share = phase === 'searching' ? Math.min(1, (now - startedAt) / 1000 / seconds) : phase === 'reading' || phase === 'waiting' ? 0 : 1;
  const { verified } = run.plan ?? {};
  return (
    <div className={css.progress}>
      <span role="status">
        {phase === 'failed' ? <span className="bad">{state.error?.message}</span> : verified && phase !== 'explaining' ? null : text.plan.phases[phase]}
        {verified ? (
          <span title={text.plan.verifiedNote}>
            <Badge tone={verified.feasible ? 'plain' : 'bad'}>{verified.feasible ? text.plan.verified : text.plan.violated}</Badge>
          </span>
        ) : null}
      </span>
      <span className={css.bar} aria-hidden="true">
        <span style={{ transform: `scaleX(${share})` }} />
      </span>
      <span className={css.small}>
        {text.plan.at(show.short(Math.round((run.plan?.at ?? run.course.at(-1)?.at ?? 0) * 10) / 10))} · {text.plan.steps(show.count(run.steps))}
      </span>
    </div>
  );
}

interface ListsProps {
  state: BenchState;
  run: Run;
  search: PlanSearch;
  onChange: (change: Partial<PlanSearch>) => void;
}

function Lists({ state, run, search, onChange }: ListsProps) {
  const tab = search.tab ?? 'routes';
  const left = run.plan?.leftOut.length ?? 0;
  return (
    <section className={css.lists}>
      <SegmentedControl
        size="xs"
        fullWidth
        value={tab}
        aria-label={text.plan.title}
        onChange={(value) => onChange({ tab: value === 'routes' ? undefined : (value as 'left' | 'compare') })}
        data={[
          { value: 'routes', label: text.plan.tabs.routes },
          { value: 'left', label: left > 0 ? `${text.plan.tabs.left} (${show.count(left)})` : text.plan.tabs.left },
          { value: 'compare', label: text.plan.tabs.compare },
        ]}
      />
      {tab === 'routes' ? (
        <RouteList run={run} open={search.route} onOpen={(route) => onChange({ route })} />
      ) : tab === 'left' ? (
        <LeftOut run={run} working={state.phase === 'explaining' || state.phase === 'searching'} />
      ) : (
        <CompareRuns runs={state.kept} />
      )}
    </section>
  );
}
