import { useSyncExternalStore } from 'react';

/** Where someone is on the tour; kept in the tab, so that a reload goes on and another tab is left alone. */
export interface TourPlace {
  role: string;
  step: number;
}

const storeName = 'lading.tour';
const listeners = new Set<() => void>();
let raw: string | null | undefined;
let place: TourPlace | undefined;

function read(): TourPlace | undefined {
  const now = sessionStorage.getItem(storeName);
  if (now !== raw) {
    raw = now;
    try {
      place = now ? (JSON.parse(now) as TourPlace) : undefined;
    } catch {
      place = undefined;
    }
  }
  return place;
}

export function goTo(next: TourPlace | undefined) {
  if (next) sessionStorage.setItem(storeName, JSON.stringify(next));
  else sessionStorage.removeItem(storeName);
  for (const listener of listeners) listener();
}

export function useTour(): TourPlace | undefined {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, read);
}
