import { useEffect, useRef } from 'react';
import { fixed, grouped } from '../../figures/decimal-text';
import { useAge } from '../../live/use-age';
import { useFrames, useVisible } from '../../live/use-live';
import { useWords } from '../../words/use-words';
import type { SymbolRules } from './symbol-rules';
import style from './trade.module.css';

interface Trade {
  readonly tradeId: string;
  readonly price: string;
  readonly quantity: string;
  readonly takerSide: 'BUY' | 'SELL';
  readonly atMs: number;
}

const KEPT = 200;
/** Trades come in bursts; between them a quiet market is no stale one. */
const STALE_MS = 60_000;

/** The newest trades of everybody, newest first, drawn straight into the page and not announced. */
export function TradeTape({ rules }: { readonly rules: SymbolRules }) {
  const { t, language } = useWords();
  const [whole, age] = [useRef<HTMLDivElement>(null), useRef<HTMLSpanElement>(null)];
  const body = useRef<HTMLTableSectionElement>(null);
  const newest = useRef('');
  const topic = rules.market === 'spot' ? `spot-trades.${rules.symbol}` : `trades.${rules.symbol}`;
  const isVisible = useVisible(whole);
  useEffect(() => {
    const rows = body.current;
    return () => {
      newest.current = '';
      rows?.replaceChildren();
    };
  }, [topic]);
  useFrames(
    topic,
    (frames) => {
      const trades = frames.flatMap(({ data }) => (data as { readonly trades: readonly Trade[] }).trades);
      const unseen = trades.filter(({ tradeId }) => isAfter(tradeId, newest.current)).slice(-KEPT);
      const last = unseen.at(-1);
      const rows = body.current;
      if (!rows || !last) return;
      newest.current = last.tradeId;
      const added = unseen.reverse().map(({ price, quantity, takerSide, atMs }) => {
        const row = document.createElement('tr');
        row.dataset.side = takerSide;
        const texts = [
          `${takerSide === 'BUY' ? '▲' : '▼'} ${grouped(fixed(price, rules.digits.price), language)}`,
          grouped(fixed(quantity, rules.digits.quantity), language),
          new Date(atMs).toISOString().slice(11, 19),
        ];
        for (const text of texts) row.appendChild(document.createElement('td')).textContent = text;
        return row;
      });
      rows.prepend(...added);
      while (rows.childElementCount > KEPT) rows.lastElementChild?.remove();
    },
    isVisible,
  );
  useAge(topic, whole, age, STALE_MS);
  return (
    <div ref={whole} className={style.tape} data-live="tape" aria-live="off">
      <p className={style.age}>
        <span ref={age} />
      </p>
      <div className={style.scroll} tabIndex={0} role="group" aria-label={t('trade.tape')}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t('field.price')}</th>
              <th scope="col">{t('field.quantity')}</th>
              <th scope="col">{t('trade.timeUtc')}</th>
            </tr>
          </thead>
          <tbody ref={body} />
        </table>
      </div>
    </div>
  );
}

/** Ids of trades count up; the longer text is the larger number. */
const isAfter = (id: string, other: string): boolean =>
  id.length === other.length ? id > other : id.length > other.length;
