import { describe, expect, it } from 'vitest';
import { apply, PlanBench, type ProblemRead, type Run } from './bench';
import { readPlanSearch } from './feature';
import { compare, moment, nameOf, rowsOf } from './routes';
import { boxOf, pathOf } from './surface';

const problem = (clock = true): ProblemRead => ({
  name: 'stops',
  surface: 'earth',
  clock,
  depots: [{ name: 'D', x: 0, y: 0 }],
  stops: Array.from({ length: 6 }, (_, index) => ({ id: `s${index}`, x: index, y: 1, demand: index, open: null, close: null, service: 0 })),
  vehicles: [
    { id: 'van', count: 3, capacity: 10 },
    { id: 'lorry', count: 1, capacity: null },
  ],
});

const run = (...routes: number[][]): Run => ({ number: 1, file: 'f', options: {}, problem: problem(), routes: routes.map((stops) => ({ vehicle: 0, stops })), course: [], steps: 0, whys: [], unexplained: 0 });
const file = (name = 'f.csv') => new File(['x'], name);

describe('a run', () => {
  it('takes each finding as it comes and keeps only the milestones that differ', () => {
    const better = (at: number, cost: number) => ({ name: 'better', data: { at, cost, vehicles: 1, leftOut: 0, steps: at, routes: [{ vehicle: 0, stops: [1] }] } });
    const found = [{ name: 'read', data: problem() }, better(1, 9), better(2, 9), better(3, 7)].reduce(apply, { ...run(), problem: undefined } as unknown as Run);
    expect(found.course.map((milestone) => milestone.cost)).toEqual([9, 7]);
    expect(found.routes).toEqual([{ vehicle: 0, stops: [1] }]);
  });
  it('draws of the final plan the stops, not the breaks', () => {
    const stop = (kind: string, index?: number) => ({ kind, stop: index, arrival: 0, begin: 0, departure: 0 });
    const plan = { at: 1, cost: 5, distance: 5, steps: 1, verified: { feasible: true, cost: 5, violations: [] }, leftOut: [4], routes: [{ vehicle: 0, departure: 0, return: 9, distance: 5, cost: 5, stops: [stop('client', 2), stop('break'), stop('client', 0)] }] };
    expect(apply(run(), { name: 'plan', data: plan }).routes).toEqual([{ vehicle: 0, stops: [2, 0] }]);
  });
});

describe('the bench', () => {
  const stream = (...names: string[]) =>
    async function* () {
      for (const name of names) yield { name, data: name === 'read' ? problem() : name === 'plan' ? { at: 1, cost: 1, distance: 1, steps: 1, verified: { feasible: true, cost: 1, violations: [] }, leftOut: [], routes: [] } : name === 'better' ? { at: 1, cost: 2, vehicles: 0, leftOut: 0, steps: 1, routes: [] } : { explained: 0, unexplained: 0 } };
    };
  it('keeps the finished runs of one file, numbered, and forgets them with another file', async () => {
    const bench = new PlanBench(stream('read', 'better', 'plan', 'done'));
    const one = file();
    await bench.start(one, {});
    await bench.start(one, { seconds: 2 });
    expect(bench.snapshot().kept.map((kept) => kept.number)).toEqual([1, 2]);
    expect(bench.snapshot().phase).toBe('done');
    await bench.start(file('g.csv'), {});
    expect(bench.snapshot().kept.map((kept) => kept.number)).toEqual([1]);
  });
  it('says what went wrong, and no longer once it is tried again', async () => {
    let fail = true;
    const bench = new PlanBench(async function* () {
      if (fail) throw new Error('line 3');
      yield { name: 'read', data: problem() };
    });
    await bench.start(file(), {});
    expect(bench.snapshot()).toMatchObject({ phase: 'failed', error: { message: 'line 3' } });
    fail = false;
    await bench.start(file(), {});
    expect(bench.snapshot().error).toBeUndefined();
  });
  it('ends the work on the server when it is stopped', async () => {
    let signal: AbortSignal | undefined;
    const bench = new PlanBench(async function* (_path, _query, _file, given) {
      signal = given;
      yield { name: 'read', data: problem() };
      await new Promise((done) => {
        given.addEventListener('abort', done);
      });
    });
    const started = bench.start(file(), {});
    await Promise.resolve();
    bench.stop();
    await started;
    expect(signal?.aborted).toBe(true);
    expect(bench.snapshot().phase).toBe('empty');
  });
});

describe('two plans', () => {
  it('do not differ by a mere renumbering of routes', () => {
    expect(compare(run([0, 1], [2, 3]), run([2, 3], [0, 1]))).toMatchObject({ moved: [], gained: [], lost: [] });
  });
  it('differ by the stops that change vehicle, come in or fall out', () => {
    expect(compare(run([0, 1, 2], [3, 4]), run([0, 1], [3, 2, 5]))).toMatchObject({ moved: [2], gained: [5], lost: [4], routes: 0 });
  });
});

describe('a route', () => {
  it('is named by its vehicle, with its rank where there are several', () => {
    const routes = [{ vehicle: 0, stops: [] }, { vehicle: 1, stops: [] }, { vehicle: 0, stops: [] }];
    expect(routes.map((_, index) => nameOf(problem(), routes, index))).toEqual(['Van 1', 'lorry', 'Van 2']);
  });
  it('adds up what it carries', () => {
    expect(rowsOf(run([1, 2], [5])).map((row) => [row.stops, row.load, row.capacity])).toEqual([
      [2, 3, 10],
      [1, 5, 10],
    ]);
  });
  it('starts and ends at the depot', () => {
    expect(pathOf(problem(), { vehicle: 0, stops: [3] })).toEqual([
      [0, 0],
      [3, 1],
      [0, 0],
    ]);
  });
  it('says times of day where the file does', () => {
    expect([moment(problem(), 539.6), moment(problem(false), 539.64), moment(problem(), undefined)]).toEqual(['09:00', '539.6', '–']);
  });
});

it('a box around a single place has a size', () => {
  const box = boxOf({ ...problem(), stops: [], depots: [{ name: 'D', x: 5, y: 5 }] });
  expect(box.east).toBeGreaterThan(box.west);
});

it('the bench reads its settings from the address and drops what makes no sense', () => {
  expect(readPlanSearch({ seconds: '20', vehicles: '-1', objective: 'beauty', tab: 'left', route: 2 })).toEqual({ seconds: 20, tab: 'left', route: 2 });
});
