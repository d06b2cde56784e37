/**
 * What the exchange's market streams say, read strictly: a message with a field missing, of another type or not a
 * plain decimal is malformed, and worth nothing. Fields that are not named here may come and go.
 */
import { Level } from './price-ladder';
import { DepthEvent } from './local-order-book';

export interface MarkMessage {
  readonly kind: 'mark';
  readonly symbol: string;
  readonly mark: string;
  readonly eventTimeMs: number;
}

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

interface DepthMessage extends DepthEvent {
  readonly kind: 'depth';
}

/** Nothing for us. */
interface IgnoredMessage {
  readonly kind: 'ignored';
}

export type MarketMessage = MarkMessage | TradeMessage | DepthMessage;
export type StreamMessage = MarketMessage | IgnoredMessage;

const DECIMAL = /^\d{1,20}(\.\d{1,18})?$/;

/** Reads one message in its combined-stream wrapper or bare; undefined if it is malformed. */
export function readStreamMessage(text: string): StreamMessage | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(value)) return undefined;
  const data = 'stream' in value ? value.data : value;
  if (!isRecord(data)) return undefined;
  switch (data.e) {
    case 'depthUpdate':
      return readDepth(data);
    case 'markPriceUpdate':
      return readMark(data);
    case 'aggTrade':
      return readTrade(data);
    default:
      return typeof data.e === 'string' ? { kind: 'ignored' } : undefined;
  }
}

type Wire = Readonly<Record<string, unknown>>;

function readDepth({ s, U, u, pu, E, b, a }: Wire): DepthMessage | undefined {
  if (!isText(s) || !isId(U) || !isId(u) || !isId(pu) || !isId(E) || u < U) return undefined;
  if (!isLevels(b) || !isLevels(a)) return undefined;
  return {
    kind: 'depth',
    symbol: s,
    firstUpdateId: U,
    lastUpdateId: u,
    previousUpdateId: pu,
    eventTimeMs: E,
    bids: b,
    asks: a,
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

const isRecord = (value: unknown): value is Wire =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string' && value.length > 0;
const isId = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isDecimal = (value: unknown): value is string => typeof value === 'string' && DECIMAL.test(value);
const isPrice = (value: unknown): value is string => isDecimal(value) && /[1-9]/.test(value);
const isLevels = (value: unknown): value is readonly Level[] =>
  Array.isArray(value) &&
  value.every((level: unknown) => Array.isArray(level) && isPrice(level[0]) && isDecimal(level[1]));
