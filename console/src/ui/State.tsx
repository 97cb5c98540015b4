import { Button } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Refused } from '~/api/client';
import { text } from '~/text/en';
import { Icon } from './Icon';
import css from './State.module.css';

/** What is shown where nothing is, and what to do about it. */
export function Empty({ title, note, action }: { title: string; note?: ReactNode; action?: ReactNode }) {
  return (
    <div className={css.state}>
      <strong>{title}</strong>
      {note ? <p>{note}</p> : null}
      {action}
    </div>
  );
}

/** A failure in the server's own words: what is wrong, the remedy, the trace to quote. */
export function Failure({ error, retry }: { error: Error; retry?: () => void }) {
  const problem = error instanceof Refused ? error.problem : undefined;
  const title = !problem
    ? text.state.failed
    : problem.status === 0
      ? text.state.unreachable
      : problem.status === 404
        ? text.state.notFound
        : problem.status === 403
          ? text.state.forbidden
          : problem.code === 'read-model.building'
            ? text.state.building
            : text.state.failed;
  return (
    <div className={css.state} role="alert">
      <strong className={problem?.status === 404 || problem?.status === 403 ? undefined : css.failed}>{title}</strong>
      <p>
        {problem?.detail ?? error.message} {problem?.remedy}
      </p>
      {problem?.traceId && problem.status >= 500 ? <p className={css.trace}>{text.state.trace(problem.traceId)}</p> : null}
      {retry ? (
        <Button variant="default" size="xs" onClick={retry}>
          {text.state.retry}
        </Button>
      ) : null}
    </div>
  );
}

/** A refusal beside the form that caused it; `title` says instead what did not come about. */
export function Complaint({ error, title }: { error: Error | null | undefined; title?: string }) {
  if (!error) return null;
  const problem = error instanceof Refused ? error.problem : undefined;
  return (
    <div className={css.complaint} role="alert">
      <Icon name="warn" />
      <div>
        <strong>{title ?? (problem?.title || text.state.failed)}</strong>
        {(problem?.errors?.length ? problem.errors.map((e) => `${e.message} ${e.remedy ?? ''}`) : [`${problem?.detail ?? error.message} ${problem?.remedy ?? ''}`]).map((line) => (
          <div key={line}>{line}</div>
        ))}
      </div>
    </div>
  );
}

/** Grey bars in the shape of what is coming; the bars wait a moment so that a fast answer does not flash. */
export function Skeleton({ rows = 4, height = 18 }: { rows?: number; height?: number }) {
  return (
    <div className={css.skeletons} role="status" aria-label={text.state.loading}>
      {Array.from({ length: rows }, (_, row) => (
        <span key={row} className="skeleton" style={{ height, width: `${92 - ((row * 17) % 40)}%` }} />
      ))}
    </div>
  );
}

interface LoadedProps<T> {
  query: Pick<UseQueryResult<T>, 'data' | 'error' | 'isPending' | 'refetch'>;
  children: (data: T) => ReactNode;
  /** Shown instead of the children when there is nothing. */
  empty?: { when: (data: T) => boolean; show: ReactNode };
  rows?: number;
  loading?: ReactNode;
}

/** The four faces of a query: loading, failed, empty, there. Old data stays while new data is fetched. */
export function Loaded<T>({ query, children, empty, rows, loading }: LoadedProps<T>) {
  if (query.data !== undefined) return empty?.when(query.data) ? empty.show : children(query.data);
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />;
  return loading ?? <Skeleton rows={rows ?? 4} />;
}
