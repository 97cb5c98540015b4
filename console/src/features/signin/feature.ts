import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { openRoute } from '~/ui/routing';

const signInRoute = createRoute({
  getParentRoute: () => openRoute,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { to?: string } => (typeof search.to === 'string' && search.to.startsWith('/') && !search.to.startsWith('//') ? { to: search.to } : {}),
  component: lazyRouteComponent(() => import('./SignInPage'), 'SignInPage'),
});

export const signInRoutes = [signInRoute] as const;
