import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { text } from '~/text/en';
import { needs, phoneRoute, type Feature } from '~/ui/routing';
import { given, word } from '~/ui/search';

const readHand = (search: Record<string, unknown>): { order?: string } => given({ order: word(search.order) });

const pick = createRoute({ getParentRoute: () => phoneRoute, path: '/pick', validateSearch: readHand, beforeLoad: needs('orders.fulfil'), component: lazyRouteComponent(() => import('./PickPage'), 'PickPage') });
const drive = createRoute({ getParentRoute: () => phoneRoute, path: '/drive', validateSearch: readHand, beforeLoad: needs('orders.fulfil'), component: lazyRouteComponent(() => import('./DrivePage'), 'DrivePage') });

export const handsRoutes = [pick, drive] as const;

export const hands: Feature = {
  nav: [
    { to: '/pick', label: text.hands.pick.title, icon: 'phone', group: 'run', permission: 'orders.fulfil' },
    { to: '/drive', label: text.hands.drive.title, icon: 'truck', group: 'run', permission: 'orders.fulfil' },
  ],
};
