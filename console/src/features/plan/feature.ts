import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { text } from '~/text/en';
import { frameRoute, needs, type Feature } from '~/ui/routing';

export interface PlanSearch {
  seconds?: number;
  vehicles?: number;
  capacity?: number;
  objective?: 'vehicles';
  /** Which list stands beside the map. */
  tab?: 'left' | 'compare';
  /** The route that is open, counted from 1. */
  route?: number;
}

const whole = (value: unknown, most: number) => (Number.isSafeInteger(Number(value)) && Number(value) >= 1 && Number(value) <= most ? Number(value) : undefined);

export function readPlanSearch(search: Record<string, unknown>): PlanSearch {
  const [seconds, vehicles, capacity, route] = [whole(search.seconds, 300), whole(search.vehicles, 10_000), whole(search.capacity, 100_000_000), whole(search.route, 10_000)];
  return {
    ...(seconds && { seconds }),
    ...(vehicles && { vehicles }),
    ...(capacity && { capacity }),
    ...(search.objective === 'vehicles' && { objective: 'vehicles' as const }),
    ...((search.tab === 'left' || search.tab === 'compare') && { tab: search.tab }),
    ...(route && { route }),
  };
}

const planRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/plan',
  validateSearch: readPlanSearch,
  beforeLoad: needs('planning.solve'),
  component: lazyRouteComponent(() => import('./PlanPage'), 'PlanPage'),
});

export const planRoutes = [planRoute] as const;

export const plan: Feature = {
  nav: [{ to: '/plan', label: text.plan.title, icon: 'plan', group: 'plan', permission: 'planning.solve', key: 'b' }],
};
