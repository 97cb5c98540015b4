import { Button, Modal } from '@mantine/core';
import type { FormEvent, ReactNode } from 'react';
import { text } from '~/text/en';
import css from './Dialog.module.css';
import { Complaint } from './State';

interface DialogProps {
  title: string;
  /** What pressing the button does, as a verb: “Hold the order”. */
  action: string;
  danger?: boolean;
  pending: boolean;
  refusal: Error | undefined;
  onSubmit: () => void;
  onClose: () => void;
  size?: number;
  children: ReactNode;
}

/** A small form: what it does, its fields, the refusal in words, one button that does it. */
export function Dialog({ title, action, danger, pending, refusal, onSubmit, onClose, size = 460, children }: DialogProps) {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <Modal opened onClose={onClose} title={title} size={size} closeButtonProps={{ 'aria-label': text.frame.close }}>
      <form onSubmit={submit} className={css.form} noValidate>
        {children}
        <Complaint error={refusal} />
        <div className={css.buttons}>
          <Button variant="default" onClick={onClose}>
            {text.form.cancel}
          </Button>
          <Button type="submit" loading={pending} {...(danger && { color: 'red.8' })}>
            {action}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
