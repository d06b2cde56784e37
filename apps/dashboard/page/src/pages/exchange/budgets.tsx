import type { AnswerOf } from '../../api/api';
import { Gauge } from '../../parts/figure';
import table from '../../parts/table.module.css';
import { Empty } from '../../parts/told';
import { When } from '../../parts/when';
import { useWords } from '../../words/use-words';
import styles from './exchange.module.css';

export type RateLimits = AnswerOf<'/api/v1/rate-limits', 'get'>;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** How long a window of the exchange is. */
export function spanOf(ms: number): string {
  if (ms % HOUR_MS === 0) return `${ms / HOUR_MS} h`;
  return ms % MINUTE_MS === 0 ? `${ms / MINUTE_MS} min` : `${ms / 1_000} s`;
}

/** What the exchange meters: how much of it is used, by us and by others of the address, and how much is promised. */
export function Budgets({ meters }: { readonly meters: RateLimits['meters'] }) {
  const { t } = useWords();
  if (meters.length === 0) return <Empty title={t('exchange.noBudgets')} />;
  return (
    <table className={table.table}>
      <thead>
        <tr>
          <th>{t('exchange.market')}</th>
          <th>{t('exchange.budget')}</th>
          <th className={table.figure}>{t('exchange.used')}</th>
          <th className={table.figure}>{t('exchange.reserved')}</th>
          <th className={table.figure}>{t('exchange.foreign')}</th>
          <th className={table.figure}>{t('exchange.limit')}</th>
          <th className={styles.gauge}>{t('risk.share')}</th>
          <th>{t('exchange.until')}</th>
        </tr>
      </thead>
      <tbody>
        {meters.map(({ market, kind, windowMs, limit, used, reserved, foreign, windowEndsAt }) => (
          <tr key={`${market}-${kind}-${windowMs}`}>
            <td>{t(`market.${market}`)}</td>
            <td>
              {t(`exchange.${kind}`)} <span className={table.soft}>{spanOf(windowMs)}</span>
            </td>
            <td className={table.figure}>{used}</td>
            <td className={table.figure}>{reserved}</td>
            <td className={table.figure}>{foreign}</td>
            <td className={table.figure}>{limit}</td>
            <td className={styles.gauge}>
              <Gauge share={(used + reserved) / limit} label={t('risk.share')} />
            </td>
            <td>
              <When at={windowEndsAt} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
