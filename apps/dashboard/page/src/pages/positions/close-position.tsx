/** Closes a position at the market, reduce-only, and says when the exchange shows it gone. */
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call, type AnswerOf } from '../../api/api';
import { newOrderId } from '../../api/new-id';
import { grouped } from '../../figures/decimal-text';
import { ActButton } from '../../parts/button';
import { Dialog } from '../../parts/dialog';
import { useWords } from '../../words/use-words';
import type { Position } from './position-table';
import type { Moment } from './use-moment';

interface Parts {
  /** As it was when the dialog opened. */
  readonly position: Position;
  readonly moment: Moment | undefined;
  readonly onClose: () => void;
}

export function ClosePosition({ position, moment, onClose }: Parts) {
  const { t, language } = useWords();
  const queries = useQueryClient();
  // One order for one opened dialog, however often it is sent.
  const [clientOrderId] = useState(newOrderId);
  const [order, setOrder] = useState<AnswerOf<'/api/v1/orders', 'post'>>();
  const { symbol, side } = position;
  const quantity = position.quantity.replace('-', '');
  const exit = side === 'LONG' ? 'SELL' : 'BUY';
  const send = async (): Promise<void> => {
    const body = {
      clientOrderId,
      market: 'futures',
      symbol,
      side: exit,
      type: 'MARKET',
      quantity,
      reduceOnly: true,
    } as const;
    setOrder(await call('post', '/api/v1/orders', { body }));
    await queries.invalidateQueries({ queryKey: ['/api/v1/overview'] });
  };
  /** Where the account cannot be read nothing is said to be closed. */
  const whatIsLeft = (): string => {
    if (!moment?.positions) return t('state.unknown');
    const now = moment.positions.find((each) => each.symbol === symbol);
    return now
      ? t('positions.stillOpen', { quantity: grouped(now.quantity, language) })
      : t('positions.closed', { symbol });
  };
  return (
    <Dialog title={t('positions.closeTitle', { symbol })} onClose={onClose}>
      <p>
        {t('positions.closeNote', { side: t(`side.${exit}`), quantity: grouped(quantity, language), symbol })}
      </p>
      <ActButton scope="trade" look="main" disabled={order !== undefined} onAct={send}>
        {t('positions.close')}
      </ActButton>
      {order && (
        <p role="status" data-order={order.clientOrderId}>
          {t('positions.sent', { status: t(`order.${order.status}`) })}
          <br />
          {whatIsLeft()}
        </p>
      )}
    </Dialog>
  );
}
