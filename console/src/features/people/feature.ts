import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { text } from '~/text/en';
import { frameRoute, needs, type Feature } from '~/ui/routing';

const route = createRoute({ getParentRoute: () => frameRoute, path: '/people', beforeLoad: needs('access.read'), component: lazyRouteComponent(() => import('./PeoplePage'), 'PeoplePage') });

export const peopleRoutes = [route] as const;

export const people: Feature = { nav: [{ to: '/people', label: text.people.title, icon: 'people', group: 'manage', permission: 'access.read', key: 'p' }] };
