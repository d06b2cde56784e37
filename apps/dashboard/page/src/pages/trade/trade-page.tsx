import { useParams, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useAnswer } from '../../api/use-answer';
import { Page } from '../../parts/page';
import { Panel } from '../../parts/panel';
import { Answer, Empty } from '../../parts/told';
import { useWords } from '../../words/use-words';
import { MarketHead } from './market-head';
import { OrderBook } from './order-book';
import { isOpen, OwnOrders } from './own-orders';
import { INTERVALS, type Interval, PriceChart } from './price-chart';
import { rulesOf, type SymbolRules } from './symbol-rules';
import { Ticket } from './ticket';
import type { Market } from './ticket-rules';
import { TradeTape } from './trade-tape';
import style from './trade.module.css';

const NEWEST = 20;
const NONE = [] as const;

export function TradePage() {
  const { t } = useWords();
  const { symbol = '' } = useParams({ strict: false });
  const search: { readonly market?: string } = useSearch({ strict: false });
  const market: Market = search.market === 'spot' ? 'spot' : 'futures';
  const symbols = useAnswer('/api/v1/symbols/{market}', { names: { market } });
  const listed = symbols.data?.items.find((item) => item.symbol === symbol);
  const rules = useMemo(() => listed && rulesOf(listed, market), [listed, market]);
  return (
    <Page
      name="trade"
      title={`${symbol}${market === 'spot' ? ` · ${t('market.spot')}` : ''}`}
      isReady={symbols.data !== undefined}
    >
      <Answer of={symbols}>
        {() =>
          rules ? (
            <Market key={`${market} ${symbol}`} rules={rules} />
          ) : (
            <Empty title={t('trade.noSymbol', { symbol })} />
          )
        }
      </Answer>
    </Page>
  );
}

function Market({ rules }: { readonly rules: SymbolRules }) {
  const { t } = useWords();
  const { symbol } = rules;
  const [interval, setInterval] = useState<Interval>('1m');
  const [picked, setPicked] = useState<string>();
  const orders = useAnswer('/api/v1/orders', { query: { symbol, limit: NEWEST } });
  const open = useAnswer('/api/v1/orders', { query: { symbol, status: 'open', limit: 200 } });
  const fills = useAnswer('/api/v1/trades', { query: { symbol, limit: 200 } });
  const resting = open.data?.items.filter(({ market }) => market === rules.market) ?? NONE;
  const ended = orders.data?.items.filter((order) => order.market === rules.market && !isOpen(order)) ?? NONE;
  const own = useMemo(() => [...resting, ...ended], [resting, ended]);
  return (
    <>
      <MarketHead rules={rules} />
      <div className={style.grid}>
        <div className={style.column}>
          <Panel
            title={t('trade.chart')}
            aside={
              <span className={style.intervals} role="group" aria-label={t('trade.interval')}>
                {INTERVALS.map((name) => (
                  <button
                    key={name}
                    type="button"
                    aria-pressed={name === interval}
                    onClick={() => setInterval(name)}
                  >
                    {name}
                  </button>
                ))}
              </span>
            }
          >
            <PriceChart
              rules={rules}
              interval={interval}
              orders={resting}
              fills={fills.data?.items ?? NONE}
            />
          </Panel>
          <Panel title={t('trade.ownOrders')} isFlush>
            <Answer of={orders}>{() => <OwnOrders orders={own} />}</Answer>
          </Panel>
        </div>
        <Panel title={t('trade.orderBook')} isFlush>
          <OrderBook rules={rules} pick={setPicked} />
        </Panel>
        <div className={style.column}>
          <Panel title={t('ticket.title')}>
            <Ticket rules={rules} picked={picked} />
          </Panel>
          <Panel title={t('trade.tape')} isFlush>
            <TradeTape rules={rules} />
          </Panel>
        </div>
      </div>
    </>
  );
}
