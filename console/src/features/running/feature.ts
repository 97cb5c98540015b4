import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { text } from '~/text/en';
import { frameRoute, needs, type Feature } from '~/ui/routing';

const projections = createRoute({ getParentRoute: () => frameRoute, path: '/projections', beforeLoad: needs('projections.read'), component: lazyRouteComponent(() => import('./ProjectionsPage'), 'ProjectionsPage') });
const health = createRoute({ getParentRoute: () => frameRoute, path: '/health', beforeLoad: needs('projections.read'), component: lazyRouteComponent(() => import('./HealthPage'), 'HealthPage') });

export const runningRoutes = [projections, health] as const;

export const running: Feature = {
  nav: [
    { to: '/health', label: text.health.title, icon: 'health', group: 'look', permission: 'projections.read', key: 'h' },
    { to: '/projections', label: text.projections.title, icon: 'layers', group: 'look', permission: 'projections.read' },
  ],
};
