import type { DrawnRoute, ProblemRead, Run } from './bench';

/** Ten colours that stay apart for most eyes and on both grounds; routes also have their number. */
const colours = ['#2f6fb5', '#c8741c', '#2f8f5b', '#a3479b', '#a58a00', '#1f9bb0', '#cf4a5d', '#6f6fc9', '#7d8b23', '#8f6248'] as const;

export const colourOf = (route: number): string => colours[route % colours.length] as string;

export interface RouteRow {
  /** Index into the run's routes. */
  index: number;
  name: string;
  stops: number;
  load: number;
  capacity: number | undefined;
  distance: number | undefined;
  departure: number | undefined;
  back: number | undefined;
}

/** “van 2”: the vehicle type and its rank among the routes of that type; without the rank where there is one vehicle. */
export function nameOf(problem: ProblemRead, routes: readonly DrawnRoute[], index: number): string {
  const vehicle = routes[index]?.vehicle ?? 0;
  const type = problem.vehicles[vehicle];
  const rank = routes.slice(0, index + 1).filter((route) => route.vehicle === vehicle).length;
  const name = type?.id ?? 'vehicle';
  return type?.count === 1 ? name : `${name.charAt(0).toUpperCase()}${name.slice(1)} ${rank}`;
}

export function rowsOf(run: Run): RouteRow[] {
  const { problem, plan, routes } = run;
  if (!problem) return [];
  return routes.map((route, index) => {
    const final = plan?.routes[index];
    return {
      index,
      name: nameOf(problem, routes, index),
      stops: route.stops.length,
      load: route.stops.reduce((sum, stop) => sum + (problem.stops[stop]?.demand ?? 0), 0),
      capacity: problem.vehicles[route.vehicle]?.capacity ?? undefined,
      distance: final?.distance,
      departure: final?.departure,
      back: final?.return,
    };
  });
}

/** A moment of the plan: a time of day where the file speaks of the day, else the file's own number. */
export function moment(problem: ProblemRead, time: number | undefined | null): string {
  if (time === undefined || time === null) return '–';
  if (!problem.clock) return String(Math.round(time * 10) / 10);
  const minutes = Math.round(time);
  return `${String(Math.floor(minutes / 60) % 24).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

export interface Comparison {
  cost: number;
  distance: number;
  routes: number;
  leftOut: number;
  /** Indices of stops. */
  moved: number[];
  gained: number[];
  lost: number[];
}

/**
 * What differs between two plans of one file. Routes are matched by the stops they share, most first, so that a mere
 * renumbering is no difference.
 */
export function compare(before: Run, after: Run): Comparison {
  const old = visits(before.routes);
  const now = visits(after.routes);
  const matched = match(before.routes, after.routes);
  const moved: number[] = [];
  const gained: number[] = [];
  const lost: number[] = [];
  for (const [stop, route] of now) {
    const was = old.get(stop);
    if (was === undefined) gained.push(stop);
    else if (matched.get(route) !== was) moved.push(stop);
  }
  for (const stop of old.keys()) if (!now.has(stop)) lost.push(stop);
  const figure = (run: Run, of: 'cost' | 'distance') => run.plan?.[of] ?? run.course.at(-1)?.cost ?? 0;
  return {
    cost: figure(after, 'cost') - figure(before, 'cost'),
    distance: figure(after, 'distance') - figure(before, 'distance'),
    routes: after.routes.length - before.routes.length,
    leftOut: (after.plan?.leftOut.length ?? 0) - (before.plan?.leftOut.length ?? 0),
    moved: moved.sort((a, b) => a - b),
    gained: gained.sort((a, b) => a - b),
    lost: lost.sort((a, b) => a - b),
  };
}

function visits(routes: readonly DrawnRoute[]): Map<number, number> {
  return new Map(routes.flatMap((route, index) => route.stops.map((stop) => [stop, index] as const)));
}

/** The old route of each new one. */
function match(before: readonly DrawnRoute[], after: readonly DrawnRoute[]): Map<number, number> {
  const old = visits(before);
  const shared = new Map<string, { from: number; to: number; stops: number }>();
  after.forEach((route, to) => {
    for (const stop of route.stops) {
      const from = old.get(stop);
      if (from === undefined) continue;
      const pair = shared.get(`${from} ${to}`) ?? { from, to, stops: 0 };
      pair.stops++;
      shared.set(`${from} ${to}`, pair);
    }
  });
  const matched = new Map<number, number>();
  const taken = new Set<number>();
  for (const { from, to } of [...shared.values()].sort((a, b) => b.stops - a.stops || a.from - b.from || a.to - b.to))
    if (!matched.has(to) && !taken.has(from)) {
      matched.set(to, from);
      taken.add(from);
    }
  return matched;
}
