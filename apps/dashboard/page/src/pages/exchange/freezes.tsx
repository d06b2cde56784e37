import { Mark } from '../../parts/mark';
import table from '../../parts/table.module.css';
import { Empty } from '../../parts/told';
import { When } from '../../parts/when';
import { useWords } from '../../words/use-words';
import type { RateLimits } from './budgets';

/** Until when the exchange has told us to be still. */
export function Freezes({ freezes }: { readonly freezes: RateLimits['freezes'] }) {
  const { t } = useWords();
  if (freezes.length === 0)
    return <Empty title={t('exchange.noFreezes')}>{t('exchange.noFreezesNext')}</Empty>;
  return (
    <table className={table.table}>
      <thead>
        <tr>
          <th>{t('exchange.market')}</th>
          <th>{t('exchange.what')}</th>
          <th>{t('exchange.until')}</th>
        </tr>
      </thead>
      <tbody>
        {freezes.map(({ market, scope, kind, until }) => (
          <tr key={`${market}-${scope}-${kind}`}>
            <td>{t(`market.${market}`)}</td>
            <td>
              <Mark tone="bad">{`${t(`exchange.scope.${scope}`)}: ${kind}`}</Mark>
            </td>
            <td>
              <When at={until} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Calls that wait for their turn, the urgent first. */
export function Queues({ queues }: { readonly queues: RateLimits['queues'] }) {
  const { t } = useWords();
  const waiting = queues.filter((queue) => queue.waiting > 0);
  if (waiting.length === 0) return null;
  return (
    <table className={table.table}>
      <thead>
        <tr>
          <th>{t('exchange.market')}</th>
          <th>{t('exchange.priority')}</th>
          <th className={table.figure}>{t('exchange.waiting')}</th>
        </tr>
      </thead>
      <tbody>
        {waiting.map(({ market, priority, waiting: count }) => (
          <tr key={`${market}-${priority}`}>
            <td>{t(`market.${market}`)}</td>
            <td>{priority}</td>
            <td className={table.figure}>{count}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
