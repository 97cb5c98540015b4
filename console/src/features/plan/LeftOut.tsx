import { text } from '~/text/en';
import { show } from '~/ui/format';
import { Empty, Skeleton } from '~/ui/State';
import type { Run, WhyLeftOut } from './bench';
import css from './plan.module.css';

/** Each stop that no route serves: why, and which single change would make it fit. */
export function LeftOut({ run, working }: { run: Run; working: boolean }) {
  const { problem, plan, whys } = run;
  if (!problem || !plan) return working ? <Skeleton rows={5} /> : null;
  if (plan.leftOut.length === 0) return <Empty title={text.plan.allServed} note={text.plan.allServedNote} />;
  const answered = new Map(whys.map((why) => [why.stop, why]));
  const silent = plan.leftOut.filter((stop) => !answered.has(stop));
  return (
    <div className={css.scroll}>
      <p className={css.lead}>{text.plan.leftNote}</p>
      <ul className={css.whys}>
        {whys.map((why) => (
          <Why key={why.stop} why={why} name={problem.stops[why.stop]?.id ?? ''} demand={problem.stops[why.stop]?.demand ?? 0} clock={problem.clock} />
        ))}
        {working && silent.length > 0 ? (
          <li className={css.why}>
            <strong>{problem.stops[silent[0] as number]?.id}</strong>
            <p className="quiet">{text.plan.pending}</p>
          </li>
        ) : null}
      </ul>
      {!working && run.unexplained > 0 ? <p className={css.lead}>{text.plan.more(show.count(run.unexplained))}</p> : null}
    </div>
  );
}

function Why({ why, name, demand, clock }: { why: WhyLeftOut; name: string; demand: number; clock: boolean }) {
  const [best, ...others] = why.wouldFit;
  const cost = (added: number) => text.plan.adds(`${show.short(Math.round(added * 10) / 10)}${clock ? ' km' : ''}`);
  return (
    <li className={css.why}>
      <div className={css.whyHead}>
        <strong>{name}</strong>
        <span className="quiet num">{text.plan.load(show.count(demand))}</span>
      </div>
      {why.reasons.map((reason) => (
        <p key={reason.vehicle}>
          {why.reasons.length > 1 ? `${reason.vehicle}: ${reason.words}` : `${reason.words.charAt(0).toUpperCase()}${reason.words.slice(1)}.`}
        </p>
      ))}
      {best ? (
        <div className={css.fit}>
          <span className={css.fitLabel}>{text.plan.wouldFit}</span>
          <span className={css.fitBest}>{best.words}</span>
          <span className="quiet num">{cost(best.costAdded)}</span>
          {others.map((other) => (
            <span key={other.words} className={css.fitOther}>
              <span>{other.words}</span>
              <span className="quiet num">{cost(other.costAdded)}</span>
            </span>
          ))}
        </div>
      ) : (
        <p className="quiet">{text.plan.nothingFits}</p>
      )}
    </li>
  );
}
