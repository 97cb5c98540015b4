import { live } from '~/api/live';
import { text } from '~/text/en';
import { show } from '~/ui/format';
import { useLive, useNow } from '~/ui/useLive';
import css from './LiveStatus.module.css';

/** Whether the screen is live, in words; when it is not, since when, and what happens next. */
export function LiveStatus() {
  const state = useLive();
  const now = useNow();
  const offline = state.status === 'offline';
  const words = state.status === 'offline' ? text.live.offline(show.minute(state.heard)) : text.live[state.status];
  return (
    <>
      <button type="button" className={`${css.status} ${offline ? css.offline : ''}`} popoverTarget="live">
        <span className={css.dot} aria-hidden="true" />
        <span role="status">{words}</span>
      </button>
      <div id="live" popover="auto" className={css.panel} role="group" aria-label={words}>
        {offline ? (
          <>
            <p className={css.note}>{text.live.missed}</p>
            <p className={css.note}>
              {text.live.retryIn(Math.max(0, Math.ceil((state.retryAt - now) / 1000)))}{' '}
              <button type="button" className={css.retry} onClick={() => live.retryNow()}>
                {text.live.retryNow}
              </button>
            </p>
          </>
        ) : (
          <p className={css.note}>{state.status === 'live' ? text.live.at(show.count(state.position)) : words}</p>
        )}
      </div>
    </>
  );
}
