import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { needs, phoneRoute } from '~/ui/routing';

const track = createRoute({ getParentRoute: () => phoneRoute, path: '/track/$order', beforeLoad: needs('orders.read'), component: lazyRouteComponent(() => import('./TrackPage'), 'TrackPage') });

export const customerRoutes = [track] as const;
