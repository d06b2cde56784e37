import { useRef } from 'react';
import { compare, fixed, grouped, isZero, signed } from '../../figures/decimal-text';
import { useAge } from '../../live/use-age';
import { useTopic } from '../../live/use-live';
import { useWords } from '../../words/use-words';
import { percentOf, spreadOf } from './market-figures';
import type { OrderBook } from './order-book-rows';
import type { SymbolRules } from './symbol-rules';
import style from './trade.module.css';

interface Marks {
  readonly items: readonly { readonly symbol: string; readonly mark: string }[];
}
interface Ticker {
  readonly last: string;
  readonly changePercent: string;
}
interface Reference {
  readonly venue: string;
  readonly bid: string;
  readonly ask: string;
  readonly divergence: string | null;
  readonly why: string | null;
}

/** The figures of a market in one line: last, mark, spread, and what another venue says. */
export function MarketHead({ rules }: { readonly rules: SymbolRules }) {
  const { t } = useWords();
  return (
    <dl className={style.head}>
      <LastPrice rules={rules} />
      {rules.market === 'futures' && <MarkPrice rules={rules} />}
      <Spread rules={rules} />
      {rules.market === 'futures' && <OtherVenue rules={rules} />}
      <div className={style.figure}>
        <dt>{t('trade.minNotional')}</dt>
        <dd>
          {rules.minNotional} {rules.quoteAsset}
        </dd>
      </div>
    </dl>
  );
}

function LastPrice({ rules }: { readonly rules: SymbolRules }) {
  const { t, language } = useWords();
  const topic = `${rules.market === 'spot' ? 'spot-' : ''}tickers.${rules.symbol}`;
  const ticker = useTopic(topic)?.data as Ticker | undefined;
  const change = ticker?.changePercent ?? '0';
  const direction = isZero(change) ? undefined : compare(change, '0') > 0 ? 'gain' : 'loss';
  return (
    <LiveFigure topic={topic} name={t('trade.last')}>
      {ticker && (
        <>
          {grouped(fixed(ticker.last, rules.digits.price), language)}{' '}
          <span data-direction={direction}>{signed(change, language, 2)} %</span>
        </>
      )}
    </LiveFigure>
  );
}

/** The frame of all marks has those that changed: each keeps its own symbol's newest. */
function MarkPrice({ rules }: { readonly rules: SymbolRules }) {
  const { t, language } = useWords();
  const kept = useRef<string>(undefined);
  const marks = useTopic('marks')?.data as Marks | undefined;
  kept.current = marks?.items.find(({ symbol }) => symbol === rules.symbol)?.mark ?? kept.current;
  return (
    <LiveFigure topic="marks" name={t('trade.mark')}>
      {kept.current && grouped(fixed(kept.current, rules.digits.price), language)}
    </LiveFigure>
  );
}

function Spread({ rules }: { readonly rules: SymbolRules }) {
  const { t, language } = useWords();
  const topic = `${rules.market === 'spot' ? 'spot-' : ''}books.${rules.symbol}`;
  const book = useTopic(topic)?.data as OrderBook | undefined;
  const [bid, ask] = [book?.bids[0]?.[0], book?.asks[0]?.[0]];
  return (
    <LiveFigure topic={topic} name={t('trade.spread')}>
      {bid !== undefined && ask !== undefined && grouped(spreadOf(bid, ask), language, rules.digits.price)}
    </LiveFigure>
  );
}

function OtherVenue({ rules }: { readonly rules: SymbolRules }) {
  const { t, language } = useWords();
  const topic = `reference.${rules.symbol}`;
  const reference = useTopic(topic)?.data as Reference | undefined;
  if (!reference) return null;
  const { venue, bid, divergence, why } = reference;
  return (
    <LiveFigure topic={topic} name={venue} staleMs={5_000}>
      {grouped(fixed(bid, rules.digits.price), language)}{' '}
      <span title={why ?? undefined}>
        {divergence === null ? t('trade.noDivergence') : `${signed(percentOf(divergence), language, 3)} %`}
      </span>
    </LiveFigure>
  );
}

interface Shown {
  readonly topic: string;
  readonly name: string;
  readonly staleMs?: number;
  readonly children: React.ReactNode;
}

function LiveFigure({ topic, name, staleMs, children }: Shown) {
  const [whole, age] = [useRef<HTMLDivElement>(null), useRef<HTMLElement>(null)];
  useAge(topic, whole, age, staleMs);
  return (
    <div ref={whole} className={style.figure} data-live={topic}>
      <dt>{name}</dt>
      <dd>{children || '–'}</dd>
      <dd ref={age} className={style.figureAge} />
    </div>
  );
}
