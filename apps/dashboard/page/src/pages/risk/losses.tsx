/** What was lost today and from the top, against what may be lost. */
import { negated, shareOf } from '../../figures/decimal-text';
import { Amount, Figure, Gauge } from '../../parts/figure';
import { Empty } from '../../parts/told';
import { useWords } from '../../words/use-words';
import { type Limit, type Limits, isDecimal } from './limits';
import styles from './risk.module.css';

interface Parts {
  readonly losses: Limits['losses'];
  readonly limits: readonly Limit[];
}

export function Losses({ losses, limits }: Parts) {
  const { t } = useWords();
  if (!losses) return <Empty title={t('risk.noLosses')} />;
  const boundOf = (wanted: Limit['name']): Limit | undefined => limits.find(({ name }) => name === wanted);
  const rows = [
    ['risk.today', negated(losses.today), boundOf('RISK_MAX_DAILY_LOSS'), true],
    ['risk.drawdown', losses.drawdown, boundOf('RISK_MAX_DRAWDOWN'), false],
  ] as const;
  return (
    <dl className={styles.losses}>
      {rows.map(([name, value, bound, isSigned]) => (
        <Figure
          key={name}
          name={t(name)}
          note={
            bound && isDecimal(bound.value) ? (
              <>
                {t('risk.atMost')} <Amount value={bound.value} digits={2} /> {losses.asset}
                {bound.used !== undefined && (
                  <Gauge share={shareOf(bound.used, bound.value)} label={t('risk.share')} />
                )}
              </>
            ) : (
              t('risk.off')
            )
          }
        >
          <Amount value={value} digits={2} isSigned={isSigned} /> {losses.asset}
        </Figure>
      ))}
    </dl>
  );
}
