import type { Answer } from '~/api/client';

export type Fill = Answer<'/api/v1/locations/fill'>['items'][number];

/** A location where it stands: bays along x, levels up y, aisles along z; one unit is one bay. */
export interface Placed {
  fill: Fill;
  x: number;
  y: number;
  z: number;
  /** 0 when empty, 1 at the fullest location of the site. */
  share: number;
}

const AISLE = 2.4;
const numeric = new Intl.Collator('en', { numeric: true });

/**
 * Reads aisle, bay and level from the codes a warehouse gives its locations (`A-01-02`, `A0102`, `R1`): the part before the
 * first number or separator is the aisle, the last of three parts the level. What has no such code stands in a row of its own.
 */
export function partsOf(location: string): { aisle: string; bay: string; level: number } {
  const parts = location.match(/\d+|[^\d\W_]+/g) ?? [location];
  const [aisle = location, bay = ''] = parts;
  const level = parts.length >= 3 ? Number.parseInt(parts.at(-1) ?? '1', 10) : 1;
  return { aisle, bay: parts.length >= 3 ? parts.slice(1, -1).join('-') : bay, level: Number.isFinite(level) && level > 0 ? Math.min(level, 12) : 1 };
}

/** Places every location: aisles in order, each bay once, levels above one another. */
export function place(fills: readonly Fill[]): Placed[] {
  const most = Math.max(0, ...fills.map((fill) => fill.onHand));
  const coded = fills.map((fill) => ({ fill, ...partsOf(fill.location) }));
  const aisles = [...new Set(coded.map((one) => one.aisle))].sort(numeric.compare);
  const bays = new Map(aisles.map((aisle) => [aisle, [...new Set(coded.filter((one) => one.aisle === aisle).map((one) => one.bay))].sort(numeric.compare)]));
  const middle = ((aisles.length - 1) * AISLE) / 2;
  return coded.map(({ fill, aisle, bay, level }) => {
    const row = bays.get(aisle) ?? [];
    return { fill, x: row.indexOf(bay) - (row.length - 1) / 2, y: level - 0.5, z: aisles.indexOf(aisle) * AISLE - middle, share: most > 0 ? fill.onHand / most : 0 };
  });
}
