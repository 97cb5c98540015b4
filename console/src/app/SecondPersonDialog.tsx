import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { newKey, proved, Refused } from '~/api/client';
import { headersOf, type Held } from '~/api/second';
import { text } from '~/text/en';
import { Dialog } from '~/ui/Dialog';
import { show } from '~/ui/format';

interface Waits {
  until: string;
}

/** Puts a write before a second person, as it is. */
export function SecondPersonDialog({ held, onAnswer }: { held: Held; onAnswer: (asked: Refused | undefined) => void }) {
  const queries = useQueryClient();
  const [key] = useState(newKey);
  const ask = useMutation<Waits, Refused>({
    mutationFn: async () => (await proved(held.url, { method: held.method, body: held.body, headers: headersOf(held, key, { 'Lading-Approval': 'ask' }) })).json() as Promise<Waits>,
    onSuccess: ({ until }) => {
      void queries.invalidateQueries({ queryKey: ['approvals'] });
      onAnswer(new Refused({ status: 202, code: 'console.second-person-asked', title: text.approvals.asked, detail: text.approvals.askedNote(show.moment(until)) }));
    },
  });
  return (
    <Dialog title={text.approvals.askTitle} action={text.approvals.ask} pending={ask.isPending} refusal={ask.error ?? undefined} onClose={() => onAnswer(undefined)} onSubmit={() => ask.mutate()}>
      <p style={{ margin: 0 }}>{text.approvals.askNote}</p>
    </Dialog>
  );
}
