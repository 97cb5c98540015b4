import { useQueryClient, type InfiniteData, type QueryKey } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { live } from '~/api/live';

const PAUSE = 1_000;

/**
 * Keeps a long list live without moving it under the reader's hand: at the top the first page is read again, at most
 * once a second; further down the changes are only counted until the reader asks for them.
 */
export function useLiveRows(queryKey: QueryKey, streams: string) {
  const queries = useQueryClient();
  const [changes, setChanges] = useState(0);
  const atTop = useRef(true);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const key = JSON.stringify(queryKey);

  const refresh = useCallback(() => {
    const wanted = JSON.parse(key) as QueryKey;
    setChanges(0);
    queries.setQueryData<InfiniteData<unknown>>(wanted, (old) => (old ? { pages: old.pages.slice(0, 1), pageParams: old.pageParams.slice(0, 1) } : old));
    void queries.refetchQueries({ queryKey: wanted, exact: true });
  }, [queries, key]);

  useEffect(() => {
    setChanges(0);
    const leave = live.read((events) => {
      const touched = new Set(events.filter((event) => event.stream.startsWith(streams)).map((event) => event.stream)).size;
      if (touched === 0) return;
      setChanges((before) => before + touched);
      timer.current ??= setTimeout(() => {
        timer.current = undefined;
        if (atTop.current) refresh();
      }, PAUSE);
    });
    return () => {
      leave();
      clearTimeout(timer.current);
      timer.current = undefined;
    };
  }, [refresh, streams]);

  const onTop = useCallback(
    (top: boolean) => {
      atTop.current = top;
    },
    [],
  );
  return { changes, refresh, onTop };
}
