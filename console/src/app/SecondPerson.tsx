import { lazy, Suspense, useEffect, useState } from 'react';
import type { Refused } from '~/api/client';
import { askSecondBy, type Held } from '~/api/second';

const SecondPersonDialog = lazy(() => import('./SecondPersonDialog').then((module) => ({ default: module.SecondPersonDialog })));

/** Where a rule wants two people for a write, offers on any page to put it before another. */
export function SecondPerson() {
  const [asking, setAsking] = useState<{ held: Held; give: (asked: Refused | undefined) => void }>();
  useEffect(() => askSecondBy((held) => new Promise((give) => setAsking({ held, give }))), []);
  if (!asking) return null;
  return (
    <Suspense fallback={null}>
      <SecondPersonDialog
        held={asking.held}
        onAnswer={(asked) => {
          setAsking(undefined);
          asking.give(asked);
        }}
      />
    </Suspense>
  );
}
