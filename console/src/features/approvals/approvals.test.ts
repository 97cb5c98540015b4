import { describe, expect, it } from 'vitest';
import { aboutOf, inOrder, stateOf, valuesOf, type Approval } from './approvals';

const row = (more: Partial<Approval>): Approval => ({ approval: 'a', asked: '2026-01-01T10:00:00Z', person: 'one', permission: 'orders.write', method: 'POST', path: '/api/v1/orders', body: '{}', until: '2026-01-01T11:00:00Z', approvedBy: null, mayApprove: false, ...more });

describe('what waits for a second person', () => {
  it('wants of each person what that person can do', () => {
    expect(stateOf(row({}), 'one')).toBe('waiting');
    expect(stateOf(row({ approvedBy: 'two' }), 'one')).toBe('ready');
    expect(stateOf(row({ mayApprove: true }), 'two')).toBe('decide');
    expect(stateOf(row({ approvedBy: 'two' }), 'two')).toBe('theirs');
  });

  it('stands with what one can act on first, and of those what is over first', () => {
    const rows = [row({ approval: 'waits' }), row({ approval: 'late', mayApprove: true, person: 'two', until: '2026-01-01T12:00:00Z' }), row({ approval: 'soon', mayApprove: true, person: 'two' }), row({ approval: 'ready', approvedBy: 'two' })];
    expect(inOrder(rows, 'one').map((one) => one.approval)).toEqual(['soon', 'late', 'ready', 'waits']);
  });

  it('shows every value of the body, whatever its shape', () => {
    expect(valuesOf('{"order":"A","lines":[{"sku":"X","quantity":2}],"note":null,"tags":[],"more":{}}')).toEqual([['order', 'A'], ['lines[0].sku', 'X'], ['lines[0].quantity', '2'], ['note', 'null'], ['tags', '[]'], ['more', '{}']]);
    expect(valuesOf('{"a":1}\n{"a":2}')).toEqual([]);
    expect(valuesOf(null)).toEqual([]);
  });

  it('names what it is about', () => {
    expect(aboutOf({ method: 'PUT', path: '/api/v1/orders/A%201?x=1' })).toBe('PUT /orders/A 1?x=1');
  });
});
