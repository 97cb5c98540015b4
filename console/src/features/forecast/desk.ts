import type { components } from '~/api/schema';
import { openWork, Watched, type Finding, type OpenWork } from '~/api/work';

type Schemas = components['schemas'];
export type SeriesRead = Schemas['SeriesRead'];
export type SeriesForecast = Schemas['SeriesForecast'];
export type BackTestOf = Schemas['BackTestOf'];

export interface ForecastOptions {
  horizon?: number;
  season?: string;
}

export type Phase = 'empty' | 'reading' | 'waiting' | 'working' | 'testing' | 'done' | 'stopped' | 'failed';

/** What one file came to, as far as it is known. */
export interface Outcome {
  options: ForecastOptions;
  read?: SeriesRead;
  series: readonly SeriesForecast[];
  tests: readonly BackTestOf[];
}

export interface DeskState {
  phase: Phase;
  file?: File;
  outcome?: Outcome;
  error?: Error;
}

/** Applies one finding; pure. */
export function apply(outcome: Outcome, { name, data }: Finding): Outcome {
  switch (name) {
    case 'read':
      return { ...outcome, read: data as SeriesRead };
    case 'forecast':
      return { ...outcome, series: [...outcome.series, data as SeriesForecast] };
    case 'backTest':
      return { ...outcome, tests: [...outcome.tests, data as BackTestOf] };
    default:
      return outcome;
  }
}

const phaseAfter: Partial<Record<string, Phase>> = { read: 'working', waiting: 'waiting', forecast: 'testing', backTest: 'testing', done: 'done' };

/** The forecaster's desk of this tab: it goes on while one looks at another page. */
export class ForecastDesk extends Watched<DeskState> {
  private attempt: AbortController | undefined;
  private readonly open: OpenWork;

  constructor(open: OpenWork) {
    super({ phase: 'empty' });
    this.open = open;
  }

  async start(file: File, options: ForecastOptions): Promise<void> {
    this.attempt?.abort();
    const attempt = new AbortController();
    this.attempt = attempt;
    let outcome: Outcome = { options, series: [], tests: [] };
    this.replace({ phase: 'reading', file, outcome });
    try {
      for await (const finding of this.open('/api/v1/plan/forecasts', { horizon: options.horizon ?? 12, season: options.season }, file, attempt.signal)) {
        if (attempt.signal.aborted) return;
        outcome = apply(outcome, finding);
        const phase = phaseAfter[finding.name];
        this.set({ outcome, ...(phase && { phase }) });
      }
    } catch (error) {
      if (!attempt.signal.aborted) this.set({ phase: 'failed', error: error instanceof Error ? error : new Error(String(error)) });
    }
  }

  stop() {
    this.attempt?.abort();
    this.set({ phase: this.snapshot().outcome?.series.length ? 'stopped' : 'empty' });
  }

  clear() {
    this.attempt?.abort();
    this.replace({ phase: 'empty' });
  }
}

export const desk = new ForecastDesk(openWork);
