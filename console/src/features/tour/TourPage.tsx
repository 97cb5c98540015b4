import { useNavigate } from '@tanstack/react-router';
import { text } from '~/text/en';
import { Icon } from '~/ui/Icon';
import { Page } from '~/ui/Page';
import { goTo } from '~/ui/tour';
import css from './Tour.module.css';

/** Choose what one does; the tour then walks through the pages of that work. */
export function TourPage() {
  const navigate = useNavigate();
  return (
    <Page title={text.tour.title} note={text.tour.pick}>
      <div className={css.roles}>
        {Object.entries(text.tour.roles).map(([role, { name, steps }]) => (
          <button
            key={role}
            type="button"
            onClick={() => {
              goTo({ role, step: 0 });
              void navigate({ to: steps[0]?.[0] ?? '/' });
            }}
          >
            <strong>{name}</strong>
            <span className="quiet">{steps.map(([, title]) => title).join(' · ')}</span>
            <Icon name="right" />
          </button>
        ))}
      </div>
    </Page>
  );
}
