import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Refused, send } from '~/api/client';
import { canUsePasskeys, provePasskey } from '~/api/passkey';
import { sessionQuery } from '~/api/session';
import { text } from '~/text/en';
import { Dialog } from '~/ui/Dialog';

/** Shows again that it is still oneself. */
export function ProofDialog({ onAnswer }: { onAnswer: (proved: boolean) => void }) {
  const session = useQuery(sessionQuery);
  const [code, setCode] = useState('');
  const second = !!session.data?.secondFactor;
  const step = useMutation<unknown, Refused, 'code' | 'passkey'>({
    mutationFn: async (way) => {
      if (way === 'code') return send('POST', '/api/v1/session/step-up', { method: second ? 'totp' : 'password', code });
      const proof = await provePasskey();
      if (!proof) throw new Refused({ status: 400, code: 'console.turned-away', title: text.account.notProved, detail: text.signIn.noPasskey });
      return send('POST', '/api/v1/session/step-up/passkey', proof);
    },
    onSuccess: () => onAnswer(true),
  });
  return (
    <Dialog title={text.account.prove} action={text.account.goOn} pending={step.isPending} refusal={step.error ?? undefined} onClose={() => onAnswer(false)} onSubmit={() => step.mutate('code')}>
      <p style={{ margin: 0 }}>{text.account.proveNote}</p>
      {second ? <TextInput data-autofocus label={text.signIn.code} inputMode="numeric" autoComplete="one-time-code" value={code} onChange={(event) => setCode(event.currentTarget.value)} /> : <PasswordInput data-autofocus label={text.signIn.password} autoComplete="current-password" value={code} onChange={(event) => setCode(event.currentTarget.value)} visibilityToggleButtonProps={{ 'aria-label': text.signIn.show }} />}
      {second && canUsePasskeys() ? (
        <Button variant="default" onClick={() => step.mutate('passkey')}>
          {text.signIn.passkey}
        </Button>
      ) : null}
    </Dialog>
  );
}
