import { LineChart } from 'echarts/charts';
import { GridComponent, TooltipComponent } from 'echarts/components';
import { init, use as register, type EChartsType } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { text } from '~/text/en';
import { show } from '~/ui/format';
import type { SeriesForecast } from './desk';

register([LineChart, GridComponent, TooltipComponent, SVGRenderer]);

/** Lines of the picture: what is known, then the middle and the limits of what comes, joined at the last known value. */
export function linesOf(forecast: SeriesForecast) {
  const { history, steps, before } = forecast;
  const known = history.length;
  const gap = Array.from({ length: known - 1 }, () => null);
  const last = history[known - 1] as number;
  const ahead = (value: (step: SeriesForecast['steps'][number]) => number) => [...gap, last, ...steps.map(value)];
  const base = (low: (step: SeriesForecast['steps'][number]) => number, high: (step: SeriesForecast['steps'][number]) => number) => ({
    low: ahead(low),
    width: [...gap, 0, ...steps.map((step) => high(step) - low(step))],
  });
  return {
    axis: Array.from({ length: known + steps.length }, (_, index) => (index < known ? String(before + index + 1) : `+${index - known + 1}`)),
    known: [...history, ...steps.map(() => null)],
    mean: ahead((step) => step.mean),
    wide: base((step) => step.low95, (step) => step.high95),
    narrow: base((step) => step.low80, (step) => step.high80),
  };
}

const tone = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** One chart that outlives every render. */
export class ForecastChart {
  private readonly chart: EChartsType;
  private readonly watch: ResizeObserver;
  private shown: SeriesForecast | undefined;

  constructor(element: HTMLElement) {
    this.chart = init(element, null, { renderer: 'svg' });
    this.watch = new ResizeObserver(() => this.chart.resize());
    this.watch.observe(element);
  }

  show(forecast: SeriesForecast) {
    this.shown = forecast;
    this.paint();
  }

  /** Light and dark. */
  colours() {
    if (this.shown) this.paint();
  }

  destroy() {
    this.watch.disconnect();
    this.chart.dispose();
  }

  private paint() {
    const forecast = this.shown as SeriesForecast;
    const { axis, known, mean, wide, narrow } = linesOf(forecast);
    const [ink, quiet, line, chart, strong] = [tone('--text'), tone('--quiet'), tone('--line'), tone('--chart'), tone('--focus')];
    const line_ = (name: string, data: unknown[], color: string, width: number, type: 'solid' | 'dashed' = 'solid') => ({ name, type: 'line' as const, data, showSymbol: false, lineStyle: { color, width, type }, itemStyle: { color }, z: 3 });
    const band = (name: string, edges: { low: unknown[]; width: unknown[] }, opacity: number) => [
      { name: `${name} low`, type: 'line' as const, stack: name, stackStrategy: 'all' as const, data: edges.low, showSymbol: false, lineStyle: { opacity: 0 }, silent: true },
      { name, type: 'line' as const, stack: name, stackStrategy: 'all' as const, data: edges.width, showSymbol: false, lineStyle: { opacity: 0 }, areaStyle: { color: strong, opacity }, silent: true },
    ];
    const labels = { color: quiet, fontFamily: 'inherit', fontSize: 12 };
    this.chart.setOption(
      {
        animation: false,
        grid: { left: 8, right: 16, top: 16, bottom: 4, containLabel: true },
        xAxis: { type: 'category', data: axis, boundaryGap: false, axisLine: { lineStyle: { color: line } }, axisTick: { show: false }, axisLabel: { ...labels, hideOverlap: true } },
        yAxis: { type: 'value', axisLabel: { ...labels, formatter: (value: number) => show.short(value) }, splitLine: { lineStyle: { color: line } } },
        tooltip: {
          trigger: 'axis',
          confine: true,
          backgroundColor: tone('--surface'),
          borderColor: tone('--line-strong'),
          textStyle: { color: ink, fontFamily: 'inherit', fontSize: 13 },
          axisPointer: { lineStyle: { color: quiet } },
          formatter: (points: { dataIndex: number }[]) => wordsAt(forecast, points[0]?.dataIndex ?? 0),
        },
        series: [...band(text.forecast.band95, wide, 0.14), ...band(text.forecast.band80, narrow, 0.2), line_(text.forecast.history, known, chart, 1.8), line_(text.forecast.mean, mean, strong, 2.2)],
      },
      true,
    );
  }
}

/** What the pointer is over, in words; only figures and the catalogue's words, so nothing of the file reaches the page as markup. */
export function wordsAt(forecast: SeriesForecast, index: number): string {
  const known = forecast.history.length;
  if (index < known) return `${forecast.before + index + 1} · <b>${show.short(forecast.history[index] as number)}</b>`;
  const step = forecast.steps[index - known];
  if (!step) return '';
  const [mean, ...limits] = [step.mean, step.low80, step.high80, step.low95, step.high95].map((value) => show.short(Math.round(value * 10) / 10));
  return `+${index - known + 1} · <b>${mean}</b><br>${text.forecast.band80}: ${limits[0]}–${limits[1]}<br>${text.forecast.band95}: ${limits[2]}–${limits[3]}`;
}
