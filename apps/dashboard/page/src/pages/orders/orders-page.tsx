/** All orders, newest first: filtered by the address, canceled here, explained by a click. */
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { call } from '../../api/api';
import { usePages } from '../../api/use-pages';
import { ActButton, Button } from '../../parts/button';
import { Amount } from '../../parts/figure';
import { Mark } from '../../parts/mark';
import { Page } from '../../parts/page';
import { Panel } from '../../parts/panel';
import { type Column, Rows } from '../../parts/rows';
import { csvOf, saveCsv } from '../../parts/save-csv';
import { Empty, Failed, Loading } from '../../parts/told';
import { When } from '../../parts/when';
import { Why } from '../../why/why';
import { useWords } from '../../words/use-words';
import { CancelAll } from './cancel-all';
import { OrderFilters } from './order-filters';
import type { OrderSearch } from './order-search';
import { TONES, isOpen, type Order, type Status } from './order-words';

const PAGE_SIZE = 100;

export function OrdersPage() {
  const { t } = useWords();
  const search: OrderSearch = useSearch({ from: '/orders' });
  const navigate = useNavigate({ from: '/orders' });
  const { status, symbol, bot } = search;
  const list = usePages<Order>({
    key: ['/api/v1/orders', search],
    topic: 'orders',
    read: (cursor, signal) =>
      call('get', '/api/v1/orders', {
        query: { status: status as Status | undefined, symbol, botConfigId: bot, cursor, limit: PAGE_SIZE },
        signal,
      }),
  });
  const columns = useColumns();
  const clear = () => void navigate({ search: {} });
  const save = (): void => saveCsv('orders.csv', csvOf([CSV, ...list.items.map(csvRow)]));
  return (
    <Page
      name="orders"
      title={t('nav.orders')}
      isReady={list.data !== undefined}
      aside={
        <>
          {list.hasNewer && <Button onClick={list.again}>{t('orders.news')}</Button>}
          <Button disabled={list.items.length === 0} onClick={save}>
            {t('orders.csv', { count: list.items.length })}
          </Button>
          <CancelAll symbol={symbol} bot={bot} onDone={list.again} />
        </>
      }
    >
      <OrderFilters search={search} onChange={(next) => void navigate({ search: next, replace: true })} />
      <Panel title={t('nav.orders')} isFlush>
        {list.error && <Failed error={list.error} retry={list.again} />}
        {list.data === undefined && !list.error && <Loading />}
        {list.data && list.items.length === 0 && (
          <Empty title={t('orders.none')}>
            {status || symbol || bot ? (
              <Button onClick={clear}>{t('orders.showAll')}</Button>
            ) : (
              t('orders.noneNext')
            )}
          </Empty>
        )}
        {list.items.length > 0 && (
          <Rows
            label={t('nav.orders')}
            columns={columns}
            rows={list.items}
            idOf={({ clientOrderId }) => clientOrderId}
            onEnd={list.more}
          />
        )}
      </Panel>
    </Page>
  );
}

function useColumns(): readonly Column<Order>[] {
  const { t } = useWords();
  return useMemo(
    () => [
      {
        key: 'time',
        title: t('field.time'),
        width: '8rem',
        cell: (order) => <When at={order.createdAt} />,
      },
      { key: 'symbol', title: t('field.symbol'), width: '6rem', cell: ({ symbol }) => symbol },
      { key: 'side', title: t('field.side'), width: '4.5rem', cell: ({ side }) => t(`side.${side}`) },
      { key: 'type', title: t('field.type'), width: '7rem', cell: ({ type }) => type.replaceAll('_', ' ') },
      {
        key: 'quantity',
        title: t('field.quantity'),
        width: '5rem',
        isFigure: true,
        cell: ({ quantity }) => <Amount value={quantity} />,
      },
      {
        key: 'filled',
        title: t('orders.filled'),
        width: '5rem',
        isFigure: true,
        cell: ({ filledQuantity }) => <Amount value={filledQuantity} />,
      },
      {
        key: 'price',
        title: t('field.price'),
        width: '6rem',
        isFigure: true,
        cell: ({ price, stopPrice, averagePrice }) => {
          const shown = averagePrice ?? price ?? stopPrice;
          return shown === undefined ? t('orders.market') : <Amount value={shown} />;
        },
      },
      {
        key: 'status',
        title: t('field.status'),
        width: '8.5rem',
        cell: ({ status }) => <Mark tone={TONES[status]}>{t(`order.${status}`)}</Mark>,
      },
      {
        key: 'reason',
        title: t('field.reason'),
        width: 'minmax(8rem, 1fr)',
        cell: ({ code, reason }) => <span title={reason}>{code ?? ''}</span>,
      },
      {
        key: 'acts',
        title: t('orders.acts'),
        width: '11rem',
        cell: (order) => <OrderActs order={order} />,
      },
    ],
    [t],
  );
}

function OrderActs({ order }: { readonly order: Order }) {
  const { t } = useWords();
  const cancel = () => call('delete', '/api/v1/orders/{id}', { names: { id: order.clientOrderId } });
  return (
    <>
      <Why id={order.clientOrderId} />
      {isOpen(order) && (
        <ActButton scope="trade" onAct={cancel}>
          {t('act.cancel')}
        </ActButton>
      )}
    </>
  );
}

const CSV = [
  ...['clientOrderId', 'createdAt', 'market', 'symbol', 'side', 'type', 'quantity', 'filledQuantity'],
  ...['price', 'stopPrice', 'averagePrice', 'status', 'code', 'botConfigId'],
] as const satisfies readonly (keyof Order)[];

const csvRow = (order: Order): (string | undefined)[] => CSV.map((name) => order[name] ?? undefined);
