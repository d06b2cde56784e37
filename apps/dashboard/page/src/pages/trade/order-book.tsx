import { useEffect, useRef } from 'react';
import { useAge } from '../../live/use-age';
import { useFrames, useVisible } from '../../live/use-live';
import table from '../../parts/table.module.css';
import { useWords } from '../../words/use-words';
import { type OrderBook as Book, OrderBookRows } from './order-book-rows';
import type { SymbolRules } from './symbol-rules';
import style from './trade.module.css';

interface Shown {
  readonly rules: SymbolRules;
  /** A price was pointed at. */
  readonly pick: (price: string) => void;
}

/** Twenty levels a side, drawn straight into the page. */
export function OrderBook({ rules, pick }: Shown) {
  const { t, language } = useWords();
  const [whole, age] = [useRef<HTMLDivElement>(null), useRef<HTMLSpanElement>(null)];
  const [asks, bids] = [useRef<HTMLTableSectionElement>(null), useRef<HTMLTableSectionElement>(null)];
  const rows = useRef<OrderBookRows>(undefined);
  const topic = rules.market === 'spot' ? `spot-books.${rules.symbol}` : `books.${rules.symbol}`;
  useEffect(() => {
    if (asks.current && bids.current) rows.current = new OrderBookRows(asks.current, bids.current);
  }, [rules.symbol]);
  const isVisible = useVisible(whole);
  useFrames(
    topic,
    (frames) => {
      const newest = frames.at(-1);
      if (newest) rows.current?.draw(newest.data as Book, rules.digits, language);
    },
    isVisible,
  );
  useAge(topic, whole, age);
  const pointed = ({ target }: { readonly target: EventTarget }): void => {
    const price = (target as HTMLElement).closest('tr')?.dataset.price;
    if (price) pick(price);
  };
  return (
    <div ref={whole} className={style.orderBook} data-live="order-book">
      <p className={style.age}>
        <span ref={age} />
      </p>
      <table onClick={pointed}>
        <caption className={table.hidden}>{t('trade.orderBookOf', { symbol: rules.symbol })}</caption>
        <thead>
          <tr>
            <th scope="col">{t('field.price')}</th>
            <th scope="col">{t('field.quantity')}</th>
          </tr>
        </thead>
        <tbody ref={asks} className={style.asks} data-side="asks" />
        <tbody ref={bids} className={style.bids} data-side="bids" />
      </table>
    </div>
  );
}
