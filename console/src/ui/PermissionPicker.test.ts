import { expect, it } from 'vitest';
import { covers, permissionWords, toggled } from './PermissionPicker';

const offered = ['orders.read', 'orders.write', 'inventory.read'];

it('a star covers everything, a module’s star its module', () => {
  expect(offered.map((one) => covers(['*'], one))).toEqual([true, true, true]);
  expect(offered.map((one) => covers(['orders.*'], one))).toEqual([true, true, false]);
  expect(covers(['orders.re'], 'orders.read')).toBe(false);
});

it('taking one out of a star leaves the others', () => {
  expect(toggled(offered, ['orders.*', 'inventory.read'], 'orders.write', false)).toEqual(['orders.read', 'inventory.read']);
  expect(toggled(offered, ['*'], 'inventory.read', false)).toEqual(['orders.read', 'orders.write']);
  expect(toggled(offered, ['orders.read'], 'orders.write', true)).toEqual(['orders.read', 'orders.write']);
});

it('a permission without words shows its code', () => {
  expect(permissionWords('sync.peek')).toBe('sync.peek');
  expect(permissionWords('orders.read')).not.toBe('orders.read');
});
