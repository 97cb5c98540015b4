import { expect, it } from 'vitest';
import { momentOf } from './AuditPage';
import { readAuditSearch } from './feature';

it('a day runs from its first moment here to the first of the next', () => {
  const [from, to] = [momentOf('2026-03-01', 0), momentOf('2026-03-01', 1)];
  expect(new Date(from ?? '').getHours()).toBe(0);
  expect(new Date(to ?? '').getDate()).toBe(2);
  expect(momentOf('', 0)).toBeUndefined();
});

it('keeps what it knows of an address', () => {
  expect(readAuditSearch({ kind: 'denied', actor: '', from: 'yesterday', to: '2026-03-01', event: 7, more: 1 })).toEqual({ kind: 'denied', to: '2026-03-01', event: 7 });
});
