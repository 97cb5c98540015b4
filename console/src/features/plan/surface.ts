import type { DrawnRoute, ProblemRead } from './bench';

/** What is drawn: one object that outlives every render. */
export interface Surface {
  /** Takes a problem and brings all of it into view. */
  place(problem: ProblemRead): void;
  /** Draws the routes; `chosen` stands out when it is given. */
  draw(routes: readonly DrawnRoute[], leftOut: readonly number[], chosen: number | undefined): void;
  /** Light and dark. */
  colours(): void;
  destroy(): void;
}

/** The path of a route: from the depot, over its stops, back. */
export function pathOf(problem: ProblemRead, route: DrawnRoute): [number, number][] {
  const depot = problem.depots[0];
  const ends: [number, number][] = depot ? [[depot.x, depot.y]] : [];
  const path = route.stops.flatMap((stop): [number, number][] => {
    const place = problem.stops[stop];
    return place ? [[place.x, place.y]] : [];
  });
  return [...ends, ...path, ...ends];
}

/** The smallest box around all places; never without size. */
export function boxOf(problem: ProblemRead): { west: number; south: number; east: number; north: number } {
  const box = { west: Infinity, south: Infinity, east: -Infinity, north: -Infinity };
  for (const place of [...problem.depots, ...problem.stops]) {
    box.west = Math.min(box.west, place.x);
    box.east = Math.max(box.east, place.x);
    box.south = Math.min(box.south, place.y);
    box.north = Math.max(box.north, place.y);
  }
  const [wide, high] = [box.east - box.west < 1e-6 ? 0.05 : 0, box.north - box.south < 1e-6 ? 0.05 : 0];
  return { west: box.west - wide, east: box.east + wide, south: box.south - high, north: box.north + high };
}

/** A colour of the page's own scheme, as it is now. */
export const tone = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
