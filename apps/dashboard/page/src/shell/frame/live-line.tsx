/** How the stream is: live, trying again, or live again with what was missed. */
import { useSyncExternalStore } from 'react';
import { useLiveState } from '../../live/use-live';
import { Mark } from '../../parts/mark';
import { useWords } from '../../words/use-words';
import styles from './frame.module.css';

export function LiveLine() {
  const { t } = useWords();
  const state = useLiveState();
  const nowMs = useSyncExternalStore(everySecond, thisSecond) * 1_000;
  return (
    <span className={styles.live} role="status" data-live={state.name}>
      {state.name === 'connecting' && <Mark tone="calm">{t('live.connecting')}</Mark>}
      {state.name === 'waiting' && (
        <Mark tone="warn">
          {t('live.waiting', { seconds: Math.max(0, Math.round((nowMs - state.sinceMs) / 1_000)) })}
        </Mark>
      )}
      {state.name === 'live' && (
        <Mark tone="good">
          {state.missedMs === undefined
            ? t('live.live')
            : t('live.again', { seconds: (state.missedMs / 1_000).toFixed(1) })}
        </Mark>
      )}
    </span>
  );
}

const everySecond = (changed: () => void): (() => void) => {
  const timer = setInterval(changed, 1_000);
  return () => clearInterval(timer);
};
const thisSecond = (): number => Math.floor(performance.now() / 1_000);
