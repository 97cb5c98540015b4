import { Drawer } from '@mantine/core';
import type { ReactNode } from 'react';
import { text } from '~/text/en';

/** The navigation on a narrow screen; loaded when it is first opened. */
export function NavDrawer({ onClose, children }: { onClose: () => void; children: ReactNode }) {
  return (
    <Drawer opened onClose={onClose} position="left" size={270} title={text.product} closeButtonProps={{ 'aria-label': text.frame.close }}>
      {children}
    </Drawer>
  );
}
