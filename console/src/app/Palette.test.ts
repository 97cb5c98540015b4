import { describe, expect, it } from 'vitest';
import type { Hit, NavItem } from '~/ui/routing';
import { match } from './Palette';

const pages: NavItem[] = [
  { to: '/orders', label: 'Orders', icon: 'orders', group: 'run', permission: '', key: 'o' },
  { to: '/keys', label: 'API keys', icon: 'key', group: 'manage', permission: '' },
];
const hit: Hit = { to: '/orders/4711', label: '4711', note: 'open', icon: 'orders' };

describe('the palette', () => {
  it('offers every page before anything is typed', () => {
    expect(match('', pages, [], [])).toEqual([{ title: 'Pages', hits: [expect.objectContaining({ to: '/orders' }), expect.objectContaining({ to: '/keys' })] }]);
  });
  it('finds a page by how any of its words begins', () => {
    expect(match('key', pages, [], [])[0]?.hits.map((h) => h.to)).toEqual(['/keys']);
    expect(match('rders', pages, [], [])).toEqual([]);
  });
  it('puts what the server found first', () => {
    expect(match('o', pages, [], [hit]).map((group) => group.title)).toEqual(['Found', 'Pages']);
  });
});
