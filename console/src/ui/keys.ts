import { useEffect, useRef } from 'react';

/** Whether a key belongs to what is being typed. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));
}

/** Turns key presses into names: `g o` is g and then o within a second. Modifiers other than Shift are left to the browser. */
export class Sequences {
  private prefix = '';
  private at = 0;

  press(key: string, now: number): string[] {
    const pending = now - this.at < 1_000 ? this.prefix : '';
    this.at = now;
    this.prefix = pending ? '' : key;
    return pending ? [`${pending} ${key}`, key] : [key];
  }
}

/** Binds keys while a component is mounted: `{ '/': focusFilter, 'g o': toOrders }`. */
export function useKeys(bindings: Record<string, () => void>) {
  const current = useRef(bindings);
  useEffect(() => {
    current.current = bindings;
  });
  useEffect(() => {
    const sequences = new Sequences();
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (document.querySelector('[role="dialog"]')) return;
      for (const name of sequences.press(event.key, event.timeStamp)) {
        const act = current.current[name];
        if (!act) continue;
        event.preventDefault();
        act();
        return;
      }
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, []);
}
