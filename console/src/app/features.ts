import { events } from '~/features/events/feature';
import type { Feature } from '~/ui/routing';

/** Every feature, by hand, in the order of the navigation. */
const features: readonly Feature[] = [events];

export const navigation = features.flatMap((feature) => feature.nav);
export const finders = features.flatMap((feature) => (feature.find ? [feature.find] : []));
export const actions = features.flatMap((feature) => feature.actions ?? []);
