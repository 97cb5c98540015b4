import type { components } from '~/api/schema';
import { openWork, Watched, type Finding, type OpenWork } from '~/api/work';
import type { PlanSearch } from './feature';

type Schemas = components['schemas'];
export type ProblemRead = Schemas['ProblemRead'];
export type FinalPlan = Schemas['FinalPlan'];
export type WhyLeftOut = Schemas['WhyLeftOut'];
type BetterPlan = Schemas['BetterPlan'];

/** A route as it is drawn: the vehicle type's index and the stops in order. */
export interface DrawnRoute {
  vehicle: number;
  stops: readonly number[];
}

/** How good the plan was after so many seconds. */
export interface Milestone {
  at: number;
  cost: number;
  leftOut: number;
}

/** What a run was asked for. */
export type PlanOptions = Pick<PlanSearch, 'seconds' | 'vehicles' | 'capacity' | 'objective'>;

export type Phase = 'empty' | 'reading' | 'waiting' | 'searching' | 'explaining' | 'done' | 'stopped' | 'failed';

/** One search for a plan, as far as it has come. */
export interface Run {
  number: number;
  file: string;
  options: PlanOptions;
  problem?: ProblemRead;
  routes: readonly DrawnRoute[];
  course: readonly Milestone[];
  steps: number;
  plan?: FinalPlan;
  whys: readonly WhyLeftOut[];
  /** How many left-out stops the time did not suffice for. */
  unexplained: number;
}

export interface BenchState {
  phase: Phase;
  file?: File;
  run?: Run;
  /** Finished runs on the same file, oldest first. */
  kept: readonly Run[];
  error?: Error;
  startedAt: number;
}

const MOST_KEPT = 8;
const MOST_MILESTONES = 500;

/** Applies one finding to a run; pure, so that a test can follow a stream without a server. */
export function apply(run: Run, { name, data }: Finding): Run {
  switch (name) {
    case 'read':
      return { ...run, problem: data as ProblemRead };
    case 'better': {
      const better = data as BetterPlan;
      return { ...run, routes: better.routes, steps: better.steps, course: extended(run.course, { at: better.at, cost: better.cost, leftOut: better.leftOut }) };
    }
    case 'plan': {
      const plan = data as FinalPlan;
      const routes = plan.routes.map((route) => ({ vehicle: route.vehicle, stops: route.stops.flatMap((stop) => (stop.kind === 'client' && stop.stop != null ? [stop.stop] : [])) }));
      return { ...run, plan, routes, steps: plan.steps, course: extended(run.course, { at: plan.at, cost: plan.cost, leftOut: plan.leftOut.length }) };
    }
    case 'why':
      return { ...run, whys: [...run.whys, data as WhyLeftOut] };
    case 'done':
      return { ...run, unexplained: (data as Schemas['WorkDone']).unexplained };
    default:
      return run;
  }
}

function extended(course: readonly Milestone[], next: Milestone): readonly Milestone[] {
  const last = course.at(-1);
  if (last && last.cost === next.cost && last.leftOut === next.leftOut) return course;
  return [...course, next].slice(-MOST_MILESTONES);
}

const phaseAfter: Partial<Record<string, Phase>> = { waiting: 'waiting', better: 'searching', plan: 'explaining', done: 'done' };

/** The planner's bench of this tab: it goes on searching while one looks at another page, and keeps what it found. */
export class PlanBench extends Watched<BenchState> {
  private attempt: AbortController | undefined;
  private readonly open: OpenWork;
  private readonly now: () => number;

  constructor(open: OpenWork, now: () => number = Date.now) {
    super({ phase: 'empty', kept: [], startedAt: 0 });
    this.open = open;
    this.now = now;
  }

  /** Plans a file; what was found in another one is forgotten. */
  async start(file: File, options: PlanOptions): Promise<void> {
    this.attempt?.abort();
    const attempt = new AbortController();
    this.attempt = attempt;
    const { kept, file: before } = this.snapshot();
    const number = (before === file ? (kept.at(-1)?.number ?? 0) : 0) + 1;
    let run: Run = { number, file: file.name, options, routes: [], course: [], steps: 0, whys: [], unexplained: 0 };
    this.set({ phase: 'reading', file, run, kept: before === file ? kept : [], startedAt: this.now() });
    this.forgetError();
    try {
      for await (const finding of this.open('/api/v1/plan/routes', { ...options, seconds: options.seconds ?? 10 }, file, attempt.signal)) {
        if (attempt.signal.aborted) return;
        run = apply(run, finding);
        const phase = finding.name === 'read' ? 'searching' : phaseAfter[finding.name];
        this.set({ run, ...(phase && { phase }), ...(phase === 'searching' && this.snapshot().phase === 'waiting' && { startedAt: this.now() }) });
      }
      if (run.plan) this.keep(run);
    } catch (error) {
      if (attempt.signal.aborted) return;
      if (run.plan) this.keep(run);
      this.set({ phase: 'failed', error: error instanceof Error ? error : new Error(String(error)) });
    }
  }

  /** Ends the search; the best plan so far stays on the screen, unchecked. */
  stop() {
    this.attempt?.abort();
    const { run } = this.snapshot();
    if (run?.plan) this.keep(run);
    this.set({ phase: run?.routes.length ? 'stopped' : 'empty' });
  }

  /** Clears the bench. */
  clear() {
    this.attempt?.abort();
    this.set({ phase: 'empty', kept: [] });
  }

  private keep(run: Run) {
    this.set({ kept: [...this.snapshot().kept.filter((kept) => kept.number !== run.number), run].slice(-MOST_KEPT) });
  }

  private forgetError() {
    const { error: _, ...rest } = this.snapshot();
    this.replace(rest);
  }
}

export const bench = new PlanBench(openWork);
