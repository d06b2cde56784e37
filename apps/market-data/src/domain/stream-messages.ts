/**
 * What the exchange's market streams say, read strictly: a message with a field missing, of another type or not a
 * plain decimal is malformed, and worth nothing. Fields that are not named here may come and go.
 */
import { DepthEvent } from './local-order-book';
import { CutMessage, cutLevels } from './level-text';
import { isPrice, isQuantity, isSigned } from './plain-decimal';
import { Level } from './price-ladder';

export interface MarkMessage {
  readonly kind: 'mark';
  readonly symbol: string;
  readonly mark: string;
  readonly eventTimeMs: number;
}

/** An aggregate trade: what one taker order took at one price. */
export interface TradeMessage {
  readonly kind: 'trade';
  readonly symbol: string;
  readonly tradeId: string;
  /** Of the single trades in it. */
  readonly firstTradeId: string;
  readonly lastTradeId: string;
  readonly tradeTimeMs: number;
  readonly price: string;
  readonly quantity: string;
  readonly takerSide: 'BUY' | 'SELL';
  readonly eventTimeMs: number;
}

/** The last 24 hours. */
export interface TickerMessage {
  readonly kind: 'ticker';
  readonly symbol: string;
  readonly last: string;
  readonly change: string;
  readonly changePercent: string;
  readonly high: string;
  readonly low: string;
  readonly volume: string;
  readonly quoteVolume: string;
  readonly eventTimeMs: number;
}

interface DepthMessage extends DepthEvent {
  readonly kind: 'depth';
}

/** Nothing for us. */
interface IgnoredMessage {
  readonly kind: 'ignored';
}

interface MalformedMessage {
  readonly kind: 'malformed';
  /** What it was, as far as that could be told. */
  readonly reason: 'json' | 'shape' | MarketMessage['kind'];
}

export type MarketMessage = MarkMessage | TradeMessage | TickerMessage | DepthMessage;
export type StreamMessage = MarketMessage | IgnoredMessage | MalformedMessage;

/** Reads one message in its combined-stream wrapper or bare. It never throws. */
export function readStreamMessage(text: string, market: 'futures' | 'spot' = 'futures'): StreamMessage {
  let value: unknown;
  let cut: CutMessage | undefined;
  try {
    cut = cutLevels(text);
    value = cut ? cut.value : JSON.parse(text);
  } catch {
    return { kind: 'malformed', reason: 'json' };
  }
  const data = isRecord(value) && 'stream' in value ? value.data : value;
  if (!isRecord(data)) return { kind: 'malformed', reason: 'shape' };
  switch (data.e) {
    case 'depthUpdate':
      return readDepth(data, market, cut) ?? { kind: 'malformed', reason: 'depth' };
    case 'markPriceUpdate':
      return readMark(data) ?? { kind: 'malformed', reason: 'mark' };
    case 'aggTrade':
      return readTrade(data) ?? { kind: 'malformed', reason: 'trade' };
    case '24hrTicker':
      return readTicker(data) ?? { kind: 'malformed', reason: 'ticker' };
    default:
      return typeof data.e === 'string' ? { kind: 'ignored' } : { kind: 'malformed', reason: 'shape' };
  }
}

type Wire = Readonly<Record<string, unknown>>;

/** Spot names no previous id: there each event begins right behind the one before. */
function readDepth(
  { s, U, u, pu, E, ...data }: Wire,
  market: 'futures' | 'spot',
  cut: CutMessage | undefined,
): DepthMessage | undefined {
  if (!isText(s) || !isId(U) || !isId(u) || !isId(E) || u < U) return undefined;
  const previousUpdateId = market === 'spot' ? U - 1 : pu;
  const { bids, asks } = cut ?? { bids: data.b, asks: data.a };
  if (!isId(previousUpdateId) || (!cut && !(isLevels(bids) && isLevels(asks)))) return undefined;
  return {
    kind: 'depth',
    symbol: s,
    firstUpdateId: U,
    lastUpdateId: u,
    previousUpdateId,
    eventTimeMs: E,
    bids: bids as readonly Level[],
    asks: asks as readonly Level[],
  };
}

function readMark({ s, p, E }: Wire): MarkMessage | undefined {
  if (!isText(s) || !isPrice(p) || !isId(E)) return undefined;
  return { kind: 'mark', symbol: s, mark: p, eventTimeMs: E };
}

function readTrade({ s, a, f, l, p, q, m, E, T }: Wire): TradeMessage | undefined {
  if (!isText(s) || !isPrice(p) || !isPrice(q) || typeof m !== 'boolean') return undefined;
  if (!isId(E) || !isId(T) || !isId(a) || !isId(f) || !isId(l) || l < f) return undefined;
  return {
    kind: 'trade',
    symbol: s,
    tradeId: `${a}`,
    firstTradeId: `${f}`,
    lastTradeId: `${l}`,
    tradeTimeMs: T,
    price: p,
    quantity: q,
    // The buyer rested in the book, so the taker sold.
    takerSide: m ? 'SELL' : 'BUY',
    eventTimeMs: E,
  };
}

function readTicker({ s, c, p, P, h, l, v, q, E }: Wire): TickerMessage | undefined {
  if (!isText(s) || !isPrice(c) || !isQuantity(h) || !isQuantity(l) || !isId(E)) return undefined;
  if (!isSigned(p) || !isSigned(P) || !isQuantity(v) || !isQuantity(q)) return undefined;
  return {
    kind: 'ticker',
    symbol: s,
    last: c,
    change: p,
    changePercent: P,
    high: h,
    low: l,
    volume: v,
    quoteVolume: q,
    eventTimeMs: E,
  };
}

const isRecord = (value: unknown): value is Wire =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string' && value.length > 0;
const isId = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isLevels = (value: unknown): value is readonly Level[] => Array.isArray(value) && value.every(isLevel);
const isLevel = (level: unknown): boolean =>
  Array.isArray(level) && isPrice(level[0]) && isQuantity(level[1]);
