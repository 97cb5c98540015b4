import { Button } from '@mantine/core';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { text } from '~/text/en';
import css from './FileDrop.module.css';
import { Icon } from './Icon';

interface FileDropProps {
  /** What may be dropped, in words. */
  note: ReactNode;
  onFile: (file: File) => void;
  /** Files to try without having one: a name for the button, and what taking it does. */
  samples: readonly { label: string; note: string; take: () => Promise<void> }[];
  children?: ReactNode;
}

/** Where a file is dropped or chosen; offers samples to whoever has none. */
export function FileDrop({ note, onFile, samples, children }: FileDropProps) {
  const over = useFileOver(onFile);
  return (
    <div className={`${css.drop} ${over ? css.over : ''}`}>
      <span className={css.mark}>
        <Icon name="upload" size={28} />
      </span>
      <strong>{over ? text.file.release : text.file.drop}</strong>
      <p>{note}</p>
      <ChooseFile onFile={onFile} />
      {children}
      <div className={css.samples}>
        <span className="quiet">{text.file.none}</span>
        <ul>
          {samples.map((sample) => (
            <li key={sample.label}>
              <button type="button" className={css.sample} onClick={() => void sample.take()}>
                <strong>{sample.label}</strong>
                <span>{sample.note}</span>
              </button>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

/** A button that opens the machine's own file chooser. */
export function ChooseFile({ onFile, quiet }: { onFile: (file: File) => void; quiet?: boolean }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        hidden
        aria-label={text.file.choose}
        accept=".csv,.txt,.vrp,.json,.tsv"
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          event.currentTarget.value = '';
          if (file) onFile(file);
        }}
      />
      <Button size="xs" variant={quiet ? 'default' : 'filled'} onClick={() => input.current?.click()}>
        {quiet ? text.file.another : text.file.choose}
      </Button>
    </>
  );
}

/** Takes a file dropped anywhere on the page, and says while one hovers over it. */
export function useFileOver(onFile: (file: File) => void): boolean {
  const [over, setOver] = useState(false);
  const take = useRef(onFile);
  useEffect(() => {
    take.current = onFile;
  });
  useEffect(() => {
    const hover = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent) => {
      event.preventDefault();
      setOver(false);
      const file = event.dataTransfer?.files[0];
      if (file) take.current(file);
    };
    window.addEventListener('dragover', hover);
    window.addEventListener('dragleave', leave);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragover', hover);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('drop', drop);
    };
  }, []);
  return over;
}

