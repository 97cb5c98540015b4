import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { getWithHeaders } from '~/api/client';
import { Freshness } from '~/api/follow';
import { live } from '~/api/live';
import { holds, useMe } from '~/api/session';

const HISTORY = 60;

/** Keeps the tab's live connection for as long as someone is signed in. */
export function LiveFeed() {
  const queries = useQueryClient();
  const me = useMe();
  const tenant = me?.tenant;
  const may = holds(me?.scopes, 'events.read');

  useEffect(() => {
    if (!tenant || !may) return;
    const stopping = new AbortController();
    const freshness = new Freshness(queries);
    const leave = live.read(freshness.take);
    const wake = () => live.retryNow();
    const sleep = () => live.cut();
    window.addEventListener('online', wake);
    window.addEventListener('offline', sleep);
    void begin(stopping.signal);
    return () => {
      stopping.abort();
      leave();
      window.removeEventListener('online', wake);
      window.removeEventListener('offline', sleep);
      live.stop();
    };
  }, [queries, tenant, may]);

  return null;
}

/** From the head on, with the last few events as history: what was before is on the screen by its own query. */
async function begin(signal: AbortSignal): Promise<void> {
  try {
    const { position: head } = await getWithHeaders('/api/v1/events', { query: { after: Number.MAX_SAFE_INTEGER, limit: 1 }, signal });
    const { body } = await getWithHeaders('/api/v1/events', { query: { after: Math.max(0, head - HISTORY), limit: HISTORY }, signal });
    if (!signal.aborted) live.start(Math.max(head, body.position), body.items);
  } catch {
    if (!signal.aborted) setTimeout(() => !signal.aborted && void begin(signal), 2_000);
  }
}
