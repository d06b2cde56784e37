import type { AnswerOf } from '../../api/api';
import { useAnswer } from '../../api/use-answer';
import { Button } from '../../parts/button';
import { Amount } from '../../parts/figure';
import { Mark } from '../../parts/mark';
import table from '../../parts/table.module.css';
import { useWords } from '../../words/use-words';

export type Position = AnswerOf<'/api/v1/open_positions', 'get'>['items'][number];
type Order = AnswerOf<'/api/v1/orders', 'get'>['items'][number];

interface Parts {
  readonly positions: readonly Position[];
  /** Where it is left out, nothing can be closed here. */
  readonly onClose?: (position: Position) => void;
}

export function PositionTable({ positions, onClose }: Parts) {
  const { t } = useWords();
  const orders = useAnswer('/api/v1/orders', { query: { status: 'open', limit: 200 } });
  return (
    <table className={table.table}>
      <thead>
        <tr>
          <th>{t('field.symbol')}</th>
          <th>{t('field.side')}</th>
          <th className={table.figure}>{t('field.quantity')}</th>
          <th className={table.figure}>{t('positions.entry')}</th>
          <th className={table.figure}>{t('positions.mark')}</th>
          <th className={table.figure}>{t('positions.pnl')}</th>
          <th className={table.figure}>{t('positions.leverage')}</th>
          <th>{t('positions.protections')}</th>
          {onClose && (
            <th>
              <span className={table.hidden}>{t('positions.close')}</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {positions.map((position) => (
          <tr key={`${position.symbol}-${position.side}`} data-position={position.symbol}>
            <td>{position.symbol}</td>
            <td>{t(`positions.${position.side}`)}</td>
            <td className={table.figure}>
              <Amount value={position.quantity} />
            </td>
            <td className={table.figure}>
              <Amount value={position.entryPrice} />
            </td>
            <td className={table.figure}>
              <Amount value={position.markPrice} />
            </td>
            <td className={table.figure}>
              <Amount value={position.unrealizedPnl} digits={2} isSigned />
            </td>
            <td className={table.figure}>
              {position.leverage === undefined ? t('state.unknown') : `${position.leverage}×`}
            </td>
            <td>{orders.data && <Protections orders={protecting(orders.data.items, position)} />}</td>
            {onClose && (
              <td className={table.acts}>
                <Button onClick={() => onClose(position)}>{t('positions.close')}</Button>
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Protections({ orders }: { readonly orders: readonly Order[] }) {
  const { t } = useWords();
  if (orders.length === 0) return <Mark tone="warn">{t('positions.noProtection')}</Mark>;
  return orders.map(({ clientOrderId, type, stopPrice, price, exchangeOrderId }) => (
    <div key={clientOrderId} title={exchangeOrderId ?? clientOrderId}>
      {type.replaceAll('_', ' ')} <Amount value={stopPrice ?? price} />
    </div>
  ));
}

/** Resting orders that make the position smaller once their price is reached. */
const protecting = (orders: readonly Order[], { symbol, side }: Position): readonly Order[] =>
  orders.filter(
    (order) =>
      order.symbol === symbol &&
      order.side === (side === 'LONG' ? 'SELL' : 'BUY') &&
      order.stopPrice !== undefined &&
      (order.reduceOnly === true || order.closePosition === true),
  );
