import { Button } from '@mantine/core';
import { text } from '~/text/en';
import { DataTable, type Column } from '~/ui/DataTable';
import { none, show } from '~/ui/format';
import { Icon } from '~/ui/Icon';
import { Empty } from '~/ui/State';
import type { ProblemRead, Run } from './bench';
import css from './plan.module.css';
import { colourOf, moment, nameOf, rowsOf, type RouteRow } from './routes';

const columns = (problem: ProblemRead): readonly Column<RouteRow>[] => [
  {
    id: 'route',
    title: text.plan.columns.route,
    width: 1.7,
    cell: (row) => (
      <span className={css.route}>
        <span className={css.swatch} style={{ background: colourOf(row.index) }} aria-hidden="true" />
        {row.name}
      </span>
    ),
  },
  { id: 'stops', title: text.plan.columns.stops, number: true, width: 0.9, cell: (row) => show.count(row.stops) },
  { id: 'load', title: text.plan.columns.load, number: true, width: 1.3, cell: (row) => (row.capacity ? `${show.count(row.load)} / ${show.count(row.capacity)}` : show.count(row.load)) },
  { id: 'distance', title: problem.clock ? 'km' : text.plan.columns.distance, number: true, width: 1, cell: (row) => (row.distance === undefined ? none : show.short(Math.round(row.distance * 10) / 10)) },
  { id: 'until', title: text.plan.columns.until, number: true, width: 0.9, cell: (row) => moment(problem, row.back) },
];

/** The routes; one that is opened shows its stops in order. */
export function RouteList({ run, open, onOpen }: { run: Run; open: number | undefined; onOpen: (route: number | undefined) => void }) {
  const { problem } = run;
  if (!problem) return null;
  if (open !== undefined && run.routes[open - 1]) return <StopList run={run} problem={problem} route={open - 1} onBack={() => onOpen(undefined)} />;
  return <DataTable label={text.plan.tabs.routes} columns={columns(problem)} rows={rowsOf(run)} id={(row) => String(row.index)} open={(row) => onOpen(row.index + 1)} empty={<Empty title={text.plan.noRoutes} note={text.plan.phases.searching} />} />;
}

function StopList({ run, problem, route, onBack }: { run: Run; problem: ProblemRead; route: number; onBack: () => void }) {
  const name = nameOf(problem, run.routes, route);
  const final = run.plan?.routes[route];
  const halts = final?.stops.map((stop) => ({ stop: stop.stop ?? undefined, kind: stop.kind, arrival: stop.arrival, begin: stop.begin, departure: stop.departure })) ?? run.routes[route]?.stops.map((stop) => ({ stop, kind: 'client', arrival: undefined, begin: undefined, departure: undefined })) ?? [];
  return (
    <div className={css.scroll}>
      <div className={css.opened}>
        <Button size="compact-xs" variant="subtle" color="gray" leftSection={<Icon name="left" size={14} />} onClick={onBack}>
          {text.plan.back}
        </Button>
        <h2>
          <span className={css.swatch} style={{ background: colourOf(route) }} aria-hidden="true" /> {name}
        </h2>
      </div>
      <ol className={css.stops} aria-label={text.plan.stopsOf(name)}>
        {final ? <Halt name={problem.depots[0]?.name ?? text.plan.depot} at={moment(problem, final.departure)} note={text.plan.leaves} /> : null}
        {halts.map((halt, index) => {
          const stop = halt.stop === undefined ? undefined : problem.stops[halt.stop];
          const open = stop?.open != null ? `${moment(problem, stop.open)}–${moment(problem, stop.close)}` : '';
          return <Halt key={index} name={stop?.id ?? halt.kind} at={moment(problem, halt.begin)} note={[stop && stop.demand > 0 ? text.plan.load(show.count(stop.demand)) : '', open].filter(Boolean).join(' · ')} />;
        })}
        {final ? <Halt name={problem.depots[0]?.name ?? text.plan.depot} at={moment(problem, final.return)} note={text.plan.columns.until} /> : null}
      </ol>
    </div>
  );
}

function Halt({ name, at, note }: { name: string; at: string; note: string }) {
  return (
    <li className={css.halt}>
      <span className="num">{at}</span>
      <span>{name}</span>
      <span className="quiet">{note}</span>
    </li>
  );
}
