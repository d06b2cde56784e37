/** What was bought and sold, newest first, with fee and result. */
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { call, type AnswerOf } from '../../api/api';
import { usePages } from '../../api/use-pages';
import { session } from '../../session/session';
import { ActButton, Button } from '../../parts/button';
import { ChoiceField, TextField } from '../../parts/field';
import { Amount } from '../../parts/figure';
import filters from '../../parts/filters.module.css';
import { Page } from '../../parts/page';
import { Panel } from '../../parts/panel';
import { type Column, Rows } from '../../parts/rows';
import { saveCsv } from '../../parts/save-csv';
import { Empty, Failed, Loading } from '../../parts/told';
import { When } from '../../parts/when';
import { Why } from '../../why/why';
import { useWords } from '../../words/use-words';
import type { FillSearch } from './order-search';

const PAGE_SIZE = 100;
type Fill = AnswerOf<'/api/v1/trades', 'get'>['items'][number];

export function FillsPage() {
  const { t } = useWords();
  const search: FillSearch = useSearch({ from: '/fills' });
  const navigate = useNavigate({ from: '/fills' });
  const { side, symbol, bot, order } = search;
  const query = { side, symbol, botConfigId: bot, clientOrderId: order };
  const list = usePages<Fill>({
    key: ['/api/v1/trades', search],
    topic: 'fills',
    read: (cursor, signal) =>
      call('get', '/api/v1/trades', { query: { ...query, cursor, limit: PAGE_SIZE }, signal }),
  });
  const columns = useColumns();
  const change = (next: FillSearch) => void navigate({ search: next, replace: true });
  return (
    <Page
      name="fills"
      title={t('nav.fills')}
      isReady={list.data !== undefined}
      aside={
        <>
          {list.hasNewer && <Button onClick={list.again}>{t('orders.news')}</Button>}
          <ActButton scope="read" onAct={() => saveFills(query)}>
            {t('fills.csv')}
          </ActButton>
        </>
      }
    >
      <form className={filters.filters} role="search" onSubmit={(event) => event.preventDefault()}>
        <ChoiceField
          label={t('field.side')}
          value={side ?? ''}
          choices={[
            ['', t('orders.all')],
            ['BUY', t('side.BUY')],
            ['SELL', t('side.SELL')],
          ]}
          onChange={({ target }) =>
            change({ ...search, side: (target.value || undefined) as FillSearch['side'] })
          }
        />
        {(['symbol', 'bot', 'order'] as const).map((name) => (
          <TextField
            key={`${name}-${search[name] ?? ''}`}
            label={t(name === 'symbol' ? 'field.symbol' : `orders.${name}`)}
            defaultValue={search[name] ?? ''}
            spellCheck={false}
            onBlur={({ target }) => change({ ...search, [name]: target.value })}
            onKeyDown={(event) =>
              event.key === 'Enter' && change({ ...search, [name]: event.currentTarget.value })
            }
          />
        ))}
      </form>
      <Panel title={t('nav.fills')} isFlush>
        {list.error && <Failed error={list.error} retry={list.again} />}
        {list.data === undefined && !list.error && <Loading />}
        {list.data && list.items.length === 0 && <Empty title={t('fills.none')}>{t('fills.noneNext')}</Empty>}
        {list.items.length > 0 && (
          <Rows
            label={t('nav.fills')}
            columns={columns}
            rows={list.items}
            idOf={({ id }) => id}
            onEnd={list.more}
          />
        )}
      </Panel>
    </Page>
  );
}

/** All that the filters let through, as the server writes it: not only the rows that were read. */
async function saveFills(query: Readonly<Record<string, string | undefined>>): Promise<void> {
  const asked = Object.entries({ ...query, format: 'csv' }).filter(([, value]) => value !== undefined);
  const answer = await fetch(`/api/v1/trades?${new URLSearchParams(asked).toString()}`, {
    headers: { authorization: `Bearer ${(await session.bearer()) ?? ''}` },
  });
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  saveCsv('fills.csv', await answer.text());
}

function useColumns(): readonly Column<Fill>[] {
  const { t } = useWords();
  return useMemo(
    () => [
      { key: 'time', title: t('field.time'), width: '8.5rem', cell: (fill) => <When at={fill.createdAt} /> },
      { key: 'symbol', title: t('field.symbol'), width: '6rem', cell: ({ symbol }) => symbol },
      { key: 'side', title: t('field.side'), width: '4.5rem', cell: ({ side }) => t(`side.${side}`) },
      {
        key: 'quantity',
        title: t('field.quantity'),
        width: '6rem',
        isFigure: true,
        cell: ({ quantity }) => <Amount value={quantity} />,
      },
      {
        key: 'price',
        title: t('field.price'),
        width: '7rem',
        isFigure: true,
        cell: ({ price }) => <Amount value={price} />,
      },
      {
        key: 'worth',
        title: t('fills.worth'),
        width: '8rem',
        isFigure: true,
        cell: ({ quoteQuantity }) => <Amount value={quoteQuantity} digits={2} />,
      },
      {
        key: 'fee',
        title: t('fills.fee'),
        width: '8.5rem',
        isFigure: true,
        cell: ({ fee, feeAsset }) => (
          <>
            <Amount value={fee} digits={4} /> {feeAsset}
          </>
        ),
      },
      {
        key: 'pnl',
        title: t('fills.pnl'),
        width: '7rem',
        isFigure: true,
        cell: ({ realizedPnl }) => <Amount value={realizedPnl} digits={2} isSigned />,
      },
      {
        key: 'order',
        title: t('orders.order'),
        width: 'minmax(12rem, 1fr)',
        cell: ({ clientOrderId }) => (
          <Link to="/fills" search={{ order: clientOrderId }}>
            {clientOrderId}
          </Link>
        ),
      },
      { key: 'why', title: t('why.title'), width: '5.5rem', cell: ({ id }) => <Why id={id} /> },
    ],
    [t],
  );
}
