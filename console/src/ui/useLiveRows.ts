import { useQueryClient, type InfiniteData, type QueryKey } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { live } from '~/api/live';

const PAUSE = 1_000;

/** Rows read anew in one pause; what is left over waits for the next. */
const MOST = 20;

interface Pages<Row> {
  items: readonly Row[];
}

/** How single rows are read, so that a list that was scrolled stays true without moving. */
interface OneRow<Row> {
  streamOf: (row: Row) => string;
  read: (row: Row, atLeast: number) => Promise<Row>;
}

/** The rows in place of those of the same stream; every other page and row stays as it is. */
export function patched<Row, Page extends Pages<Row>>(data: InfiniteData<Page>, streamOf: (row: Row) => string, fresh: ReadonlyMap<string, Row>): InfiniteData<Page> {
  const touched = (page: Page) => page.items.some((row) => fresh.has(streamOf(row)));
  return { ...data, pages: data.pages.map((page) => (touched(page) ? { ...page, items: page.items.map((row) => fresh.get(streamOf(row)) ?? row) } : page)) };
}

/**
 * Keeps a long list live without moving it under the reader's hand: at the top the first page is read again, at most
 * once a second; further down the rows that changed are read one by one and put in their places, and what is new is only
 * counted until the reader asks for it.
 */
export function useLiveRows<Row>(queryKey: QueryKey, streams: string, one?: OneRow<Row>) {
  const queries = useQueryClient();
  const [newer, setNewer] = useState(0);
  const atTop = useRef(true);
  const how = useRef(one);
  useEffect(() => {
    how.current = one;
  });
  const key = JSON.stringify(queryKey);

  const refresh = useCallback(() => {
    const wanted = JSON.parse(key) as QueryKey;
    setNewer(0);
    queries.setQueryData<InfiniteData<unknown>>(wanted, (old) => (old ? { pages: old.pages.slice(0, 1), pageParams: old.pageParams.slice(0, 1) } : old));
    void queries.refetchQueries({ queryKey: wanted, exact: true });
  }, [queries, key]);

  useEffect(() => {
    setNewer(0);
    const wanted = JSON.parse(key) as QueryKey;
    const changed = new Map<string, number>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let gone = false;

    const patch = async () => {
      const way = how.current;
      const rows = queries.getQueryData<InfiniteData<Pages<Row>>>(wanted)?.pages.flatMap((page) => page.items) ?? [];
      const here = new Map(way ? rows.map((row) => [way.streamOf(row), row]) : []);
      const due = [...changed].filter(([stream]) => here.has(stream)).slice(0, MOST);
      const others = [...changed.keys()].filter((stream) => !here.has(stream));
      for (const stream of [...others, ...due.map(([stream]) => stream)]) changed.delete(stream);
      if (others.length > 0) setNewer((before) => before + others.length);
      if (!way || due.length === 0) return;
      const read = await Promise.allSettled(due.map(async ([stream, position]) => [stream, await way.read(here.get(stream) as Row, position)] as readonly [string, Row]));
      const fresh = new Map<string, Row>();
      for (const answer of read) if (answer.status === 'fulfilled') fresh.set(answer.value[0], answer.value[1]);
      if (!gone) queries.setQueryData<InfiniteData<Pages<Row>>>(wanted, (old) => (old ? patched(old, way.streamOf, fresh) : old));
    };
    const tick = async () => {
      if (atTop.current) {
        changed.clear();
        refresh();
      } else await patch();
      timer = !gone && changed.size > 0 ? setTimeout(() => void tick(), PAUSE) : undefined;
    };
    const leave = live.read((events) => {
      for (const event of events) if (event.stream.startsWith(streams)) changed.set(event.stream, event.position);
      if (changed.size > 0) timer ??= setTimeout(() => void tick(), PAUSE);
    });
    return () => {
      gone = true;
      leave();
      clearTimeout(timer);
    };
  }, [queries, refresh, key, streams]);

  const onTop = useCallback((top: boolean) => {
    atTop.current = top;
  }, []);
  return { newer, refresh, onTop };
}
