import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { text } from '~/text/en';
import { frameRoute, needs, type Feature } from '~/ui/routing';

const peopleRoute = createRoute({ getParentRoute: () => frameRoute, path: '/people', beforeLoad: needs('access.read'), component: lazyRouteComponent(() => import('./PeoplePage'), 'PeoplePage') });

const rolesRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/roles',
  validateSearch: (search: Record<string, unknown>): { role?: string } => (typeof search.role === 'string' && search.role ? { role: search.role } : {}),
  beforeLoad: needs('access.read'),
  component: lazyRouteComponent(() => import('./RolesPage'), 'RolesPage'),
});

export const peopleRoutes = [peopleRoute, rolesRoute] as const;

export const people: Feature = {
  nav: [
    { to: '/people', label: text.people.title, icon: 'people', group: 'manage', permission: 'access.read', key: 'p' },
    { to: '/roles', label: text.roles.title, icon: 'roles', group: 'manage', permission: 'access.read', key: 'l' },
  ],
};
