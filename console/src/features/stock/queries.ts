import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { get, type Answer, type Query } from '~/api/client';
import type { Figure } from './feature';

export type Level = Answer<'/api/v1/inventory/stock'>['items'][number];
export type Step = Answer<'/api/v1/inventory/stock/{sku}/explain'>['steps'][number];

export const stockQuery = (filter: Query) =>
  infiniteQueryOptions({
    queryKey: ['stock', filter],
    queryFn: ({ pageParam, signal }) => get('/api/v1/inventory/stock', { query: { ...filter, limit: 100, cursor: pageParam }, signal }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });

export const levelsQuery = (sku: string, at: string | undefined) =>
  queryOptions({
    queryKey: ['sku-stock', sku, at],
    queryFn: ({ signal }) => get('/api/v1/inventory/stock/{sku}', { params: { sku }, query: { asOf: at }, signal }),
    ...(at === undefined ? { meta: { follows: [`sku/${sku}`] } } : { staleTime: 60_000 }),
  });

export const binsQuery = (sku: string) =>
  queryOptions({ queryKey: ['sku-bins', sku], queryFn: ({ signal }) => get('/api/v1/inventory/stock/{sku}/locations', { params: { sku }, signal }), meta: { follows: [`sku/${sku}`] } });

export const skuQuery = (sku: string) =>
  queryOptions({ queryKey: ['sku', sku], queryFn: ({ signal }) => get('/api/v1/skus/{sku}', { params: { sku }, signal }), meta: { follows: [`sku/${sku}`] }, staleTime: 60_000 });

export const explainQuery = (sku: string, figure: Figure, site: string | undefined, at: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ['explain', sku, figure, site, at],
    queryFn: ({ pageParam, signal }) => get('/api/v1/inventory/stock/{sku}/explain', { params: { sku }, query: { figure, site, asOf: at, limit: 100, cursor: pageParam }, signal }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
    ...(at === undefined && { meta: { follows: [`sku/${sku}`] } }),
  });

export const sitesQuery = queryOptions({ queryKey: ['sites'], queryFn: ({ signal }) => get('/api/v1/sites', { signal }), staleTime: 60_000, meta: { follows: ['site/'] } });
