import { Button, SegmentedControl, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { get, Refused, type Answer } from '~/api/client';
import { text } from '~/text/en';
import { Badge } from '~/ui/Badge';
import { show } from '~/ui/format';
import { Card, Facts, Page } from '~/ui/Page';
import { Complaint } from '~/ui/State';
import css from './Audit.module.css';

interface Proof {
  answer: Answer<'/api/v1/audit/chain'>;
  took: number;
  at: number;
}

/** Recomputes the hash chain from the stored bytes: is every event there, in order, as it was written? */
export function ChainPage() {
  const { log } = useSearch({ from: '/frame/audit/chain' });
  return <Chain key={log ?? 'business'} log={log} />;
}

function Chain({ log }: { log: 'audit' | undefined }) {
  const navigate = useNavigate({ from: '/audit/chain' });
  const [head, setHead] = useState('');
  const [copied, setCopied] = useState(false);
  const check = useMutation<Proof, Refused, string>({
    mutationFn: async (known) => {
      const started = performance.now();
      const answer = await get('/api/v1/audit/chain', { query: { head: known.trim(), log } });
      return { answer, took: performance.now() - started, at: Date.now() };
    },
    onMutate: () => setCopied(false),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    check.mutate(head);
  };
  const proof = check.data;
  const good = proof && (proof.answer.badPosition === null || proof.answer.badPosition === undefined) && !proof.answer.problem;
  return (
    <Page
      title={text.audit.chain}
      crumbs={<Link to="/audit">{text.audit.title}</Link>}
      note={text.audit.chainNote}
      actions={
        <SegmentedControl
          size="xs"
          aria-label={text.audit.log}
          value={log ?? 'business'}
          onChange={(value) => void navigate({ search: value === 'audit' ? { log: value } : {}, replace: true })}
          data={[
            { value: 'business', label: text.audit.logs.business },
            { value: 'audit', label: text.audit.logs.audit },
          ]}
        />
      }
    >
      <Card>
        <form onSubmit={submit} className={css.form}>
          <TextInput flex={1} label={text.audit.head} description={text.audit.headNote} placeholder={text.audit.headHint} value={head} onChange={(event) => setHead(event.currentTarget.value)} error={check.error?.about('head')} />
          <Button type="submit" loading={check.isPending}>
            {text.audit.verify}
          </Button>
        </form>
      </Card>
      <div aria-live="polite">
        {check.error && !check.error.about('head') ? <Complaint error={check.error} /> : null}
        {proof ? (
          <Card title={good ? text.audit.whole : <span className="bad">{text.audit.broken}</span>} note={<Badge tone={good ? 'quiet' : 'bad'}>{good ? text.audit.verified : text.audit.notVerified}</Badge>}>
            <Facts
              items={[
                [text.audit.events, show.count(proof.answer.facts)],
                [text.audit.took, `${show.quantity(Math.round(proof.took) / 1000)} s`],
                [text.audit.at, show.full(proof.at)],
                proof.answer.badPosition ? [text.audit.badAt, log ? `#${show.count(proof.answer.badPosition)}` : <Link key="bad" to="/events" search={{ event: proof.answer.badPosition } as never}>{`#${show.count(proof.answer.badPosition)}`}</Link>] : null,
              ]}
            />
            {proof.answer.problem ? <p className="bad">{proof.answer.problem}</p> : null}
            <div className={css.head}>
              <span className="quiet">{text.audit.keep}</span>
              <code>{proof.answer.head}</code>
              <Button size="compact-xs" variant="default" onClick={() => void navigator.clipboard.writeText(proof.answer.head).then(() => setCopied(true))}>
                {copied ? text.audit.copied : text.audit.copy}
              </Button>
            </div>
          </Card>
        ) : null}
      </div>
    </Page>
  );
}
