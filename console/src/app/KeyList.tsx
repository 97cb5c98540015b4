import { Modal } from '@mantine/core';
import { Fragment } from 'react';
import { text } from '~/text/en';
import type { NavItem } from '~/ui/routing';
import css from './KeyList.module.css';

/** The keys, on `?`. */
export function KeyList({ onClose, items }: { onClose: () => void; items: readonly NavItem[] }) {
  const rows: [string[], string][] = [
    [['Ctrl', 'K'], text.keys.palette],
    [['?'], text.keys.help],
    [['/'], text.keys.filter],
    [['↑', '↓', 'j', 'k'], text.keys.move],
    [['Enter'], text.keys.open],
    ...items.filter((item) => item.key).map((item): [string[], string] => [['g', item.key ?? ''], item.label]),
  ];
  return (
    <Modal opened onClose={onClose} title={text.keys.title} size={420} closeButtonProps={{ 'aria-label': text.frame.close }}>
      <dl className={css.keys}>
        {rows.map(([keys, label]) => (
          <Fragment key={label}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{label}</dd>
          </Fragment>
        ))}
      </dl>
    </Modal>
  );
}
