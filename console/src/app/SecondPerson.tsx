import { lazy, Suspense, useEffect, useState } from 'react';
import { newKey, type Refused } from '~/api/client';
import { askSecondBy, type Held } from '~/api/second';

const SecondPersonDialog = lazy(() => import('./SecondPersonDialog').then((module) => ({ default: module.SecondPersonDialog })));

interface Asking {
  id: string;
  held: Held;
  give: (asked: Refused | undefined) => void;
}

/** Where a rule wants two people for a write, offers on any page to put it before another; of several, one after the other. */
export function SecondPerson() {
  const [asking, setAsking] = useState<readonly Asking[]>([]);
  useEffect(() => askSecondBy((held) => new Promise((give) => setAsking((before) => [...before, { id: newKey(), held, give }]))), []);
  const first = asking[0];
  if (!first) return null;
  return (
    <Suspense fallback={null}>
      <SecondPersonDialog
        key={first.id}
        held={first.held}
        onAnswer={(asked) => {
          setAsking((all) => all.filter((one) => one !== first));
          first.give(asked);
        }}
      />
    </Suspense>
  );
}
