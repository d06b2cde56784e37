/** Every symbol that the exchange lists, with the rules that an order of it keeps to. */
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useAnswer } from '../../api/use-answer';
import { ChoiceField, TextField } from '../../parts/field';
import { Amount } from '../../parts/figure';
import filters from '../../parts/filters.module.css';
import { Mark } from '../../parts/mark';
import { Page } from '../../parts/page';
import { Panel } from '../../parts/panel';
import { type Column, Rows } from '../../parts/rows';
import { Answer, Empty } from '../../parts/told';
import { useWords } from '../../words/use-words';
import { type MarketSearch, ORDERS, marketSearch } from './market-search';
import { type Listed, sortedSymbols } from './sorted-symbols';

/** The server asks the exchange no more often. */
const EVERY_MS = 600_000;

export function MarketsPage() {
  const { t } = useWords();
  const search = useSearch({ from: '/markets' });
  const navigate = useNavigate({ from: '/markets' });
  const market = search.market ?? 'futures';
  const symbols = useAnswer('/api/v1/symbols/{market}', { names: { market } }, { everyMs: EVERY_MS });
  const columns = useColumns();
  const change = (next: Record<keyof MarketSearch, string | undefined>): void =>
    void navigate({ search: marketSearch(next), replace: true });
  const { find, order } = search;
  const now = { market, find, order };
  // What is typed shows at once; the address follows.
  const [typed, setTyped] = useState(find ?? '');
  return (
    <Page name="markets" title={t('nav.markets')} isReady={symbols.data !== undefined}>
      <form className={filters.filters} role="search" onSubmit={(event) => event.preventDefault()}>
        <TextField
          label={t('markets.find')}
          value={typed}
          placeholder="BTC"
          spellCheck={false}
          onChange={({ target }) => {
            setTyped(target.value);
            change({ ...now, find: target.value });
          }}
        />
        <ChoiceField
          label={t('markets.market')}
          value={market}
          choices={[
            ['futures', t('market.futures')],
            ['spot', t('market.spot')],
          ]}
          onChange={({ target }) => change({ ...now, market: target.value })}
        />
        <ChoiceField
          label={t('markets.order')}
          value={order ?? 'symbol'}
          choices={ORDERS.map((name) => [name, t(`markets.by.${name}`)] as const)}
          onChange={({ target }) => change({ ...now, order: target.value })}
        />
      </form>
      <Panel title={t(`market.${market}`)} isFlush>
        <Answer of={symbols}>
          {({ items }) => {
            const rows = sortedSymbols(items, search);
            return rows.length === 0 ? (
              <Empty title={t('markets.none')}>{t('markets.noneNext')}</Empty>
            ) : (
              <Rows
                label={t('nav.markets')}
                columns={columns}
                rows={rows}
                idOf={({ market: of, symbol }) => `${of} ${symbol}`}
              />
            );
          }}
        </Answer>
      </Panel>
    </Page>
  );
}

function useColumns(): readonly Column<Listed>[] {
  const { t } = useWords();
  return useMemo(() => {
    const figure = (key: 'tickSize' | 'stepSize' | 'minNotional'): Column<Listed> => ({
      key,
      title: t(`markets.${key}`),
      width: '8rem',
      isFigure: true,
      cell: (row) => <Amount value={row[key]} />,
    });
    return [
      {
        key: 'symbol',
        title: t('field.symbol'),
        width: 'minmax(8rem, 1fr)',
        cell: ({ symbol, market }) => (
          <Link
            to="/trade/$symbol"
            params={{ symbol }}
            search={{ market: market === 'spot' ? market : undefined }}
          >
            {symbol}
          </Link>
        ),
      },
      {
        key: 'assets',
        title: t('markets.assets'),
        width: '9rem',
        cell: ({ baseAsset, quoteAsset }) => `${baseAsset}/${quoteAsset}`,
      },
      figure('tickSize'),
      figure('stepSize'),
      figure('minNotional'),
      {
        key: 'status',
        title: t('field.status'),
        width: '9rem',
        cell: ({ isTrading }) => (
          <Mark tone={isTrading ? 'good' : 'warn'}>
            {t(isTrading ? 'markets.trading' : 'markets.resting')}
          </Mark>
        ),
      },
    ];
  }, [t]);
}
