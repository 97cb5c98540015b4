import { useMantineColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { text } from '~/text/en';
import { ForecastChart } from './chart';
import type { SeriesForecast } from './desk';
import css from './forecast.module.css';

/** Holds the chart; what is on it is told to it, never rendered. */
export function ForecastView({ forecast }: { forecast: SeriesForecast }) {
  const element = useRef<HTMLDivElement>(null);
  const chart = useRef<ForecastChart>(undefined);
  const { colorScheme } = useMantineColorScheme();
  useEffect(() => {
    if (!element.current) return;
    const made = new ForecastChart(element.current);
    chart.current = made;
    return () => made.destroy();
  }, []);
  useEffect(() => chart.current?.show(forecast), [forecast]);
  useEffect(() => chart.current?.colours(), [colorScheme]);
  return <div ref={element} className={css.chart} role="img" aria-label={text.forecast.chart(forecast.series)} />;
}
