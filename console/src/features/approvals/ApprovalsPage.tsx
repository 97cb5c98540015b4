import { Button, Modal, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { get, type Refused } from '~/api/client';
import { useCommand } from '~/api/command';
import { useMay, useMe } from '~/api/session';
import { text } from '~/text/en';
import { Badge } from '~/ui/Badge';
import { Dialog } from '~/ui/Dialog';
import { show } from '~/ui/format';
import { Page } from '~/ui/Page';
import { permissionWords } from '~/ui/PermissionPicker';
import { Complaint, Empty, Failure, Skeleton } from '~/ui/State';
import css from './Approvals.module.css';
import { aboutOf, conditionOf, inOrder, sendAgain, shown, shownLines, stateOf, valuesOf, type Approval } from './approvals';

const approvalsQuery = { queryKey: ['approvals'], queryFn: ({ signal }: { signal: AbortSignal }) => get('/api/v1/access/approvals', { signal }), meta: { follows: ['approval/', 'access-rule/'] } };

type Act = 'look' | 'approve' | 'refuse';

/** What waits for a second person: decide on it, or do what was approved. */
export function ApprovalsPage() {
  const me = useMe();
  const waiting = useQuery(approvalsQuery);
  const nameOf = useNames();
  const [open, setOpen] = useState<{ row: Approval; act: Act }>();
  const act = useDoing();
  return (
    <Page title={text.approvals.title} note={text.approvals.note}>
      <Complaint error={act.error} />
      {act.isSuccess ? <p role="status">{text.approvals.did(permissionWords(act.variables.permission))}</p> : null}
      {waiting.error && !waiting.data ? (
        <Failure error={waiting.error} retry={() => void waiting.refetch()} />
      ) : waiting.isPending ? (
        <Skeleton rows={4} />
      ) : waiting.data.items.length === 0 ? (
        <Empty title={text.approvals.empty} note={text.approvals.emptyNote} />
      ) : (
        <ul className={css.list} aria-label={text.approvals.title}>
          {inOrder(waiting.data.items, me?.person).map((row) => (
            <li key={row.approval}>
              <div>
                <strong>{permissionWords(row.permission)}</strong> <About row={row} />
                <div className="quiet">{text.approvals.who(nameOf(row.person), show.moment(row.asked), show.moment(row.until))}</div>
                {row.refusedBy ? <div>{text.approvals.refusedBy(nameOf(row.refusedBy), shown(row.reason ?? ''))}</div> : null}
              </div>
              <StateOf state={stateOf(row, me?.person)} />
              <Buttons row={row} me={me?.person} doing={act.isPending && act.variables.approval === row.approval} onDo={() => act.mutate(row)} onOpen={(which) => setOpen({ row, act: which })} />
            </li>
          ))}
        </ul>
      )}
      {open?.act === 'look' ? <Look row={open.row} onClose={() => setOpen(undefined)} /> : null}
      {open?.act === 'approve' ? <ApproveDialog row={open.row} onClose={() => setOpen(undefined)} /> : null}
      {open?.act === 'refuse' ? <RefuseDialog row={open.row} own={open.row.person === me?.person} onClose={() => setOpen(undefined)} /> : null}
    </Page>
  );
}

/** Names of people, to who may see them. */
function useNames(): (person: string) => string {
  const me = useMe();
  const may = useMay();
  const people = useQuery({ queryKey: ['people'], queryFn: ({ signal }) => get('/api/v1/people', { signal }), enabled: may('access.read'), meta: { follows: ['member/'] } });
  return (person) => (person === me?.person ? text.approvals.you : shown(people.data?.items.find((one) => one.id === person)?.name ?? text.approvals.colleague));
}

/** Does what was approved. */
function useDoing() {
  const queries = useQueryClient();
  return useMutation<unknown, Refused, Approval>({ mutationFn: sendAgain, onSuccess: () => queries.invalidateQueries() });
}

/** The request's own line. Its letters stand in the order in which they were sent, whichever way they are read. */
function About({ row }: { row: Approval }) {
  const condition = conditionOf(row);
  return (
    <>
      <bdo dir="ltr" className="quiet">
        {aboutOf(row)}
      </bdo>
      {condition ? <div className="quiet">{condition}</div> : null}
    </>
  );
}

function StateOf({ state }: { state: ReturnType<typeof stateOf> }) {
  return <Badge tone={state === 'decide' || state === 'ready' ? 'warn' : 'quiet'}>{text.approvals.states[state]}</Badge>;
}

function Buttons({ row, me, doing, onDo, onOpen }: { row: Approval; me: string | null | undefined; doing: boolean; onDo: () => void; onOpen: (act: Act) => void }) {
  const state = stateOf(row, me);
  const what = permissionWords(row.permission);
  const own = row.person === me;
  return (
    <span className={css.buttons}>
      {state !== 'refused' ? (
        <Button size="compact-xs" variant="subtle" color="gray" aria-label={text.approvals.lookAt(what)} onClick={() => onOpen('look')}>
          {text.approvals.look}
        </Button>
      ) : null}
      {(own && state !== 'refused') || state === 'decide' ? (
        <Button size="compact-xs" variant="default" aria-label={own ? text.approvals.backOne(what) : text.approvals.refuseOne(what)} onClick={() => onOpen('refuse')}>
          {own ? text.approvals.back : text.approvals.refuse}
        </Button>
      ) : null}
      {state === 'decide' ? (
        <Button size="compact-xs" aria-label={text.approvals.approveOne(what)} onClick={() => onOpen('approve')}>
          {text.approvals.approve}
        </Button>
      ) : null}
      {state === 'ready' ? (
        <Button size="compact-xs" loading={doing} aria-label={text.approvals.doesOne(what)} onClick={onDo}>
          {text.approvals.does}
        </Button>
      ) : null}
    </span>
  );
}

/** All that the request would do: every value, and the text as it was sent. */
function Request({ row }: { row: Approval }) {
  const values = valuesOf(row.body);
  return (
    <>
      <p style={{ margin: 0 }}>
        <strong>{permissionWords(row.permission)}</strong>
      </p>
      <div>
        <About row={row} />
      </div>
      {values.length > 0 ? (
        <dl className={css.values} tabIndex={0}>
          {values.map(([path, value], at) => (
            <div key={at}>
              <dt className="quiet">{path}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      ) : null}
      {row.body ? (
        <details open={values.length === 0}>
          <summary>{text.approvals.exact}</summary>
          <pre className={css.exact} tabIndex={0}>
            {shownLines(row.body)}
          </pre>
        </details>
      ) : null}
    </>
  );
}

function Look({ row, onClose }: { row: Approval; onClose: () => void }) {
  return (
    <Modal opened onClose={onClose} size={620} title={text.approvals.look} closeButtonProps={{ 'aria-label': text.frame.close }}>
      <Request row={row} />
    </Modal>
  );
}

function useDecision(row: Approval, how: 'approve' | 'refuse', onClose: () => void) {
  const queries = useQueryClient();
  return useCommand('POST', `/api/v1/access/approvals/{approval}/${how}`, {
    params: { approval: row.approval },
    onDone: () => {
      void queries.invalidateQueries({ queryKey: approvalsQuery.queryKey });
      onClose();
    },
  });
}

function ApproveDialog({ row, onClose }: { row: Approval; onClose: () => void }) {
  const command = useDecision(row, 'approve', onClose);
  return (
    <Dialog size={620} title={text.approvals.approveOne(permissionWords(row.permission))} action={text.approvals.approve} pending={command.pending} refusal={command.refusal} onClose={onClose} onSubmit={() => command.run({})}>
      <Request row={row} />
      <p style={{ margin: 0 }}>{text.approvals.approveNote}</p>
    </Dialog>
  );
}

function RefuseDialog({ row, own, onClose }: { row: Approval; own: boolean; onClose: () => void }) {
  const [reason, setReason] = useState('');
  const command = useDecision(row, 'refuse', onClose);
  const what = permissionWords(row.permission);
  return (
    <Dialog title={own ? text.approvals.backOne(what) : text.approvals.refuseOne(what)} action={own ? text.approvals.back : text.approvals.refuse} danger pending={command.pending} refusal={command.refusal} onClose={onClose} onSubmit={() => command.run({ reason })}>
      <TextInput data-autofocus label={text.approvals.reason} description={own ? text.approvals.reasonNote : text.approvals.reasonTold} value={reason} onChange={(event) => setReason(event.currentTarget.value)} error={command.refusal?.about('reason')} />
    </Dialog>
  );
}
