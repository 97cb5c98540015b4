import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { text } from '~/text/en';
import { frameRoute, needs, type Feature } from '~/ui/routing';

const route = createRoute({ getParentRoute: () => frameRoute, path: '/company', beforeLoad: needs('platform.settings'), component: lazyRouteComponent(() => import('./CompanyPage'), 'CompanyPage') });

export const companyRoutes = [route] as const;

export const company: Feature = { nav: [{ to: '/company', label: text.company.title, icon: 'settings', group: 'manage', permission: 'platform.settings' }] };
