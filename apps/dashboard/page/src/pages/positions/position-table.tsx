/** The open positions of one moment, with what protects each and whose it is. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Button } from '../../parts/button';
import { Amount } from '../../parts/figure';
import { Mark } from '../../parts/mark';
import table from '../../parts/table.module.css';
import { Empty } from '../../parts/told';
import { useWords } from '../../words/use-words';
import type { Moment } from './use-moment';

export type Position = NonNullable<Moment['positions']>[number];

interface Parts {
  readonly moment: Moment;
  /** Where it is left out, nothing can be closed here. */
  readonly onClose?: (position: Position) => void;
  /** Shown where no position is open. */
  readonly children: ReactNode;
}

export function PositionTable({ moment: { at, positions, lacks }, onClose, children }: Parts) {
  const { t } = useWords();
  if (positions === null) return <Empty title={t('state.failed', { reason: lacks.account ?? '' })} />;
  if (positions.length === 0) return children;
  return (
    <table className={table.table} data-at={at}>
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
          <th>{t('positions.holder')}</th>
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
            <td className={table.figure} data-figure="quantity">
              <Amount value={position.quantity} />
            </td>
            <td className={table.figure} data-figure="entryPrice">
              <Amount value={position.entryPrice} />
            </td>
            <td className={table.figure} data-figure="markPrice">
              <Amount value={position.markPrice} />
            </td>
            <td className={table.figure} data-figure="unrealizedPnl">
              <Amount value={position.unrealizedPnl} digits={2} isSigned />
            </td>
            <td className={table.figure}>
              {position.leverage === null ? t('state.unknown') : `${position.leverage}×`}
            </td>
            <td>
              {lacks.openOrders === undefined ? (
                <Protections of={position.protections} />
              ) : (
                t('state.unknown')
              )}
            </td>
            <td>
              <Holder holder={position.holder} />
            </td>
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

function Protections({ of: protections }: { readonly of: Position['protections'] }) {
  const { t } = useWords();
  if (protections.length === 0) return <Mark tone="warn">{t('positions.noProtection')}</Mark>;
  return protections.map(({ clientOrderId, type, price, exchangeOrderId }) => (
    <div key={clientOrderId} title={exchangeOrderId ?? clientOrderId}>
      {type.replaceAll('_', ' ')} {price !== null && <Amount value={price} />}
    </div>
  ));
}

const BOT = 'bot:';

/** Whose the symbol is; nobody's is an ordinary thing to be. */
function Holder({ holder }: { readonly holder: string | null }) {
  const { t } = useWords();
  if (holder === null) return <>–</>;
  if (!holder.startsWith(BOT)) return <>{holder}</>;
  return (
    <Link to="/bots/$id" params={{ id: holder.slice(BOT.length) }}>
      {t('bots.bot')}
    </Link>
  );
}
