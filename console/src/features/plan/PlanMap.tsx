import { useMantineColorScheme } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { text } from '~/text/en';
import type { DrawnRoute, ProblemRead } from './bench';
import { Plane } from './plane';
import css from './plan.module.css';
import type { Surface } from './surface';

interface PlanMapProps {
  problem: ProblemRead;
  routes: readonly DrawnRoute[];
  leftOut: readonly number[];
  chosen: number | undefined;
}

async function surfaceFor(problem: ProblemRead, element: HTMLElement): Promise<{ surface: Surface; plain: boolean }> {
  if (problem.surface !== 'earth') return { surface: new Plane(element), plain: false };
  try {
    const { Earth } = await import('./earth');
    return { surface: new Earth(element), plain: false };
  } catch {
    element.replaceChildren();
    return { surface: new Plane(element), plain: true };
  }
}

/** Holds the drawing surface; what is on it is told to it, never rendered. */
export function PlanMap({ problem, routes, leftOut, chosen }: PlanMapProps) {
  const element = useRef<HTMLDivElement>(null);
  const [surface, setSurface] = useState<Surface>();
  const [plain, setPlain] = useState(false);
  const { colorScheme } = useMantineColorScheme();

  useEffect(() => {
    let gone = false;
    let made: Surface | undefined;
    if (element.current)
      void surfaceFor(problem, element.current).then((found) => {
        if (gone) return found.surface.destroy();
        made = found.surface;
        made.place(problem);
        setPlain(found.plain);
        setSurface(made);
      });
    return () => {
      gone = true;
      made?.destroy();
      setSurface(undefined);
    };
  }, [problem]);
  useEffect(() => surface?.draw(routes, leftOut, chosen), [surface, routes, leftOut, chosen]);
  useEffect(() => surface?.colours(), [surface, colorScheme]);

  if (problem.surface === 'none') return <p className={css.noMap}>{text.plan.matrixOnly}</p>;
  return (
    <div className={css.map}>
      <div ref={element} className={css.surface} role="img" aria-label={problem.surface === 'earth' ? text.plan.map : text.plan.plane} />
      {plain ? <p className={css.plain}>{text.plan.noWebgl}</p> : null}
    </div>
  );
}
