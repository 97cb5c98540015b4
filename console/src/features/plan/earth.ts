import { Map as LibreMap, setWorkerUrl, type GeoJSONSource, type StyleSpecification } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import 'maplibre-gl/dist/maplibre-gl.css';
import { feature, mesh } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import type { DrawnRoute, ProblemRead } from './bench';
import { colourOf } from './routes';
import { boxOf, pathOf, tone, type Surface } from './surface';

setWorkerUrl(workerUrl);

const nothing = { type: 'FeatureCollection' as const, features: [] };

/** The outlines the program carries: the land, the countries' borders and, in the United States, the states'. No tiles, no internet. */
async function outlines() {
  const [world, states] = await Promise.all([import('world-atlas/countries-50m.json'), import('us-atlas/states-10m.json')]);
  const countries = world.default as unknown as Topology<{ countries: GeometryCollection; land: GeometryCollection }>;
  const us = states.default as unknown as Topology<{ states: GeometryCollection }>;
  return {
    land: feature(countries, countries.objects.land),
    borders: { type: 'Feature' as const, properties: {}, geometry: mesh(countries, countries.objects.countries, (a, b) => a !== b) },
    states: { type: 'Feature' as const, properties: {}, geometry: mesh(us, us.objects.states, (a, b) => a !== b) },
  };
}

function style(): StyleSpecification {
  return {
    version: 8,
    sources: Object.fromEntries(['land', 'borders', 'states', 'routes', 'stops'].map((id) => [id, { type: 'geojson' as const, data: nothing }])),
    layers: [
      { id: 'sea', type: 'background', paint: { 'background-color': tone('--sunken') } },
      { id: 'land', type: 'fill', source: 'land', paint: { 'fill-color': tone('--surface'), 'fill-antialias': true } },
      { id: 'coast', type: 'line', source: 'land', paint: { 'line-color': tone('--line-strong'), 'line-width': 0.8 } },
      { id: 'borders', type: 'line', source: 'borders', paint: { 'line-color': tone('--line-strong'), 'line-width': 1 } },
      { id: 'states', type: 'line', source: 'states', paint: { 'line-color': tone('--line'), 'line-width': 1 } },
      { id: 'routes', type: 'line', source: 'routes', layout: { 'line-join': 'round', 'line-cap': 'round' }, paint: { 'line-color': ['get', 'colour'], 'line-width': ['get', 'width'], 'line-opacity': ['get', 'opacity'] } },
      {
        id: 'stops',
        type: 'circle',
        source: 'stops',
        paint: { 'circle-color': ['get', 'colour'], 'circle-radius': ['get', 'radius'], 'circle-opacity': ['get', 'opacity'], 'circle-stroke-color': ['get', 'edge'], 'circle-stroke-width': ['get', 'rim'], 'circle-stroke-opacity': ['get', 'opacity'] },
      },
    ],
  };
}

/** Routes on the earth, with MapLibre. */
export class Earth implements Surface {
  private readonly map: LibreMap;
  private readonly ready: Promise<void>;
  private problem: ProblemRead | undefined;
  private last: [readonly DrawnRoute[], readonly number[], number | undefined] = [[], [], undefined];

  /** Throws where the browser has no WebGL. */
  constructor(element: HTMLElement) {
    this.map = new LibreMap({ container: element, style: style(), attributionControl: false, dragRotate: false, pitchWithRotate: false, renderWorldCopies: false, maxZoom: 16, center: [0, 30], zoom: 1, fadeDuration: 0 });
    this.map.touchZoomRotate.disableRotation();
    this.ready = new Promise((done) => {
      this.map.once('load', () => done());
    });
    void Promise.all([outlines(), this.ready]).then(([shapes]) => {
      for (const [id, shape] of Object.entries(shapes)) this.source(id)?.setData(shape as GeoJSON.GeoJSON);
    });
  }

  place(problem: ProblemRead) {
    this.problem = problem;
    const { west, south, east, north } = boxOf(problem);
    this.map.fitBounds(
      [
        [west, south],
        [east, north],
      ],
      { padding: 44, duration: 0, maxZoom: 13 },
    );
    this.draw([], [], undefined);
  }

  draw(routes: readonly DrawnRoute[], leftOut: readonly number[], chosen: number | undefined) {
    this.last = [routes, leftOut, chosen];
    void this.ready.then(() => this.paint());
  }

  colours() {
    void this.ready.then(() => {
      const paint = { sea: ['background-color', '--sunken'], land: ['fill-color', '--surface'], coast: ['line-color', '--line-strong'], borders: ['line-color', '--line-strong'], states: ['line-color', '--line'] } as const;
      for (const [layer, [property, name]] of Object.entries(paint)) this.map.setPaintProperty(layer, property, tone(name));
      this.paint();
    });
  }

  destroy() {
    this.map.remove();
  }

  private source(id: string) {
    return this.map.getSource<GeoJSONSource>(id);
  }

  private paint() {
    const [routes, leftOut, chosen] = this.last;
    const { problem } = this;
    if (!problem) return;
    const shade = (index: number) => (chosen !== undefined && index !== chosen ? 0.18 : 0.92);
    this.source('routes')?.setData({
      type: 'FeatureCollection',
      features: routes.map((route, index) => ({
        type: 'Feature',
        properties: { colour: colourOf(index), width: index === chosen ? 3.5 : 2, opacity: shade(index) },
        geometry: { type: 'LineString', coordinates: pathOf(problem, route) },
      })),
    });
    const edge = tone('--surface');
    const radius = problem.stops.length > 400 ? 2.5 : 4;
    const dot = (place: { x: number; y: number } | undefined, look: Record<string, unknown>) => (place ? [{ type: 'Feature' as const, properties: { edge, rim: 1, opacity: 1, radius, ...look }, geometry: { type: 'Point' as const, coordinates: [place.x, place.y] } }] : []);
    const left = new Set(leftOut);
    this.source('stops')?.setData({
      type: 'FeatureCollection',
      features: [
        ...(routes.length === 0 ? problem.stops.flatMap((stop) => dot(stop, { colour: tone('--faint') })) : []),
        ...routes.flatMap((route, index) => route.stops.flatMap((stop) => (left.has(stop) ? [] : dot(problem.stops[stop], { colour: colourOf(index), opacity: shade(index), radius: index === chosen ? radius + 1 : radius })))),
        ...leftOut.flatMap((stop) => dot(problem.stops[stop], { colour: edge, edge: tone('--bad'), rim: 2.5, radius: radius + 1 })),
        ...problem.depots.flatMap((depot) => dot(depot, { colour: tone('--text'), radius: radius + 3, rim: 2 })),
      ],
    });
  }
}
