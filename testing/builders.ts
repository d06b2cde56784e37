/** What specs order and record: each builder gives something whole, in which a spec changes what it is about. */
import { Decimal, Fill, Instrument, JournalRecord, OrderContent, OrderView } from '@elvis/trading';

/** What anybody may order. */
export const aContent = (change: Partial<OrderContent> = {}): OrderContent => ({
  clientOrderId: 'a-1',
  market: 'futures',
  symbol: 'BTCUSDT',
  side: 'BUY',
  type: 'LIMIT',
  quantity: '1',
  price: '100',
  ...change,
});

/** The order as Elvis shows it. */
export const aView = (change: Partial<OrderView> = {}): OrderView => ({
  ...aContent(),
  filledQuantity: '0',
  status: 'NEW',
  decisionId: 'd-1',
  actor: 'spec',
  createdAtMs: 1,
  updatedAtMs: 1,
  ...change,
});

/** What the journal holds of an order that looks so. */
export const aRecord = (
  view: Partial<OrderView> = {},
  change: Partial<JournalRecord> = {},
): JournalRecord => ({
  version: 1,
  type: view.status === 'PENDING_NEW' ? 'INTENT' : 'OUTCOME',
  order: aContent({ clientOrderId: view.clientOrderId ?? 'a-1' }),
  view: aView(view),
  ...change,
});

export const aFill = (change: Partial<Fill> = {}): Fill => ({
  tradeId: '1',
  market: 'futures',
  symbol: 'BTCUSDT',
  clientOrderId: 'a-1',
  exchangeOrderId: '77',
  side: 'BUY',
  price: '60000',
  quantity: '0.01',
  quoteQuantity: '600',
  fee: '0.24',
  feeAsset: 'USDT',
  realizedPnl: '0',
  isMaker: false,
  tradedAtMs: 1,
  ...change,
});

const ONE = new Decimal(1);

/** BTCUSDT, where everything that is limited is one. */
export const anInstrument = (change: Partial<Instrument> = {}): Instrument => ({
  symbol: 'BTCUSDT',
  market: 'futures',
  baseAsset: 'BTC',
  quoteAsset: 'USDT',
  isTrading: true,
  tickSize: ONE,
  stepSize: ONE,
  minQuantity: ONE,
  maxQuantity: ONE,
  marketStepSize: ONE,
  marketMinQuantity: ONE,
  marketMaxQuantity: ONE,
  minNotional: ONE,
  ...change,
});
