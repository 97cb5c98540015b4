import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { text } from '~/text/en';
import { frameRoute, needs, type Feature } from '~/ui/routing';

const route = createRoute({ getParentRoute: () => frameRoute, path: '/audit', beforeLoad: needs('audit.read'), component: lazyRouteComponent(() => import('./AuditPage'), 'AuditPage') });

export const auditRoutes = [route] as const;

export const audit: Feature = { nav: [{ to: '/audit', label: text.audit.title, icon: 'audit', group: 'look', permission: 'audit.read', key: 'a' }] };
