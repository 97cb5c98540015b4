import { useEffect, useState, type ReactNode } from 'react';
import { Refused } from '~/api/client';
import { text } from '~/text/en';
import css from './Refusal.module.css';

/** Why a file was not taken: the server's words, and the line they are about with its neighbours. */
export function Refusal({ error, file, children }: { error: Error; file: File | undefined; children?: ReactNode }) {
  const problem = error instanceof Refused ? error.problem : undefined;
  const around = useLines(file, problem?.line ?? undefined);
  return (
    <div className={css.refusal} role="alert">
      <strong>{text.file.refused(file?.name ?? '')}</strong>
      <p>
        {problem?.line ? `${text.file.line(problem.line)}, ` : ''}
        {problem?.field ? <code>{problem.field}</code> : null}
        {problem?.field ? ': ' : ''}
        {problem?.detail ?? error.message} {problem?.remedy}
      </p>
      {problem?.errors && problem.errors.length > 1 ? (
        <ul>
          {problem.errors.map((found) => (
            <li key={found.field}>{found.message}</li>
          ))}
        </ul>
      ) : null}
      {around.length > 0 ? (
        <pre className={css.lines}>
          {around.map(({ number, words }) => (
            <span key={number} className={number === problem?.line ? css.culprit : undefined}>
              <span className={css.number}>{number}</span>
              {words.slice(0, 160) || ' '}
              {'\n'}
            </span>
          ))}
        </pre>
      ) : null}
      <div className={css.actions}>{children}</div>
    </div>
  );
}

function useLines(file: File | undefined, line: number | undefined) {
  const [lines, setLines] = useState<{ number: number; words: string }[]>([]);
  useEffect(() => {
    let gone = false;
    setLines([]);
    if (file && line !== undefined && file.size < 20_000_000)
      void file.text().then((content) => {
        if (gone) return;
        const first = Math.max(0, line - 3);
        setLines(content.split('\n', line + 2).slice(first).map((words, index) => ({ number: first + index + 1, words: words.replaceAll('\u0000', '�') })));
      });
    return () => {
      gone = true;
    };
  }, [file, line]);
  return lines;
}
