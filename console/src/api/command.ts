import { useMutation } from '@tanstack/react-query';
import { useRef } from 'react';
import { newKey, Refused, send, type Method } from './client';

interface Written {
  id: string;
  version: number;
  position: number;
}

interface Options<T> {
  params?: Record<string, string | number>;
  ifMatch?: number;
  onDone?: (answer: T) => void;
}

/**
 * A write behind a button. One intent keeps one idempotency key until the server answered for certain: pressing again
 * after a lost connection settles what happened instead of doing it twice.
 */
export function useCommand<T = Written>(method: Method, path: string, { params, ifMatch, onDone }: Options<T> = {}) {
  const intent = useRef<{ body: string; key: string } | undefined>(undefined);
  const mutation = useMutation<T, Refused, unknown>({
    mutationFn: async (body) => {
      const text = JSON.stringify(body ?? null);
      if (intent.current?.body !== text) intent.current = { body: text, key: newKey() };
      try {
        const answer = await send<T>(method, path, body, { key: intent.current.key, ...(params && { params }), ...(ifMatch !== undefined && { ifMatch }) });
        intent.current = undefined;
        return answer;
      } catch (error) {
        if (error instanceof Refused && !error.unreachable && error.problem.status < 500) intent.current = undefined;
        throw error;
      }
    },
    ...(onDone && { onSuccess: (answer: T) => onDone(answer) }),
  });
  return {
    run: mutation.mutate,
    pending: mutation.isPending,
    refusal: mutation.error ?? undefined,
    answer: mutation.data,
    reset: mutation.reset,
  };
}
