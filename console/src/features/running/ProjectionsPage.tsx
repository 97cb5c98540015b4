import { Button, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useCommand } from '~/api/command';
import { send } from '~/api/client';
import { useMay } from '~/api/session';
import { text } from '~/text/en';
import { Badge } from '~/ui/Badge';
import { Dialog } from '~/ui/Dialog';
import { show } from '~/ui/format';
import { Card, Page } from '~/ui/Page';
import { Complaint, Loaded } from '~/ui/State';
import { useMutation } from '@tanstack/react-query';
import { followingQuery, worstFirst, type Follower } from './queries';
import css from './Running.module.css';

/** Where every projection and policy stands; what stands still says why and offers the ways out. */
export function ProjectionsPage() {
  const following = useQuery(followingQuery);
  return (
    <Page title={text.projections.title} note={text.projections.note}>
      <Loaded query={following} rows={8}>
        {(data) => (
          <Card flush title={text.projections.head(show.count(data.head))}>
            <div className={css.scroll}>
              <table className={css.lines}>
                <thead>
                  <tr>
                    <th scope="col">{text.projections.name}</th>
                    <th scope="col">{text.projections.kind}</th>
                    <th scope="col">{text.projections.state}</th>
                    <th scope="col" className={css.n}>{text.projections.position}</th>
                    <th scope="col" className={css.n}>{text.projections.behind}</th>
                    <th scope="col">
                      <span className="skip">{text.projections.actions}</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {worstFirst(data.items).map((item) => (
                    <Row key={`${item.kind}/${item.name}`} item={item} />
                  ))}
                </tbody>
              </table>
            </div>
          </Card>
        )}
      </Loaded>
    </Page>
  );
}

function Row({ item }: { item: Follower }) {
  const may = useMay();
  const queries = useQueryClient();
  const [skipping, setSkipping] = useState(false);
  const act = useMutation({ mutationFn: (verb: 'resume' | 'rebuild') => send('POST', `/api/v1/projections/{name}/${verb}`, undefined, { params: { name: item.name } }), onSuccess: () => queries.invalidateQueries({ queryKey: followingQuery.queryKey }) });
  const building = item.builtPercent !== null && item.builtPercent !== undefined;
  return (
    <>
      <tr>
        <th scope="row">{item.name}</th>
        <td className="quiet">{text.projections.kinds[item.kind as keyof typeof text.projections.kinds] ?? item.kind}</td>
        <td>{item.failure ? <Badge tone="bad">{text.projections.stopped}</Badge> : building ? <Badge tone="warn">{text.projections.building(show.percent((item.builtPercent ?? 0) / 100))}</Badge> : <Badge tone="quiet">{item.behind > 0 ? text.projections.following : text.projections.level}</Badge>}</td>
        <td className={css.n}>{show.count(item.position)}</td>
        <td className={css.n}>{item.behind ? show.count(item.behind) : <span className="quiet">0</span>}</td>
        <td className={css.n}>
          {may('projections.manage') && item.kind !== 'due' ? (
            <span className={css.buttons}>
              {item.failure ? (
                <>
                  <Button size="compact-xs" loading={act.isPending} onClick={() => act.mutate('resume')}>
                    {text.projections.resume}
                  </Button>
                  <Button size="compact-xs" variant="default" onClick={() => setSkipping(true)}>
                    {text.projections.skip}
                  </Button>
                </>
              ) : null}
              {item.kind === 'policy' ? null : (
                <Button size="compact-xs" variant="subtle" color="gray" aria-label={text.projections.rebuildOne(item.name)} loading={act.isPending} onClick={() => act.mutate('rebuild')}>
                  {text.projections.rebuild}
                </Button>
              )}
            </span>
          ) : null}
        </td>
      </tr>
      {item.failure || act.error ? (
        <tr>
          <td colSpan={6}>
            {item.failure ? <p className="bad" style={{ margin: 0 }}>{text.projections.failedAt(show.count(item.position + 1), item.failure)}</p> : null}
            <Complaint error={act.error} />
          </td>
        </tr>
      ) : null}
      {skipping ? <SkipDialog item={item} onClose={() => setSkipping(false)} /> : null}
    </>
  );
}

/** Passes over the one fact that stops a read model; the reason stays in the log. */
function SkipDialog({ item, onClose }: { item: Follower; onClose: () => void }) {
  const [reason, setReason] = useState('');
  const position = item.position + 1;
  const command = useCommand('POST', '/api/v1/projections/{name}/skip', { params: { name: item.name }, onDone: onClose });
  return (
    <Dialog title={text.projections.skipTitle(show.count(position))} action={text.projections.skip} danger pending={command.pending} refusal={command.refusal} onClose={onClose} onSubmit={() => command.run({ position, reason })}>
      <p style={{ margin: 0 }}>{text.projections.skipNote}</p>
      <TextInput data-autofocus label={text.form.reason} required value={reason} onChange={(event) => setReason(event.currentTarget.value)} error={command.refusal?.about('reason')} />
    </Dialog>
  );
}
