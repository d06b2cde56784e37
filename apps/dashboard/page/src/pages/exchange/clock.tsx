/** How the exchange's clock stands to ours: every order is stamped by it, and a wrong stamp is refused. */
import { ageText } from '../../figures/age-text';
import { Figure } from '../../parts/figure';
import { useWords } from '../../words/use-words';
import type { RateLimits } from './budgets';
import styles from './exchange.module.css';

export function Clock({ clock: { offsetMs, errorMs, ageMs } }: { readonly clock: RateLimits['clock'] }) {
  const { t, language } = useWords();
  return (
    <dl className={styles.clock}>
      <Figure
        name={t(offsetMs < 0 ? 'exchange.behind' : 'exchange.ahead')}
        note={t('exchange.clockError', { ms: errorMs })}
      >
        {Math.abs(offsetMs)} ms
      </Figure>
      <Figure name={t('exchange.clockRead')}>{ageText(ageMs, language)}</Figure>
    </dl>
  );
}
