/** Events as execution and risk publish them, for the specs. */
import {
  EventContract,
  EventEnvelope,
  ExternalFillSeen,
  Fill,
  OrderChanged,
  OrderFilled,
  OrderView,
  RiskDecided,
  externalFillSeen,
  orderFilled,
  orderPlaced,
  riskDenied,
} from '@elvis/contracts';
import { InstrumentMessage } from '@elvis/trading';
import { natsOptions } from '@elvis/platform';
import { randomUUID } from 'node:crypto';
import { JSONCodec, NatsConnection, connect } from 'nats';
import { PrivateNats } from '@elvis/testing';

export const T0 = Date.UTC(2026, 10, 5, 12);
const codec = JSONCodec();

export const anOrder = (clientOrderId: string, changes: Partial<OrderView> = {}): OrderView => ({
  clientOrderId,
  market: 'futures',
  symbol: 'BTCUSDT',
  side: 'BUY',
  type: 'LIMIT',
  timeInForce: 'GTC',
  quantity: '0.010',
  price: '61500.10',
  filledQuantity: '0',
  status: 'NEW',
  decisionId: randomUUID(),
  actor: 'api-key',
  exchangeOrderId: '9007199254740993123',
  createdAtMs: T0,
  updatedAtMs: T0,
  ...changes,
});

export const aFill = (order: OrderView, tradeId: string, changes: Partial<Fill> = {}): Fill => ({
  tradeId,
  market: order.market,
  symbol: order.symbol,
  clientOrderId: order.clientOrderId,
  exchangeOrderId: order.exchangeOrderId ?? '1',
  side: order.side,
  price: '61500.10',
  quantity: '0.001',
  quoteQuantity: '61.50010',
  fee: '0.0246',
  feeAsset: 'USDT',
  realizedPnl: '0',
  isMaker: true,
  ...(order.botConfigId && { botConfigId: order.botConfigId }),
  tradedAtMs: T0,
  ...(ASSETS[order.symbol] ?? {}),
  ...changes,
});

const ASSETS: Readonly<Record<string, Pick<Fill, 'baseAsset' | 'quoteAsset'>>> = {
  BTCUSDT: { baseAsset: 'BTC', quoteAsset: 'USDT' },
  ETHUSDT: { baseAsset: 'ETH', quoteAsset: 'USDT' },
};

/** As execution tells what the exchange lists; of its names every one ends with USDT. */
export const anInstrument = (symbol: string): InstrumentMessage => ({
  market: 'futures',
  symbol,
  baseAsset: symbol.replace(/USDT$/, ''),
  quoteAsset: 'USDT',
  isTrading: true,
  tickSize: '0.1',
  stepSize: '0.001',
  minQuantity: '0.001',
  maxQuantity: '1000',
  marketStepSize: '0.001',
  marketMinQuantity: '0.001',
  marketMaxQuantity: '1000',
  minNotional: '5',
});

/** As execution tells of a fill that no order of Elvis made. */
export const externalFill = (fill: Fill): EventEnvelope<ExternalFillSeen> =>
  anEvent(
    externalFillSeen,
    `external-fill:${fill.market}:${fill.symbol}:${fill.tradeId}:${fill.side}`,
    { fill },
    fill.tradedAtMs,
  );

export const anEvent = <Payload extends object>(
  { type, version }: EventContract<Payload>,
  id: string,
  data: Payload,
  timeMs = T0,
): EventEnvelope<Payload> => ({
  id,
  type,
  version,
  time: new Date(timeMs).toISOString(),
  source: 'spec',
  actor: 'api-key',
  traceId: 'trace-of-the-spec',
  data,
});

export const placed = (order: OrderView, revision: number): EventEnvelope<OrderChanged> =>
  anEvent(orderPlaced, `placed-${order.clientOrderId}-${revision}`, { order, revision });

export const filled = (order: OrderView, revision: number, fill: Fill): EventEnvelope<OrderFilled> =>
  anEvent(orderFilled, `fill-${fill.market}-${fill.symbol}-${fill.tradeId}`, { order, revision, fill });

export const deniedDecision = (order: OrderView, revision: number): EventEnvelope<RiskDecided> => {
  const { clientOrderId, market, symbol, side, type, quantity, price } = order;
  return anEvent(riskDenied, `decision-${order.decisionId}`, {
    decisionId: order.decisionId,
    actor: order.actor,
    order: { clientOrderId, market, symbol, side, type, quantity, price },
    verdict: 'DENIED',
    denial: { code: 'PRICE_OUTSIDE_COLLAR', context: { price: '1', mark: '2' } },
    inputs: { mark: '2', markAgeMs: '12' },
    decidedAtMs: T0,
    deniedOrder: { ...order, status: 'DENIED', code: 'PRICE_OUTSIDE_COLLAR' },
    revision,
  });
};

/** Puts events on the stream, each as the user who may. */
export class EventPublisher {
  private constructor(
    private readonly execution: NatsConnection,
    private readonly risk: NatsConnection,
  ) {}

  static async connect(nats: PrivateNats): Promise<EventPublisher> {
    return new EventPublisher(
      await connect(natsOptions(nats.urls.execution, 'spec-execution')),
      await connect(natsOptions(nats.urls.risk, 'spec-risk')),
    );
  }

  /** Without a message id, so that the stream itself takes every repeat. */
  async publish(events: readonly EventEnvelope[]): Promise<void> {
    await this.publishRaw(events.map((event) => [event.type, codec.encode(event)] as const));
  }

  async publishRaw(messages: readonly (readonly [subject: string, data: Uint8Array])[]): Promise<void> {
    const window = 500;
    for (let first = 0; first < messages.length; first += window) {
      await Promise.all(
        messages.slice(first, first + window).map(([subject, data]) => {
          const from = /^elvis\.event\.(order|account)\./.test(subject) ? this.execution : this.risk;
          return from.jetstream({ timeout: 10_000 }).publish(subject, data);
        }),
      );
    }
  }

  async close(): Promise<void> {
    await this.execution.close();
    await this.risk.close();
  }
}

/** The same events, some of them twice, in an order that `seed` decides. */
export function shuffledWithRepeats<T>(items: readonly T[], repeatedFraction: number, seed: number): T[] {
  const random = mulberry32(seed);
  const all = [...items, ...items.filter(() => random() < repeatedFraction)];
  for (let index = all.length - 1; index > 0; index -= 1) {
    const other = Math.floor(random() * (index + 1));
    [all[index], all[other]] = [all[other] as T, all[index] as T];
  }
  return all;
}

/** Numbers from 0 to 1, the same for the same seed. */
export function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
