import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call, type AnswerOf } from '../../api/api';
import { grouped, typedAmount } from '../../figures/decimal-text';
import { ActButton, Button } from '../../parts/button';
import { Dialog } from '../../parts/dialog';
import { TextField } from '../../parts/field';
import { Empty } from '../../parts/told';
import { When } from '../../parts/when';
import table from '../../parts/table.module.css';
import { useSession } from '../../session/use-session';
import { Why } from '../../why/why';
import { useWords } from '../../words/use-words';
import style from './trade.module.css';

type Order = AnswerOf<'/api/v1/orders', 'get'>['items'][number];

/** The symbol's own orders: those that rest, with their acts, and the newest that have ended. */
export function OwnOrders({ orders }: { readonly orders: readonly Order[] }) {
  const { t, language } = useWords();
  const [amended, setAmended] = useState<Order>();
  const queries = useQueryClient();
  const { may } = useSession();
  const renew = () => queries.invalidateQueries({ queryKey: ['/api/v1/orders'] });
  if (orders.length === 0) return <Empty title={t('trade.noOrders')}>{t('trade.noOrdersNext')}</Empty>;
  return (
    <div className={style.scrollX} tabIndex={0} role="group" aria-label={t('trade.ownOrders')}>
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">{t('field.time')}</th>
            <th scope="col">{t('field.side')}</th>
            <th scope="col">{t('field.type')}</th>
            <th scope="col" className={table.figure}>
              {t('field.quantity')}
            </th>
            <th scope="col" className={table.figure}>
              {t('field.price')}
            </th>
            <th scope="col">{t('field.status')}</th>
            <th scope="col">
              <span className={table.hidden}>{t('trade.acts')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {orders.map((order) => (
            <tr key={order.clientOrderId} data-order={order.clientOrderId}>
              <td>
                <When at={order.createdAt} />
              </td>
              <td>{t(`side.${order.side}`)}</td>
              <td>{t(`type.${order.type}`)}</td>
              <td className={table.figure}>
                {grouped(order.filledQuantity, language)} / {grouped(order.quantity, language)}
              </td>
              <td className={table.figure}>
                {order.price === undefined ? '–' : grouped(order.price, language)}
              </td>
              <td>{t(`status.${order.status}`)}</td>
              <td>
                <span className={style.acts}>
                  <Why id={order.clientOrderId} />
                  {isOpen(order) && (
                    <>
                      {order.type === 'LIMIT' && order.market === 'futures' && (
                        <Button
                          disabled={!may('trade')}
                          title={may('trade') ? undefined : t('act.readOnly', { scope: 'trade' })}
                          onClick={() => setAmended(order)}
                        >
                          {t('trade.amend')}
                        </Button>
                      )}
                      <ActButton
                        scope="trade"
                        onAct={async () => {
                          await call('delete', '/api/v1/orders/{id}', { names: { id: order.clientOrderId } });
                          await renew();
                        }}
                      >
                        {t('act.cancel')}
                      </ActButton>
                    </>
                  )}
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {amended && <Amend order={amended} onClose={() => setAmended(undefined)} onAmended={renew} />}
    </div>
  );
}

interface Amending {
  readonly order: Order;
  readonly onClose: () => void;
  readonly onAmended: () => Promise<unknown>;
}

function Amend({ order, onClose, onAmended }: Amending) {
  const { t } = useWords();
  const [price, setPrice] = useState(order.price ?? '');
  const [quantity, setQuantity] = useState(order.quantity);
  const [newPrice, newQuantity] = [typedAmount(price), typedAmount(quantity)];
  return (
    <Dialog
      title={t('trade.amendOf', { side: t(`side.${order.side}`), symbol: order.symbol })}
      onClose={onClose}
    >
      <TextField
        label={t('field.price')}
        inputMode="decimal"
        value={price}
        onChange={({ target }) => setPrice(target.value)}
        note={newPrice === undefined ? t('ticket.wrong') : undefined}
      />
      <TextField
        label={t('field.quantity')}
        inputMode="decimal"
        value={quantity}
        onChange={({ target }) => setQuantity(target.value)}
        note={newQuantity === undefined ? t('ticket.wrong') : undefined}
      />
      <ActButton
        scope="trade"
        look="main"
        disabled={newPrice === undefined || newQuantity === undefined}
        onAct={async () => {
          await call('put', '/api/v1/orders/{id}', {
            names: { id: order.clientOrderId },
            body: { price: newPrice, quantity: newQuantity },
          });
          await onAmended();
          onClose();
        }}
      >
        {t('trade.amend')}
      </ActButton>
    </Dialog>
  );
}

const OPEN = new Set(['PENDING_NEW', 'NEW', 'PARTIALLY_FILLED', 'PENDING_CANCEL', 'UNKNOWN']);
export const isOpen = ({ status }: Order): boolean => OPEN.has(status);
