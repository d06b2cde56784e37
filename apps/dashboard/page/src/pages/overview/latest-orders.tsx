import { Link } from '@tanstack/react-router';
import { useAnswer } from '../../api/use-answer';
import { Age, useIsOld } from '../../parts/age';
import { Amount } from '../../parts/figure';
import { Mark } from '../../parts/mark';
import { Panel } from '../../parts/panel';
import table from '../../parts/table.module.css';
import { Answer, Empty } from '../../parts/told';
import { When } from '../../parts/when';
import { Why } from '../../why/why';
import { useWords } from '../../words/use-words';
import { TONES } from '../orders/order-words';

const EVERY_MS = 3_000;
const OLD_MS = 9_000;

/** The newest twenty orders of anyone, refused ones too. */
export function LatestOrders() {
  const { t } = useWords();
  const orders = useAnswer('/api/v1/orders', { query: { limit: 20 } }, { everyMs: EVERY_MS });
  const isOld = useIsOld(orders.dataUpdatedAt, OLD_MS);
  return (
    <Panel
      title={t('overview.latest')}
      isFlush
      isStale={isOld}
      aside={
        <>
          <Link to="/orders">{t('overview.allOrders')}</Link>
          <Age receivedAtMs={orders.dataUpdatedAt} oldMs={OLD_MS} />
        </>
      }
    >
      <Answer of={orders}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={t('overview.noOrders')}>{t('orders.noneNext')}</Empty>
          ) : (
            <table className={table.table}>
              <thead>
                <tr>
                  <th>{t('field.time')}</th>
                  <th>{t('field.symbol')}</th>
                  <th>{t('field.side')}</th>
                  <th className={table.figure}>{t('field.quantity')}</th>
                  <th className={table.figure}>{t('field.price')}</th>
                  <th>{t('field.status')}</th>
                  <th>{t('field.reason')}</th>
                  <th>{t('why.title')}</th>
                </tr>
              </thead>
              <tbody>
                {items.map((order) => (
                  <tr key={order.clientOrderId}>
                    <td>
                      <When at={order.createdAt} />
                    </td>
                    <td>{order.symbol}</td>
                    <td>{t(`side.${order.side}`)}</td>
                    <td className={table.figure}>
                      <Amount value={order.quantity} />
                    </td>
                    <td className={table.figure}>
                      {(order.averagePrice ?? order.price ?? order.stopPrice) === undefined ? (
                        t('orders.market')
                      ) : (
                        <Amount value={order.averagePrice ?? order.price ?? order.stopPrice} />
                      )}
                    </td>
                    <td>
                      <Mark tone={TONES[order.status]}>{t(`order.${order.status}`)}</Mark>
                    </td>
                    <td title={order.reason}>{order.code}</td>
                    <td className={table.acts}>
                      <Why id={order.clientOrderId} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )
        }
      </Answer>
    </Panel>
  );
}
