import type { QueryClient } from '@tanstack/react-query';
import { createRoute, createRouter, redirect } from '@tanstack/react-router';
import { meQuery } from '~/api/session';
import { accountRoutes } from '~/features/account/feature';
import { approvalsRoutes } from '~/features/approvals/feature';
import { auditRoutes } from '~/features/audit/feature';
import { companyRoutes } from '~/features/company/feature';
import { customerRoutes } from '~/features/customer/feature';
import { eventsRoutes } from '~/features/events/feature';
import { forecastRoutes } from '~/features/forecast/feature';
import { handsRoutes } from '~/features/hands/feature';
import { keysRoutes } from '~/features/keys/feature';
import { ordersRoutes } from '~/features/orders/feature';
import { peopleRoutes } from '~/features/people/feature';
import { planRoutes } from '~/features/plan/feature';
import { runningRoutes } from '~/features/running/feature';
import { signInRoutes } from '~/features/signin/feature';
import { sceneRoutes } from '~/features/scene/feature';
import { stockRoutes } from '~/features/stock/feature';
import { tourRoutes } from '~/features/tour/feature';
import { towerRoutes } from '~/features/tower/feature';
import { frameRoute, openRoute, phoneRoute, rootRoute } from '~/ui/routing';
import { Skeleton } from '~/ui/State';
import { NoPage, PageFault } from './Faults';
import { pagesOf } from './features';
import { Shell } from './Shell';

frameRoute.update({ component: Shell });

/** The first page that one may open. */
const startRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/',
  beforeLoad: async ({ context }) => {
    const me = await context.queries.ensureQueryData(meQuery);
    const page = pagesOf(me)[0];
    if (page) throw redirect({ to: page.to, replace: true });
  },
  component: NoPage,
});

const tree = rootRoute.addChildren([
  openRoute.addChildren([...signInRoutes]),
  frameRoute.addChildren([
    startRoute,
    ...towerRoutes,
    ...ordersRoutes,
    ...stockRoutes,
    ...sceneRoutes,
    ...planRoutes,
    ...forecastRoutes,
    ...eventsRoutes,
    ...runningRoutes,
    ...auditRoutes,
    ...approvalsRoutes,
    ...peopleRoutes,
    ...keysRoutes,
    ...companyRoutes,
    ...accountRoutes,
    ...tourRoutes,
  ]),
  phoneRoute.addChildren([...customerRoutes, ...handsRoutes]),
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
