import { text } from '~/text/en';
import { Badge } from '~/ui/Badge';

/** An order's state in a word; only a hold is marked, for only there a person is needed. */
export function StateBadge({ state }: { state: string }) {
  return <Badge tone={state === 'held' ? 'warn' : state === 'open' ? 'plain' : 'quiet'}>{text.orders.states[state as keyof typeof text.orders.states] ?? state}</Badge>;
}
