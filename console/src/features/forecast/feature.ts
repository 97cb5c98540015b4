import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { text } from '~/text/en';
import { frameRoute, needs, type Feature } from '~/ui/routing';

export interface ForecastSearch {
  horizon?: number;
  /** Points in a season, shortest first: `12` or `24,168`. */
  season?: string;
  series?: string;
  as?: 'table';
}

export function readForecastSearch(search: Record<string, unknown>): ForecastSearch {
  const horizon = Number(search.horizon);
  const season = String(search.season ?? '');
  return {
    ...(Number.isSafeInteger(horizon) && horizon >= 1 && horizon <= 1_000 && { horizon }),
    ...(season in text.forecast.seasons && season !== '' && { season }),
    ...(search.series !== undefined && search.series !== '' && { series: String(search.series) }),
    ...(search.as === 'table' && { as: 'table' as const }),
  };
}

const forecastRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/forecast',
  validateSearch: readForecastSearch,
  beforeLoad: needs('planning.forecast'),
  component: lazyRouteComponent(() => import('./ForecastPage'), 'ForecastPage'),
});

export const forecastRoutes = [forecastRoute] as const;

export const forecast: Feature = {
  nav: [{ to: '/forecast', label: text.forecast.title, icon: 'forecast', group: 'plan', permission: 'planning.forecast', key: 'f' }],
};
