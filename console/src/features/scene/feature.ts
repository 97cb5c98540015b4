import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { text } from '~/text/en';
import { frameRoute, needs, type Feature } from '~/ui/routing';

export interface SceneSearch {
  site?: string;
  /** The location that is looked at. */
  at?: string;
}

const word = (value: unknown) => (typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined);

export function readSceneSearch(search: Record<string, unknown>): SceneSearch {
  const [site, at] = [word(search.site), word(search.at)];
  return { ...(site && { site }), ...(at && { at }) };
}

const sceneRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/warehouse',
  validateSearch: readSceneSearch,
  beforeLoad: needs('inventory.read'),
  component: lazyRouteComponent(() => import('./ScenePage'), 'ScenePage'),
});

export const sceneRoutes = [sceneRoute] as const;

export const scene: Feature = {
  nav: [{ to: '/warehouse', label: text.scene.title, icon: 'scene', group: 'run', permission: 'inventory.read', key: 'w' }],
};
