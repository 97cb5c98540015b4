import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { text } from '~/text/en';
import { frameRoute, type Feature } from '~/ui/routing';

const route = createRoute({ getParentRoute: () => frameRoute, path: '/tour', component: lazyRouteComponent(() => import('./TourPage'), 'TourPage') });

export const tourRoutes = [route] as const;

export const tour: Feature = { nav: [], actions: [{ to: '/tour', label: text.tour.title, note: '', icon: 'tour', permission: '' }] };
