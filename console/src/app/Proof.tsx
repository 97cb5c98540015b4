import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useState } from 'react';
import { askBy } from '~/api/proof';
import { sessionQuery } from '~/api/session';

const ProofDialog = lazy(() => import('./ProofDialog').then((module) => ({ default: module.ProofDialog })));

/** Where a write is delicate and the server wants a fresh proof: asks for it on any page, and lets the write go on. */
export function Proof() {
  const queries = useQueryClient();
  const [answer, setAnswer] = useState<{ give: (proved: boolean) => void }>();
  useEffect(
    () =>
      askBy(async (code) => {
        // What wants a second factor cannot be shown by a password: the refusal says to set one up.
        const session = await queries.fetchQuery(sessionQuery);
        if (code === 'access.step-up-needed' && !session.secondFactor) return false;
        return new Promise((give) => setAnswer({ give }));
      }),
    [queries],
  );
  if (!answer) return null;
  return (
    <Suspense fallback={null}>
      <ProofDialog
        onAnswer={(proved) => {
          setAnswer(undefined);
          answer.give(proved);
        }}
      />
    </Suspense>
  );
}
