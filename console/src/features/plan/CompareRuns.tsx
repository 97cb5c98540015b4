import { useState } from 'react';
import { text } from '~/text/en';
import { show } from '~/ui/format';
import { Empty } from '~/ui/State';
import type { Run } from './bench';
import css from './plan.module.css';
import { compare } from './routes';

/** Two finished runs on the same file, side by side, with what differs between them. */
export function CompareRuns({ runs }: { runs: readonly Run[] }) {
  const [chosen, setChosen] = useState<{ left?: number; right?: number }>({});
  if (runs.length < 2) return <Empty title={text.plan.compareEmpty} note={text.plan.compareNote} />;
  const find = (number: number | undefined, otherwise: number) => runs.find((run) => run.number === number) ?? (runs.at(otherwise) as Run);
  const [before, after] = [find(chosen.left, -2), find(chosen.right, -1)];
  const found = compare(before, after);
  const stops = after.problem?.stops ?? [];
  const names = (indices: number[]) => indices.map((index) => stops[index]?.id).join(', ');
  const clock = after.problem?.clock ?? false;
  const round = (value: number) => Math.round(value * 10) / 10;
  return (
    <div className={css.scroll}>
      <table className={css.compare}>
        <thead>
          <tr>
            <td />
            <th scope="col">
              <Choice runs={runs} value={before.number} onChange={(left) => setChosen((old) => ({ ...old, left }))} />
            </th>
            <th scope="col">
              <Choice runs={runs} value={after.number} onChange={(right) => setChosen((old) => ({ ...old, right }))} />
            </th>
            <th scope="col">{text.plan.difference}</th>
          </tr>
        </thead>
        <tbody>
          <Row label={clock ? text.plan.figures.km : text.plan.figures.cost} values={[before, after].map((run) => show.short(round(run.plan?.cost ?? 0)))} change={round(found.cost)} lessIsBetter />
          <Row label={text.plan.figures.routes} values={[before, after].map((run) => show.count(run.routes.length))} change={found.routes} lessIsBetter />
          <Row label={text.plan.figures.left} values={[before, after].map((run) => show.count(run.plan?.leftOut.length ?? 0))} change={found.leftOut} lessIsBetter />
          <Row label={text.plan.seconds} values={[before, after].map((run) => show.count(run.options.seconds ?? 10))} />
          <Row label={text.plan.vehicles} values={[before, after].map((run) => (run.options.vehicles ? show.count(run.options.vehicles) : text.plan.asFile))} />
          {clock ? <Row label={text.plan.capacity} values={[before, after].map((run) => (run.options.capacity ? show.count(run.options.capacity) : '–'))} /> : null}
        </tbody>
      </table>
      {found.moved.length + found.gained.length + found.lost.length === 0 ? <p className={css.lead}>{text.plan.same}</p> : null}
      {(
        [
          [text.plan.moved, found.moved],
          [text.plan.gained, found.gained],
          [text.plan.lost, found.lost],
        ] as const
      ).map(([words, indices]) =>
        indices.length > 0 ? (
          <details key={words('')} className={css.details}>
            <summary>{words(show.count(indices.length))}</summary>
            <p className="quiet">{names(indices)}</p>
          </details>
        ) : null,
      )}
    </div>
  );
}

function Choice({ runs, value, onChange }: { runs: readonly Run[]; value: number; onChange: (run: number) => void }) {
  return (
    <select className={css.select} aria-label={text.plan.tabs.compare} value={value} onChange={(event) => onChange(Number(event.currentTarget.value))}>
      {runs.map((run) => (
        <option key={run.number} value={run.number}>
          {text.plan.run(run.number)}
        </option>
      ))}
    </select>
  );
}

function Row({ label, values, change, lessIsBetter }: { label: string; values: string[]; change?: number; lessIsBetter?: boolean }) {
  const worse = change !== undefined && lessIsBetter && change > 0;
  return (
    <tr>
      <th scope="row">{label}</th>
      {values.map((value, index) => (
        <td key={index} className="num">
          {value}
        </td>
      ))}
      <td className={`num ${worse ? 'warn' : ''}`}>{change === undefined ? '' : show.change(change)}</td>
    </tr>
  );
}
