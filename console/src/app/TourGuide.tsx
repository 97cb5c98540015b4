import { Button } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { text } from '~/text/en';
import { goTo, useTour } from '~/ui/tour';
import css from './TourGuide.module.css';

/** The card that leads through a tour; it never covers the page it speaks of and never takes the focus. */
export function TourGuide() {
  const place = useTour();
  const navigate = useNavigate();
  const role = place && text.tour.roles[place.role as keyof typeof text.tour.roles];
  const step = role?.steps[place?.step ?? 0];
  if (!place || !role || !step) return null;
  const to = (next: number) => {
    goTo({ role: place.role, step: next });
    void navigate({ to: role.steps[next]?.[0] ?? '/' });
  };
  const last = place.step === role.steps.length - 1;
  return (
    <aside className={`${css.guide} no-print`} aria-label={text.tour.title}>
      <div className={css.text} aria-live="polite">
        <span className="quiet">{text.tour.step(place.step + 1, role.steps.length)}</span>
        <strong>{step[1]}</strong>
        <p>{step[2]}</p>
      </div>
      <div className={css.buttons}>
        <Button size="xs" variant="subtle" color="gray" onClick={() => goTo(undefined)}>
          {text.tour.leave}
        </Button>
        {place.step > 0 ? (
          <Button size="xs" variant="default" onClick={() => to(place.step - 1)}>
            {text.tour.back}
          </Button>
        ) : null}
        <Button size="xs" onClick={() => (last ? goTo(undefined) : to(place.step + 1))}>
          {last ? text.tour.end : text.tour.next}
        </Button>
      </div>
    </aside>
  );
}
