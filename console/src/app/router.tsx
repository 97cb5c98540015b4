import type { QueryClient } from '@tanstack/react-query';
import { createRoute, createRouter, redirect } from '@tanstack/react-router';
import { holds, meQuery } from '~/api/session';
import { eventsRoutes } from '~/features/events/feature';
import { signInRoutes } from '~/features/signin/feature';
import { frameRoute, openRoute, phoneRoute, rootRoute } from '~/ui/routing';
import { Skeleton } from '~/ui/State';
import { NoPage, PageFault } from './Faults';
import { navigation } from './features';
import { Shell } from './Shell';

frameRoute.update({ component: Shell });

/** The first page that one may open. */
const startRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/',
  beforeLoad: async ({ context }) => {
    const me = await context.queries.ensureQueryData(meQuery);
    const page = navigation.find((item) => holds(me.scopes, item.permission));
    if (page) throw redirect({ to: page.to, replace: true });
  },
  component: NoPage,
});

const tree = rootRoute.addChildren([
  openRoute.addChildren([...signInRoutes]),
  frameRoute.addChildren([startRoute, ...eventsRoutes]),
  phoneRoute,
]);

/** The pages, each loaded when it is opened or hovered. */
export function createConsoleRouter(queries: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { queries },
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    defaultPendingComponent: () => <Skeleton rows={6} />,
    defaultErrorComponent: PageFault,
    defaultNotFoundComponent: NoPage,
    scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>;
  }
}
