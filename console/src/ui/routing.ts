import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, redirect, retainSearchParams } from '@tanstack/react-router';
import { Refused } from '~/api/client';
import { holds, meQuery } from '~/api/session';
import type { IconName } from './Icon';

/** What every route may use while it loads. */
export interface RouteContext {
  queries: QueryClient;
}

export const rootRoute = createRootRouteWithContext<RouteContext>()();

/** Pages without sign-in: the sign-in itself, a customer's tracking page. */
export const openRoute = createRoute({ getParentRoute: () => rootRoute, id: 'open' });

interface FrameSearch {
  /** The venture everything is narrowed to; kept from page to page. */
  venture?: string;
}

async function needSignIn({ context, location }: { context: RouteContext; location: { href: string } }) {
  try {
    await context.queries.ensureQueryData(meQuery);
  } catch (error) {
    if (error instanceof Refused && error.problem.status === 401) throw redirect({ to: '/sign-in', search: { to: location.href } } as never);
    throw error;
  }
}

/** Pages inside the frame: navigation, search, live status. */
export const frameRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'frame',
  validateSearch: (search: Record<string, unknown>): FrameSearch => (typeof search.venture === 'string' && search.venture ? { venture: search.venture } : {}),
  search: { middlewares: [retainSearchParams(['venture'])] },
  beforeLoad: needSignIn,
});

/** Pages for a hand or a cab: no frame, big targets. */
export const phoneRoute = createRoute({ getParentRoute: () => rootRoute, id: 'phone', beforeLoad: needSignIn });

/** Refuses a page for whoever lacks its permission, before anything of it loads. */
export function needs(permission: string) {
  return async ({ context }: { context: RouteContext }) => {
    const me = await context.queries.ensureQueryData(meQuery);
    if (!holds(me.scopes, permission))
      throw new Refused({ status: 403, code: 'access.missing-permission', title: '', detail: `This page needs the permission ${permission}.`, remedy: 'Ask who manages roles in your company.' });
  };
}

export interface NavItem {
  to: string;
  label: string;
  icon: IconName;
  group: 'run' | 'plan' | 'look' | 'manage';
  permission: string;
  /** Of no use to a customer, who sees only their own orders. */
  staff?: true;
  /** Only where a rule of the company wants a second person. */
  secondPerson?: true;
  /** Pressed after `g`. */
  key?: string;
}

export interface Hit {
  to: string;
  label: string;
  note: string;
  icon: IconName;
}

/** What a feature gives the frame: where it stands in the navigation, and what the palette finds in it. Its routes are listed in app/router.tsx. */
export interface Feature {
  nav: readonly NavItem[];
  /** Looks up what begins with the text; asked only of those who hold the permission. */
  find?: { permission: string; by: (text: string, signal: AbortSignal) => Promise<Hit[]> };
  /** Actions offered in the palette. */
  actions?: readonly (Hit & { permission: string })[];
}
