import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { text } from '~/text/en';
import { frameRoute, needs, type Feature } from '~/ui/routing';

const route = createRoute({ getParentRoute: () => frameRoute, path: '/keys', beforeLoad: needs('platform.keys'), component: lazyRouteComponent(() => import('./KeysPage'), 'KeysPage') });

export const keysRoutes = [route] as const;

export const keys: Feature = { nav: [{ to: '/keys', label: text.apiKeys.title, icon: 'key', group: 'manage', permission: 'platform.keys' }] };
