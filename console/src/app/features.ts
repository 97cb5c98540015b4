import { holds } from '~/api/session';
import { account } from '~/features/account/feature';
import { approvals } from '~/features/approvals/feature';
import { audit } from '~/features/audit/feature';
import { company } from '~/features/company/feature';
import { events } from '~/features/events/feature';
import { forecast } from '~/features/forecast/feature';
import { hands } from '~/features/hands/feature';
import { keys } from '~/features/keys/feature';
import { orders } from '~/features/orders/feature';
import { people } from '~/features/people/feature';
import { plan } from '~/features/plan/feature';
import { running } from '~/features/running/feature';
import { scene } from '~/features/scene/feature';
import { stock } from '~/features/stock/feature';
import { tour } from '~/features/tour/feature';
import { towerFeature } from '~/features/tower/feature';
import type { Feature, NavItem } from '~/ui/routing';

/** Every feature, by hand, in the order of the navigation. */
const features: readonly Feature[] = [towerFeature, orders, stock, scene, hands, plan, forecast, events, running, audit, approvals, people, keys, company, account, tour];

const navigation = features.flatMap((feature) => feature.nav);

/** The pages that someone may open, in the order of the navigation. */
export function pagesOf(me: { scopes: readonly string[]; customers?: readonly string[] | null; needsSecondPerson?: readonly unknown[] } | undefined): readonly NavItem[] {
  return navigation.filter((item) => holds(me?.scopes, item.permission) && !(item.staff && me?.customers) && !(item.secondPerson && !me?.needsSecondPerson?.length));
}

export const finders = features.flatMap((feature) => (feature.find ? [feature.find] : []));
export const actions = features.flatMap((feature) => feature.actions ?? []);
