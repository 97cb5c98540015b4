import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { openRoute } from '~/ui/routing';

/** Only ever an address of this console: never another site's. */
export function safeTarget(to: unknown): string | undefined {
  return typeof to === 'string' && /^\/(?![/\\])/.test(to) ? to : undefined;
}

const signIn = createRoute({
  getParentRoute: () => openRoute,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { to?: string; refused?: string } => {
    const to = safeTarget(search.to);
    return { ...(to ? { to } : {}), ...(typeof search.refused === 'string' ? { refused: search.refused } : {}) };
  },
  component: lazyRouteComponent(() => import('./SignInPage'), 'SignInPage'),
});

const join = createRoute({ getParentRoute: () => openRoute, path: '/join', component: lazyRouteComponent(() => import('./JoinPage'), 'JoinPage') });
const reset = createRoute({ getParentRoute: () => openRoute, path: '/reset', component: lazyRouteComponent(() => import('./JoinPage'), 'ResetPage') });

export const signInRoutes = [signIn, join, reset] as const;
