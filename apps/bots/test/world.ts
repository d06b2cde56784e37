/**
 * What bots see of the other services, over a real NATS with its permissions: a history of candles, an exchange that fills
 * market orders at once and lets limit orders rest, one order an id, and events of what happened to them.
 */
import {
  BotConfigOfRuns,
  CancelOrder,
  EventContract,
  FindOrder,
  GetFreshPosition,
  IncomeItem,
  ListCandles,
  ListInstruments,
  ListOrders,
  SealedCandle,
  SubmitOrder,
  cancelOrder,
  candleMessageId,
  candleSubject,
  externalFillSeen,
  findOrder,
  getAccount,
  getBotConfig,
  getExchangeCandles,
  getFreshPosition,
  getLeverage,
  getRateLimits,
  listCandles,
  listIncome,
  listInstruments,
  listOpenOrders,
  orderCanceled,
  orderFilled,
  orderPlaced,
  submitBotOrder,
} from '@elvis/contracts';
import { connectNats } from '@elvis/platform';
import { PrivateNats, until } from '@elvis/testing';
import { Decimal, Fill, FailureCode, MINUTE_MS, OrderView, TradingFailure } from '@elvis/trading';
import { JSONCodec, NatsConnection, headers } from 'nats';
import { randomUUID } from 'node:crypto';
import { roleOf } from '../src/protection/domain/protection-ids';
import { INSTRUMENT, candleAt, fillOf } from './bot-builders';

const codec = JSONCodec<unknown>();

export { aBotConfig } from './bot-builders';

type Answer = (payload: never) => unknown;

export class World {
  readonly configs = new Map<string, BotConfigOfRuns>();
  /** Every request for an order, in the order it came. */
  readonly asked: SubmitOrder[] = [];
  /** What the exchange lists. */
  readonly orders = new Map<string, OrderView>();
  /** What comes before an order is taken; for faults. */
  refuse:
    | ((
        order: SubmitOrder,
      ) =>
        { readonly denial?: string; readonly failure?: FailureCode; readonly rejected?: string } | undefined)
    | undefined;
  /** What the account has. */
  equity = '1000000000';
  position = new Decimal(0);
  /** What a fill pays. */
  fee: Pick<Fill, 'fee' | 'feeAsset'> = { fee: '0.01', feeAsset: 'USDT' };
  /** What the exchange has booked. */
  income: IncomeItem[] = [];
  /** Minutes that the history has not got. */
  readonly lost = new Set<number>();
  /** The minute that is not over, as the history shows it. */
  forming: SealedCandle | undefined;
  /** How often the exchange was asked for candles. */
  candleQuestions = 0;
  /** Of a resting order that is canceled this much fills first. */
  fillsOnCancel: string | undefined;
  /** What cancels fail with in turn; the exchange does what it is asked for all the same when its answer is lost. */
  cancelFailures: FailureCode[] = [];
  private readonly candles: SealedCandle[] = [];
  private trades = 0;

  private constructor(private readonly connections: Readonly<Record<string, NatsConnection>>) {}

  static async start(nats: PrivateNats, candles = 400): Promise<World> {
    const users = ['trade-history', 'execution', 'risk', 'market-data'] as const;
    const opened = await Promise.all(users.map((user) => connectNats(nats.urls[user], user)));
    const world = new World(Object.fromEntries(users.map((user, at) => [user, opened[at]!])));
    const now = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
    for (let at = candles; at > 0; at -= 1) world.candles.push(candleAt(now - at * MINUTE_MS, 100));
    world.serveHistory();
    world.serveExecution();
    world.serve('risk', submitBotOrder.subject, (order: SubmitOrder) => world.submit(order));
    world.serve('risk', getLeverage.subject, () => ({ leverage: 3, wanted: 3, confirmedAtMs: 1 }));
    await Promise.all(opened.map((connection) => connection.flush()));
    return world;
  }

  async stop(): Promise<void> {
    await Promise.all(Object.values(this.connections).map((connection) => connection.close()));
  }

  get price(): string {
    return this.candles.at(-1)!.close;
  }

  /** The next minute of each symbol is sealed with this close; answers its open time. */
  async seal(close: number, symbols: readonly string[] = ['BTCUSDT']): Promise<number> {
    const openTimeMs = this.candles.at(-1)!.openTimeMs + MINUTE_MS;
    this.candles.push(candleAt(openTimeMs, close));
    for (const symbol of symbols) await this.publish({ ...candleAt(openTimeMs, close), symbol });
    return openTimeMs;
  }

  /** The newest minute, or one so many ahead of it, is corrected to this close. */
  async correct(close: number, symbol: string, ahead = 0): Promise<void> {
    const openTimeMs = this.candles.at(-1)!.openTimeMs + ahead * MINUTE_MS;
    await this.publish({ ...candleAt(openTimeMs, close), symbol, revision: 2 });
  }

  /** The history has each minute that is over: a bot that starts waits for the last of them. */
  catchUp(): void {
    const last = this.candles.at(-1)!;
    for (let at = last.openTimeMs + MINUTE_MS; at + MINUTE_MS <= Date.now(); at += MINUTE_MS)
      this.candles.push(candleAt(at, Number(last.close)));
  }

  private async publish(candle: SealedCandle): Promise<void> {
    const { market, symbol } = candle;
    const named = { msgID: candleMessageId(candle) };
    const stream = this.connections['market-data']!.jetstream();
    await kept(() => stream.publish(candleSubject(market, symbol), codec.encode(candle), named));
  }

  /** Nothing rests or is held any more. */
  empty(): void {
    this.orders.clear();
    this.position = new Decimal(0);
    this.asked.length = 0;
  }

  /** Ids of the exchange's orders of a bot, protections left out. */
  ordersOf({ shortCode }: BotConfigOfRuns): readonly string[] {
    const isOwn = (id: string): boolean => id.startsWith(`b.${shortCode}.`) && roleOf(id) === undefined;
    return [...this.orders.keys()].filter(isOwn);
  }

  /** An order that stands at the exchange already. */
  plant(clientOrderId: string, botConfigId: string, status: 'NEW' | 'FILLED' = 'FILLED'): void {
    this.orders.set(clientOrderId, {
      clientOrderId,
      botConfigId,
      market: 'futures',
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'MARKET',
      quantity: '1',
      filledQuantity: '1',
      status,
      decisionId: randomUUID(),
      actor: 'spec',
      createdAtMs: 1,
      updatedAtMs: 1,
    });
  }

  private serveHistory(): void {
    this.serve('trade-history', getBotConfig.subject, ({ id }: { id: string }) => this.configs.get(id));
    this.serve('trade-history', listCandles.subject, ({ fromMs = 0, toMs = Infinity }: ListCandles) => ({
      items: this.candles
        .filter(({ openTimeMs }) => openTimeMs >= fromMs && openTimeMs < toMs && !this.lost.has(openTimeMs))
        .map((candle) => ({ ...candle, isSealed: true }))
        .concat(this.forming ? [{ ...this.forming, isSealed: false }] : []),
      missingMinutes: 0,
    }));
  }

  private serveExecution(): void {
    this.serve('execution', listInstruments.subject, ({ symbol = '' }: ListInstruments) => ({
      instruments: [{ ...INSTRUMENT, symbol }],
    }));
    this.serve('execution', listOpenOrders.subject, ({ botConfigId: of }: ListOrders) => ({
      items: [...this.orders.values()].filter(
        ({ status, botConfigId }) => status === 'NEW' && (of === undefined || botConfigId === of),
      ),
      nextCursor: null,
    }));
    this.serve('execution', findOrder.subject, ({ clientOrderId }: FindOrder) => {
      const order = this.orders.get(clientOrderId);
      if (!order) throw new TradingFailure('ORDER_NOT_FOUND', 'none');
      return order;
    });
    this.serve('execution', getAccount.subject, () => ({
      balances: [{ asset: 'USDT', wallet: this.equity, free: this.equity }],
      positions: [],
      asOfMs: Date.now(),
    }));
    this.serve('execution', getRateLimits.subject, () => ({ freezes: [], meters: [], queues: [] }));
    this.serve('execution', listIncome.subject, () => ({ items: this.income }));
    this.serve('execution', getFreshPosition.subject, ({ symbol }: GetFreshPosition) => ({
      symbol,
      quantity: symbol === 'BTCUSDT' ? this.position.toFixed() : '0',
      restingBuys: '0',
      restingSells: '0',
      askedAtMs: Date.now(),
    }));
    this.serve('execution', getExchangeCandles.subject, () => {
      this.candleQuestions += 1;
      return { candles: [] };
    });
    this.serve('execution', cancelOrder.subject, ({ clientOrderId }: CancelOrder) => {
      const failure = this.cancelFailures.shift();
      if (failure && failure !== 'SERVICE_SILENT') throw new TradingFailure(failure, 'as the spec asked');
      const order = this.orders.get(clientOrderId);
      if (order?.status !== 'NEW') throw new TradingFailure('ORDER_ALREADY_CLOSED', 'closed');
      const canceled = this.cancel(order);
      if (failure) throw new TradingFailure(failure, 'the answer is lost');
      return canceled;
    });
  }

  private cancel(order: OrderView): OrderView {
    const quantity = roleOf(order.clientOrderId) === undefined ? this.fillsOnCancel : undefined;
    const canceled: OrderView = { ...order, status: 'CANCELED', filledQuantity: quantity ?? '0' };
    this.orders.set(order.clientOrderId, canceled);
    const filled: OrderView = { ...canceled, status: 'PARTIALLY_FILLED' };
    const fill = quantity === undefined ? undefined : this.fillOf({ ...filled, quantity });
    void (async () => {
      if (fill) await this.tell(orderFilled, { order: filled, revision: 2, fill });
      await this.tell(orderCanceled, { order: canceled, revision: 3 });
    })();
    return canceled;
  }

  private submit(order: SubmitOrder): object {
    this.asked.push(order);
    const { clientOrderId } = order;
    const known = this.orders.get(clientOrderId);
    if (known) return { order: known, isRepeat: true };
    if (order.notAfterMs !== undefined && Date.now() > order.notAfterMs)
      throw new TradingFailure('ORDER_TOO_LATE', 'its time is over');
    const refusal = this.refuse?.(order);
    if (refusal?.failure) throw new TradingFailure(refusal.failure, 'as the spec asked');
    const view: OrderView = {
      ...order,
      filledQuantity: '0',
      status: refusal?.denial ? 'DENIED' : order.type === 'MARKET' ? 'FILLED' : 'NEW',
      decisionId: randomUUID(),
      createdAtMs: Date.now(),
      updatedAtMs: Date.now(),
    };
    if (refusal?.rejected !== undefined) {
      const rejected: OrderView = { ...view, status: 'REJECTED', code: refusal.rejected };
      this.orders.set(clientOrderId, rejected);
      return { order: rejected, isRepeat: false };
    }
    if (refusal?.denial)
      return { order: view, isRepeat: false, denial: { code: refusal.denial, context: {} } };
    const placed =
      view.status === 'FILLED' ? { ...view, filledQuantity: order.quantity, averagePrice: this.price } : view;
    this.orders.set(clientOrderId, placed);
    if (placed.status === 'FILLED')
      void this.tell(orderFilled, { order: placed, revision: 1, fill: this.fillOf(placed) });
    else void this.tell(orderPlaced, { order: placed, revision: 1 });
    return { order: placed, isRepeat: false };
  }

  /** A resting order fills whole at this price, with this result and fee. */
  async fill(clientOrderId: string, price: string, change: Partial<Fill> = {}): Promise<void> {
    const order = this.orders.get(clientOrderId)!;
    const quantity = order.closePosition ? this.position.abs().toFixed() : order.quantity;
    const filled: OrderView = { ...order, quantity, status: 'FILLED', filledQuantity: quantity };
    this.orders.set(clientOrderId, filled);
    await this.tell(orderFilled, {
      order: filled,
      revision: 3,
      fill: { ...this.fillOf(filled), price, ...change },
    });
  }

  /** Gone from the exchange, as if a person had canceled it there. */
  async cancelByHand(clientOrderId: string): Promise<void> {
    const canceled: OrderView = { ...this.orders.get(clientOrderId)!, status: 'CANCELED' };
    this.orders.set(clientOrderId, canceled);
    await this.tell(orderCanceled, { order: canceled, revision: 2 });
  }

  /** A fill on the account that none of the bot's orders explains. */
  async fillOfStranger(change: Partial<OrderView>, botConfigId?: string): Promise<void> {
    const order = {
      ...{ market: 'futures', symbol: 'BTCUSDT', side: 'SELL', type: 'MARKET', quantity: '0.01' },
      ...{ clientOrderId: 'web_1', status: 'FILLED', filledQuantity: '0.01', actor: 'alice', ...change },
    } as OrderView;
    const fill = this.fillOf({ ...order, botConfigId });
    if (botConfigId === undefined) await this.tell(externalFillSeen, { fill });
    else await this.tell(orderFilled, { order: { ...order, botConfigId }, revision: 1, fill });
  }

  /** Orders that the exchange lists as working. */
  working({ shortCode }: BotConfigOfRuns): readonly OrderView[] {
    return [...this.orders.values()].filter(
      ({ clientOrderId, status }) => status === 'NEW' && clientOrderId.startsWith(`b.${shortCode}.`),
    );
  }

  private fillOf(order: OrderView): Fill {
    this.trades += 1;
    this.position = this.position.plus(new Decimal(order.quantity).times(order.side === 'BUY' ? 1 : -1));
    return { ...fillOf(order, { tradeId: `${this.trades}`, price: this.price }), ...this.fee };
  }

  private async tell<Payload extends object>({ type }: EventContract<Payload>, data: Payload): Promise<void> {
    const id = randomUUID();
    const named = headers();
    named.set('Nats-Msg-Id', id);
    const event = {
      id,
      type,
      version: 1,
      time: new Date().toISOString(),
      source: 'execution',
      actor: 'spec',
      traceId: 't',
      data,
    };
    const stream = this.connections.execution!.jetstream();
    await kept(() => stream.publish(type, codec.encode(event), { headers: named }));
  }

  serve(user: string, subject: string, answer: Answer): void {
    this.connections[user]!.subscribe(subject, {
      callback: (_, message) => {
        const { data } = codec.decode(message.data) as { data: never };
        try {
          message.respond(codec.encode({ response: answer(data) }));
        } catch (error) {
          const { code, message: text } = error as TradingFailure;
          message.respond(codec.encode({ err: { code, message: text } }));
        }
      },
    });
  }
}

/** Told again until it is stored, as the services do; its id makes it one. */
const kept = (publish: () => Promise<unknown>): Promise<void> =>
  until(() => publish().then(() => true), 'it is stored', 120_000);
