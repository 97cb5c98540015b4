import type { DrawnRoute, ProblemRead } from './bench';
import { colourOf } from './routes';
import { boxOf, pathOf, tone, type Surface } from './surface';

const MARGIN = 28;

/** Routes on a plane, drawn on a canvas: for benchmarks without geography, and where no map can be drawn. */
export class Plane implements Surface {
  private readonly canvas = document.createElement('canvas');
  private readonly watch: ResizeObserver;
  private problem: ProblemRead | undefined;
  private routes: readonly DrawnRoute[] = [];
  private leftOut: readonly number[] = [];
  private chosen: number | undefined;
  private zoom = 1;
  private shift = { x: 0, y: 0 };
  private readonly element: HTMLElement;

  constructor(element: HTMLElement) {
    this.element = element;
    this.canvas.style.cssText = 'position:absolute;inset:0;width:100%;height:100%;touch-action:none;cursor:grab';
    element.append(this.canvas);
    this.canvas.addEventListener('wheel', this.wheel, { passive: false });
    this.canvas.addEventListener('pointermove', this.drag);
    this.watch = new ResizeObserver(() => this.paint());
    this.watch.observe(element);
  }

  place(problem: ProblemRead) {
    this.problem = problem;
    this.zoom = 1;
    this.shift = { x: 0, y: 0 };
    this.paint();
  }

  draw(routes: readonly DrawnRoute[], leftOut: readonly number[], chosen: number | undefined) {
    this.routes = routes;
    this.leftOut = leftOut;
    this.chosen = chosen;
    this.paint();
  }

  colours() {
    this.paint();
  }

  destroy() {
    this.watch.disconnect();
    this.canvas.remove();
  }

  private readonly wheel = (event: WheelEvent) => {
    event.preventDefault();
    const before = this.zoom;
    this.zoom = Math.min(40, Math.max(1, before * Math.exp(-event.deltaY / 400)));
    const by = this.zoom / before;
    const from = { x: event.offsetX - this.element.clientWidth / 2, y: event.offsetY - this.element.clientHeight / 2 };
    this.shift = this.zoom === 1 ? { x: 0, y: 0 } : { x: from.x - (from.x - this.shift.x) * by, y: from.y - (from.y - this.shift.y) * by };
    this.paint();
  };

  private readonly drag = (event: PointerEvent) => {
    if (event.buttons !== 1) return;
    this.shift = { x: this.shift.x + event.movementX, y: this.shift.y + event.movementY };
    this.paint();
  };

  private paint() {
    const { clientWidth: width, clientHeight: height } = this.element;
    const pen = this.canvas.getContext('2d');
    if (!pen || width === 0) return;
    const density = devicePixelRatio;
    this.canvas.width = width * density;
    this.canvas.height = height * density;
    pen.scale(density, density);
    if (!this.problem) return;
    const at = this.projection(this.problem, width, height);
    const dimmed = this.chosen !== undefined;
    pen.lineJoin = 'round';
    this.routes.forEach((route, index) => {
      pen.strokeStyle = colourOf(index);
      pen.globalAlpha = dimmed && index !== this.chosen ? 0.16 : 0.9;
      pen.lineWidth = index === this.chosen ? 3 : 1.8;
      pen.beginPath();
      for (const [x, y] of pathOf(this.problem as ProblemRead, route)) pen.lineTo(...at(x, y));
      pen.stroke();
    });
    this.dots(pen, at, this.problem);
  }

  private dots(pen: CanvasRenderingContext2D, at: (x: number, y: number) => [number, number], problem: ProblemRead) {
    const radius = problem.stops.length > 400 ? 2 : 3.6;
    const dot = (place: { x: number; y: number }, colour: string, size: number) => {
      pen.fillStyle = colour;
      pen.strokeStyle = tone('--surface');
      pen.lineWidth = 1;
      pen.beginPath();
      pen.arc(...at(place.x, place.y), size, 0, 2 * Math.PI);
      pen.fill();
      pen.stroke();
    };
    pen.globalAlpha = 1;
    if (this.routes.length === 0) for (const stop of problem.stops) dot(stop, tone('--faint'), radius);
    this.routes.forEach((route, index) => {
      pen.globalAlpha = this.chosen !== undefined && index !== this.chosen ? 0.2 : 1;
      for (const stop of route.stops) dot(problem.stops[stop] as { x: number; y: number }, colourOf(index), index === this.chosen ? radius + 1 : radius);
    });
    pen.globalAlpha = 1;
    for (const stop of this.leftOut) {
      const place = problem.stops[stop];
      if (!place) continue;
      const [x, y] = at(place.x, place.y);
      pen.strokeStyle = tone('--bad');
      pen.lineWidth = 2.5;
      pen.strokeRect(x - 5, y - 5, 10, 10);
    }
    for (const depot of problem.depots) {
      const [x, y] = at(depot.x, depot.y);
      pen.fillStyle = tone('--text');
      pen.strokeStyle = tone('--surface');
      pen.lineWidth = 1.5;
      pen.fillRect(x - 6, y - 6, 12, 12);
      pen.strokeRect(x - 6, y - 6, 12, 12);
    }
  }

  private projection(problem: ProblemRead, width: number, height: number): (x: number, y: number) => [number, number] {
    const box = boxOf(problem);
    const squeeze = problem.surface === 'earth' ? Math.cos((((box.north + box.south) / 2) * Math.PI) / 180) : 1;
    const scale = this.zoom * Math.min((width - 2 * MARGIN) / ((box.east - box.west) * squeeze), (height - 2 * MARGIN) / (box.north - box.south));
    const middle = { x: (box.east + box.west) / 2, y: (box.north + box.south) / 2 };
    return (x, y) => [width / 2 + this.shift.x + (x - middle.x) * squeeze * scale, height / 2 + this.shift.y - (y - middle.y) * scale];
  }
}
