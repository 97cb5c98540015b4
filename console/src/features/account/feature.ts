import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { text } from '~/text/en';
import { frameRoute, type Feature } from '~/ui/routing';

const route = createRoute({ getParentRoute: () => frameRoute, path: '/account', component: lazyRouteComponent(() => import('./AccountPage'), 'AccountPage') });

export const accountRoutes = [route] as const;

export const account: Feature = { nav: [], actions: [{ to: '/account', label: text.account.title, note: '', icon: 'user', permission: '' }] };
