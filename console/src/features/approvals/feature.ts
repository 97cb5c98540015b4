import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { text } from '~/text/en';
import { frameRoute, type Feature } from '~/ui/routing';

const approvalsRoute = createRoute({ getParentRoute: () => frameRoute, path: '/approvals', component: lazyRouteComponent(() => import('./ApprovalsPage'), 'ApprovalsPage') });

export const approvalsRoutes = [approvalsRoute] as const;

export const approvals: Feature = {
  nav: [{ to: '/approvals', label: text.approvals.title, icon: 'approvals', group: 'run', permission: '', staff: true, secondPerson: true, key: '2' }],
};
