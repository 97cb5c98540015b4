import { useSyncExternalStore } from 'react';

export type Density = 'comfortable' | 'compact';

const storeName = 'lading.density';
const listeners = new Set<() => void>();

function read(): Density {
  return localStorage.getItem(storeName) === 'compact' ? 'compact' : 'comfortable';
}

function apply() {
  document.documentElement.dataset.density = read();
  for (const listener of listeners) listener();
}

apply();

/** How much fits on a screen; kept in this browser. */
export function useDensity(): [Density, (density: Density) => void] {
  const density = useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, read);
  return [
    density,
    (next) => {
      localStorage.setItem(storeName, next);
      apply();
    },
  ];
}
