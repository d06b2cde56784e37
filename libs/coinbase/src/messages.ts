/**
 * What Coinbase's Advanced Trade market data stream says, read strictly: a message with a field missing, of another type
 * or not a plain decimal is malformed, and worth nothing. Channels and fields that are not named here may come and go.
 */
export interface OrderBookChange {
  readonly side: 'bid' | 'ask';
  readonly price: string;
  /** What there is at the price from now on, not a difference; zero removes the level. */
  readonly quantity: string;
}

export interface OrderBookEvent {
  readonly kind: 'book';
  readonly product: string;
  /** Begins the book anew; otherwise it changes what is there. */
  readonly isSnapshot: boolean;
  readonly changes: readonly OrderBookChange[];
}

/** Something traded, or a ticker told the last price. */
export interface LastPriceEvent {
  readonly kind: 'last';
  readonly product: string;
  readonly price: string;
}

export interface StatusEvent {
  readonly kind: 'status';
  readonly product: string;
  readonly isOnline: boolean;
}

export type CoinbaseEvent = OrderBookEvent | LastPriceEvent | StatusEvent;

export interface DataMessage {
  readonly kind: 'data';
  /** Counts the messages of a connection, whatever their channel. */
  readonly sequence: number;
  /** When Coinbase sent it, UTC. */
  readonly timeMs: number;
  readonly events: readonly CoinbaseEvent[];
}

/** Coinbase refuses a request, or is about to close. */
export interface ErrorMessage {
  readonly kind: 'error';
  readonly reason: string;
}

export type CoinbaseMessage = DataMessage | ErrorMessage;

type Wire = Readonly<Record<string, unknown>>;

const DECIMAL = /^\d{1,20}(\.\d{1,18})?$/;
const REASON_AT_MOST = 200;

/** Reads one message; undefined if it is malformed. */
export function readCoinbaseMessage(text: string): CoinbaseMessage | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(value)) return undefined;
  if (value.type === 'error') {
    const reason = isText(value.message) ? value.message : 'no reason given';
    return { kind: 'error', reason: reason.slice(0, REASON_AT_MOST) };
  }
  const { channel, timestamp, sequence_num: sequence, events } = value;
  const timeMs = isText(timestamp) ? Date.parse(timestamp) : NaN;
  if (!isText(channel) || !isCount(sequence) || Number.isNaN(timeMs) || !isRecords(events)) return undefined;
  const read = READERS.get(channel);
  const found: CoinbaseEvent[] = [];
  for (const event of read ? events : []) {
    const said = read?.(event);
    if (!said) return undefined;
    found.push(...said);
  }
  return { kind: 'data', sequence, timeMs, events: found };
}

/** What one event of the channel says; undefined if it is malformed. */
type Reader = (event: Wire) => readonly CoinbaseEvent[] | undefined;

const READERS: ReadonlyMap<string, Reader> = new Map([
  ['l2_data', readOrderBook],
  ['market_trades', readTrades],
  ['ticker', readTickers],
  ['status', readStatus],
]);

function readOrderBook({ type, product_id: product, updates }: Wire): readonly CoinbaseEvent[] | undefined {
  if ((type !== 'snapshot' && type !== 'update') || !isText(product) || !isRecords(updates)) return undefined;
  const changes: OrderBookChange[] = [];
  for (const { side, price_level: price, new_quantity: quantity } of updates) {
    if ((side !== 'bid' && side !== 'offer') || !isPrice(price) || !isDecimal(quantity)) return undefined;
    changes.push({ side: side === 'bid' ? 'bid' : 'ask', price, quantity });
  }
  return [{ kind: 'book', product, isSnapshot: type === 'snapshot', changes }];
}

/** The newest of each product, which stands last in an update and first in a snapshot: found by its time. */
function readTrades({ trades }: Wire): readonly CoinbaseEvent[] | undefined {
  if (!isRecords(trades)) return undefined;
  const newest = new Map<string, { readonly timeMs: number; readonly price: string }>();
  for (const { product_id: product, price, time } of trades) {
    const timeMs = isText(time) ? Date.parse(time) : NaN;
    if (!isText(product) || !isPrice(price) || Number.isNaN(timeMs)) return undefined;
    const before = newest.get(product);
    if (!before || timeMs >= before.timeMs) newest.set(product, { timeMs, price });
  }
  return [...newest].map(([product, { price }]) => ({ kind: 'last', product, price }));
}

function readTickers({ tickers }: Wire): readonly CoinbaseEvent[] | undefined {
  if (!isRecords(tickers)) return undefined;
  const events: CoinbaseEvent[] = [];
  for (const { product_id: product, price } of tickers) {
    if (!isText(product) || !isPrice(price)) return undefined;
    events.push({ kind: 'last', product, price });
  }
  return events;
}

function readStatus({ products }: Wire): readonly CoinbaseEvent[] | undefined {
  if (!isRecords(products)) return undefined;
  const events: CoinbaseEvent[] = [];
  for (const { id, status } of products) {
    if (!isText(id) || !isText(status)) return undefined;
    events.push({ kind: 'status', product: id, isOnline: status === 'online' });
  }
  return events;
}

const isRecord = (value: unknown): value is Wire =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isRecords = (value: unknown): value is readonly Wire[] => Array.isArray(value) && value.every(isRecord);
const isText = (value: unknown): value is string => typeof value === 'string' && value.length > 0;
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isDecimal = (value: unknown): value is string => typeof value === 'string' && DECIMAL.test(value);
const isPrice = (value: unknown): value is string => isDecimal(value) && /[1-9]/.test(value);
