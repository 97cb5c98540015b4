import { useEffect, useState, useSyncExternalStore } from 'react';
import { live, type LiveState, type LogEvent } from '~/api/live';

/** The state of the live connection. */
export function useLive(): LiveState {
  return useSyncExternalStore(live.subscribe, live.snapshot);
}

/** The last events of the log, oldest first. */
export function useRecentEvents(): readonly LogEvent[] {
  return useSyncExternalStore(live.subscribe, live.recentEvents);
}

/** The time, told again every so often. */
export function useNow(every = 1_000): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}

/** Whether what is on the screen may be old because the connection is down. */
export function useStale(): boolean {
  return useSyncExternalStore(live.subscribe, () => live.snapshot().status === 'offline');
}
