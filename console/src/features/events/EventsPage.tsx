import { Button, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { get } from '~/api/client';
import type { LogEvent } from '~/api/live';
import { text } from '~/text/en';
import { DataTable, type Column } from '~/ui/DataTable';
import { EventDrawer } from '~/ui/EventDrawer';
import { eventWords, show } from '~/ui/format';
import { Page } from '~/ui/Page';
import { Empty, Failure, Skeleton } from '~/ui/State';
import { useRecentEvents } from '~/ui/useLive';
import type { EventsSearch } from './feature';

const PAGE = 300;

const columns: readonly Column<LogEvent>[] = [
  { id: 'position', title: text.events.position, width: 1, number: true, cell: (event) => show.count(event.position) },
  { id: 'time', title: text.events.recorded, width: 1.1, wide: true, cell: (event) => show.moment(event.recorded) },
  { id: 'type', title: text.events.what, width: 1.9, cell: (event) => eventWords(event.type) },
  { id: 'stream', title: text.events.stream, width: 2.4, cell: (event) => event.stream },
  { id: 'actor', title: text.events.actor, width: 2.4, wide: true, cell: (event) => <span className="quiet">{event.actor}</span> },
  { id: 'cause', title: text.events.cause, width: 0.9, number: true, wide: true, cell: (event) => (event.causation ? `#${show.count(event.causation)}` : '') },
];

/** Newest first: the events read at opening, and every one that arrived since, each once. */
export function merge(read: readonly LogEvent[], live: readonly LogEvent[], { stream, type }: EventsSearch): LogEvent[] {
  const last = read.at(-1)?.position ?? 0;
  const fits = (event: LogEvent) => (!stream || event.stream.startsWith(stream)) && (!type || event.type.startsWith(type));
  return [...read, ...live.filter((event) => event.position > last && fits(event))].toReversed();
}

/** The log, live and filtered; an event opens with what caused it and what it caused. */
export function EventsPage() {
  const search = useSearch({ from: '/frame/events' });
  const navigate = useNavigate({ from: '/events' });
  const { stream, type, after } = search;
  const recent = useRecentEvents();
  const page = useQuery({
    queryKey: ['events', stream, type, after],
    queryFn: async ({ signal }) => {
      if (after !== undefined || stream || type) return get('/api/v1/events', { query: { after: after ?? 0, stream, type, limit: PAGE }, signal });
      const head = await get('/api/v1/projections', { signal }).then((answer) => answer.head);
      return get('/api/v1/events', { query: { after: Math.max(0, head - PAGE), limit: PAGE }, signal });
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
  const types = useQuery({ queryKey: ['event-types'], queryFn: ({ signal }) => get('/api/v1/events/types', { signal }), staleTime: Number.POSITIVE_INFINITY });
  const rows = useMemo(() => merge(page.data?.items ?? [], after === undefined ? recent : [], { ...(stream && { stream }), ...(type && { type }) }), [page.data, recent, stream, type, after]);
  const filter = useDebouncedCallback((change: Partial<EventsSearch>) => void navigate({ search: (old) => ({ ...old, ...change, after: undefined }), replace: true }), 250);
  const oldest = rows.at(-1)?.position ?? 0;

  return (
    <Page
      full
      title={text.events.title}
      note={text.events.note}
      actions={
        <>
          <TextInput data-filter size="xs" w={190} aria-label={text.events.stream} placeholder={text.events.streamHint} defaultValue={stream ?? ''} onChange={(event) => filter({ stream: event.currentTarget.value.trim() || undefined })} />
          <TextInput size="xs" w={210} aria-label={text.events.type} placeholder={text.events.typeHint} list="event-types" defaultValue={type ?? ''} onChange={(event) => filter({ type: event.currentTarget.value.trim() || undefined })} />
          <datalist id="event-types">
            {types.data?.items.map((name) => (
              <option key={name} value={name} />
            ))}
          </datalist>
          <Button size="xs" variant="default" disabled={oldest <= 1} onClick={() => void navigate({ search: (old) => ({ ...old, after: Math.max(0, oldest - PAGE - 1) || undefined }) })}>
            {text.events.older}
          </Button>
          {after !== undefined ? (
            <Button size="xs" variant="default" onClick={() => void navigate({ search: (old) => ({ ...old, after: undefined }) })}>
              {text.events.newest}
            </Button>
          ) : null}
        </>
      }
    >
      {page.error ? (
        <Failure error={page.error} retry={() => void page.refetch()} />
      ) : page.isPending ? (
        <Skeleton rows={14} />
      ) : (
        <DataTable
          label={text.events.title}
          columns={columns}
          rows={rows}
          id={(event) => String(event.position)}
          open={(event) => void navigate({ search: (old) => ({ ...old, event: event.position }) })}
          empty={<Empty title={text.events.empty} note={text.events.emptyNote} />}
        />
      )}
      <EventDrawer position={search.event} onOpen={(position) => void navigate({ search: (old) => ({ ...old, event: position }) })} onClose={() => void navigate({ search: (old) => ({ ...old, event: undefined }) })} />
    </Page>
  );
}
