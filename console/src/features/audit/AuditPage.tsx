import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { infiniteQueryOptions, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { get, type Answer } from '~/api/client';
import { useMay } from '~/api/session';
import { text } from '~/text/en';
import { DataTable, type Column } from '~/ui/DataTable';
import { EventDrawer } from '~/ui/EventDrawer';
import { show } from '~/ui/format';
import { Icon } from '~/ui/Icon';
import { Page } from '~/ui/Page';
import { Empty, Failure, Skeleton } from '~/ui/State';
import css from './Audit.module.css';
import type { AuditSearch } from './feature';

type Entry = Answer<'/api/v1/audit'>['items'][number];

const kinds: Record<string, string> = text.audit.kinds;
const bad = new Set(['denied', 'sign-in-failed', 'refresh-token-reused']);

/** A day as a person means it: from its first moment here to the first of the next. */
export function momentOf(day: string | undefined, after: 0 | 1): string | undefined {
  const [year, month, date] = (day ?? '').split('-').map(Number);
  return year && month && date ? new Date(year, month - 1, date + after).toISOString() : undefined;
}

const entriesQuery = ({ kind, actor, from, to }: AuditSearch) =>
  infiniteQueryOptions({
    queryKey: ['audit', kind, actor, from, to],
    queryFn: ({ pageParam, signal }) => get('/api/v1/audit', { query: { kind, actor, from: momentOf(from, 0), to: momentOf(to, 1), limit: 100, cursor: pageParam }, signal }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
  });

/** Who did what: administration, sign-ins, refusals and the use of keys, newest first. */
export function AuditPage() {
  const search = useSearch({ from: '/frame/audit' });
  const navigate = useNavigate({ from: '/audit' });
  const entries = useInfiniteQuery(entriesQuery(search));
  const named = useNames();
  const set = (change: Partial<AuditSearch>) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true });
  const setActor = useDebouncedCallback((actor: string) => set({ actor: actor || undefined }), 250);
  const rows = entries.data?.pages.flatMap((page) => page.items) ?? [];
  const columns: readonly Column<Entry>[] = [
    { id: 'at', title: text.audit.when, width: 1.3, cell: (entry) => show.moment(entry.at) },
    { id: 'kind', title: text.audit.what, width: 1.7, cell: (entry) => <span className={bad.has(entry.kind) ? 'warn' : undefined}>{kinds[entry.kind] ?? entry.kind}</span> },
    { id: 'actor', title: text.audit.who, width: 1.9, cell: (entry) => named(entry.actor) },
    { id: 'subject', title: text.audit.about, width: 2, wide: true, cell: (entry) => <span className="quiet">{entry.subject ? named(entry.subject) : ''}</span> },
    { id: 'detail', title: text.audit.why, width: 1.6, wide: true, cell: (entry) => <span className="quiet">{entry.detail ?? ''}</span> },
    { id: 'count', title: text.audit.times, width: 0.7, number: true, wide: true, cell: (entry) => (entry.count > 1 ? show.count(entry.count) : '') },
  ];
  const narrowed = search.kind || search.actor || search.from || search.to;

  return (
    <Page
      full
      title={text.audit.title}
      note={text.audit.note}
      actions={
        <Button size="xs" variant="default" component={Link} to="/audit/chain" leftSection={<Icon name="audit" size={15} />}>
          {text.audit.chain}
        </Button>
      }
    >
      <div className={css.filters}>
        <NativeSelect size="xs" aria-label={text.audit.what} value={search.kind ?? ''} onChange={(event) => set({ kind: event.currentTarget.value || undefined })} data={[{ value: '', label: text.audit.allKinds }, ...Object.entries(kinds).map(([value, label]) => ({ value, label }))]} />
        <TextInput data-filter size="xs" w={210} aria-label={text.audit.who} placeholder={text.audit.whoHint} defaultValue={search.actor ?? ''} onChange={(event) => setActor(event.currentTarget.value.trim())} />
        <label className={css.day}>
          {text.audit.from}
          <TextInput size="xs" type="date" value={search.from ?? ''} max={search.to} onChange={(event) => set({ from: event.currentTarget.value || undefined })} />
        </label>
        <label className={css.day}>
          {text.audit.to}
          <TextInput size="xs" type="date" value={search.to ?? ''} min={search.from} onChange={(event) => set({ to: event.currentTarget.value || undefined })} />
        </label>
      </div>
      {entries.error && rows.length === 0 ? (
        <Failure error={entries.error} retry={() => void entries.refetch()} />
      ) : entries.isPending ? (
        <Skeleton rows={12} />
      ) : (
        <DataTable
          label={text.audit.title}
          columns={columns}
          rows={rows}
          id={(entry) => `${entry.log} ${entry.position}`}
          open={(entry) => (entry.log === 'business' ? set({ event: entry.position }) : set({ actor: entry.actor }))}
          more={entries.hasNextPage ? () => void entries.fetchNextPage() : undefined}
          loadingMore={entries.isFetchingNextPage}
          empty={narrowed ? <Empty title={text.audit.noneFit} action={<Link to="/audit">{text.audit.showAll}</Link>} /> : <Empty title={text.audit.empty} note={text.audit.emptyNote} />}
        />
      )}
      <EventDrawer position={search.event} onOpen={(event) => set({ event })} onClose={() => set({ event: undefined })} />
    </Page>
  );
}

/** People by their names, where one may see them; anything else as the log names it. */
function useNames(): (actor: string) => string {
  const may = useMay();
  const people = useQuery({ queryKey: ['people'], queryFn: ({ signal }) => get('/api/v1/people', { signal }), enabled: may('access.read') });
  return (actor) => {
    const id = actor.replace(/^person:/, '');
    return people.data?.items.find((person) => person.id === id)?.name ?? actor;
  };
}
