import { expect, it } from 'vitest';
import { linesOf, wordsAt } from './chart';
import { apply, ForecastDesk, type SeriesForecast } from './desk';
import { readForecastSearch } from './feature';

const forecast: SeriesForecast = {
  series: '<b>x</b>',
  before: 10,
  history: [1, 2, 3],
  steps: [
    { mean: 4, low80: 3, high80: 6, low95: 2, high95: 8 },
    { mean: 5, low80: 3, high80: 7, low95: 1, high95: 9 },
  ],
  method: 'ets',
  reason: 'asked for',
};

it('the lines ahead begin at the last known value, and bands are stacked from their low edge', () => {
  const lines = linesOf(forecast);
  expect(lines.axis).toEqual(['11', '12', '13', '+1', '+2']);
  expect(lines.known).toEqual([1, 2, 3, null, null]);
  expect(lines.mean).toEqual([null, null, 3, 4, 5]);
  expect(lines.narrow.width).toEqual([null, null, 0, 3, 4]);
  expect(lines.wide.low).toEqual([null, null, 3, 2, 1]);
});

it('the words under the pointer hold figures only, never text of the file', () => {
  expect(wordsAt(forecast, 1)).toBe('12 · <b>2</b>');
  expect(wordsAt(forecast, 3)).toContain('3–6');
  expect(wordsAt(forecast, 3)).not.toContain('x</b>');
});

it('findings add up', () => {
  const outcome = [{ name: 'read', data: { series: 1, values: 3, notes: [] } }, { name: 'forecast', data: forecast }].reduce(apply, { options: {}, series: [], tests: [] });
  expect(outcome).toMatchObject({ read: { series: 1 }, series: [{ method: 'ets' }] });
});

it('a stopped desk keeps what it has', async () => {
  const desk = new ForecastDesk(async function* (_path, _query, _file, signal) {
    yield { name: 'forecast', data: forecast };
    await new Promise((done) => {
      signal.addEventListener('abort', done);
    });
  });
  const started = desk.start(new File(['x'], 'd.csv'), {});
  await new Promise((done) => {
    desk.subscribe(() => desk.snapshot().phase === 'testing' && done(undefined));
  });
  desk.stop();
  await started;
  expect(desk.snapshot()).toMatchObject({ phase: 'stopped', outcome: { series: [{ method: 'ets' }] } });
});

it('settings come from the address', () => {
  expect(readForecastSearch({ horizon: '0', season: '12', series: 'A', as: 'table' })).toEqual({ season: '12', series: 'A', as: 'table' });
  expect(readForecastSearch({ season: '13' })).toEqual({});
});
