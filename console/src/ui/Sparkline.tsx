/** The course of a figure in a word's height; the last point is marked. It decorates a number that is written beside it. */
export function Sparkline({ values, width = 72, height = 22 }: { values: readonly number[]; width?: number; height?: number }) {
  const most = Math.max(...values);
  const least = Math.min(...values);
  const span = most - least || 1;
  const x = (index: number) => 2 + (index * (width - 5)) / (values.length - 1);
  const y = (value: number) => 2 + (height - 4) * (1 - (value - least) / span);
  const points = values.map((value, index) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
  return (
    <svg width={width} height={height} aria-hidden="true" focusable="false">
      <polyline points={points} fill="none" stroke="var(--chart-faint)" strokeWidth={1.5} strokeLinejoin="round" />
      <circle cx={x(values.length - 1)} cy={y(values[values.length - 1] ?? 0)} r={2} fill="var(--chart)" />
    </svg>
  );
}
