/** How far the halt is, said at once to who cannot see it. */
import { Button } from '../../parts/button';
import type { WordKey } from '../../words/words';
import { useWords } from '../../words/use-words';
import styles from './halt.module.css';
import type { HaltProgress } from './halt';

const PHASES = {
  ACCEPTED: 'halt.ACCEPTED',
  BLOCKED: 'halt.BLOCKED',
  DRAINED: 'halt.DRAINED',
  CANCELLING: 'halt.CANCELLING',
  VERIFIED_ZERO: 'halt.VERIFIED_ZERO',
  FLATTENING: 'halt.FLATTENING',
  VERIFIED_FLAT: 'halt.VERIFIED_FLAT',
  INCOMPLETE: 'halt.INCOMPLETE',
} as const satisfies Record<string, WordKey>;

interface Parts {
  readonly progress: HaltProgress;
  readonly onClose: () => void;
}

export function HaltPhases({ progress, onClose }: Parts) {
  const { t } = useWords();
  const { reached, left, obstacle, isOver } = progress;
  return (
    <section
      className={styles.strip}
      aria-label={t('halt.halt')}
      data-halt={reached.at(-1)?.phase ?? 'ASKED'}
    >
      <ol className={styles.phases} role="alert" aria-live="assertive">
        <li>{t('halt.asked')}</li>
        {reached.map(({ phase, afterMs }) => (
          <li key={phase} data-phase={phase}>
            {phase in PHASES ? t(PHASES[phase as keyof typeof PHASES]) : phase}{' '}
            <span className={styles.after}>+{afterMs} ms</span>
          </li>
        ))}
        {!isOver && left !== null && left > 0 && <li>{t('halt.left', { count: left })}</li>}
        {obstacle !== undefined && (
          <li className={styles.obstacle}>{t('halt.obstacle', { reason: obstacle })}</li>
        )}
      </ol>
      {isOver && (
        <Button look="quiet" onClick={onClose}>
          {t('act.close')}
        </Button>
      )}
    </section>
  );
}
