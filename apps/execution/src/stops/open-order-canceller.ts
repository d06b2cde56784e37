/**
 * Sweeps the order book for a stop: reads what the exchange itself says is working, conditional orders and a person's
 * own included, cancels a symbol's orders in one call, and then asks what became of each. What filled before its cancel
 * landed is told as that.
 */
import { LOG, Log } from '@elvis/platform';
import { Decimal, StopScope, isConditional } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { VenueReport } from '../domain/order-evidence';
import { ExecutionConfig } from '../execution.config';
import { OrderRecorder } from '../orders/recording/order-recorder';
import { Sweep, SweptOrder, leftBy, outcomeOf, unite } from './stop-outcomes';
import { VenueAccounts } from '../venue/venue-accounts';
import { VenueOrders, WorkingOrder, cancelOrFind } from '../venue/venue-orders';

/** How many cancels of single orders are on the wire at once. */
const PARALLEL_CANCELS = 20;
/** Fewer orders than this are cancelled singly: each answer then tells at once what became of its order. */
const WORTH_ONE_CALL = 4;

@Injectable()
export class OpenOrderCanceller {
  constructor(
    private readonly venue: VenueOrders,
    private readonly accounts: VenueAccounts,
    private readonly recorder: OrderRecorder,
    private readonly config: ExecutionConfig,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** The exchange's own list, for this scope. @throws TradingFailure it could not be read to its end */
  async listOrders({ type, value }: StopScope): Promise<readonly SweptOrder[]> {
    const listed: SweptOrder[] = [];
    for (const market of this.config.markets()) {
      const symbol = type === 'symbol' ? value : undefined;
      const working = await this.venue[market].openOrders(symbol);
      listed.push(...working.map((order) => ({ ...order, market })));
    }
    if (type !== 'bot') return listed;
    const owned = await Promise.all(listed.map((order) => this.belongsTo(order, value)));
    return listed.filter((_, place) => owned[place]);
  }

  /**
   * Cancels these orders. Never throws: what could not be cancelled stands in `remaining`, with the reason.
   *
   * @param mayGoOn asked before every request: who has slept must not cancel what came after the stop's end
   */
  async cancelOrders(
    { type }: StopScope,
    orders: readonly SweptOrder[],
    mayGoOn: () => boolean,
  ): Promise<Sweep> {
    // A symbol's orders are only all of one stop where the stop is not one bot's.
    const groups = type === 'bot' ? [] : groupsOf(orders);
    const inOneCall = groups.filter((group) => group.length >= WORTH_ONE_CALL);
    const swept = new Set(inOneCall.flat());
    const singles = orders.filter((order) => !swept.has(order));
    const sweeps = [...(await Promise.all(inOneCall.map((group) => this.cancelGroup(group, mayGoOn))))];
    sweeps.push(...(await this.cancelSingly(singles, mayGoOn)));
    return { ...unite(sweeps), open: orders.length };
  }

  /** What became of orders whose cancel was sent by somebody who could not tell any more. Never throws. */
  async outcomesOf(orders: readonly SweptOrder[]): Promise<Sweep> {
    return unite(await Promise.all(groupsOf(orders).map((group) => this.readOutcomes(group))));
  }

  /** Symbols on which a position stands that one of these conditional orders would have closed. */
  async unprotected(
    conditionals: readonly Pick<WorkingOrder, 'symbol' | 'side'>[],
  ): Promise<readonly string[]> {
    const symbols = [...new Set(conditionals.map(({ symbol }) => symbol))];
    if (symbols.length === 0) return [];
    try {
      const { positions } = await this.accounts.futures.account();
      return symbols.filter((symbol) =>
        positions.some(
          (position) =>
            position.symbol === symbol &&
            conditionals.some(
              (order) =>
                order.symbol === symbol && (order.side === 'SELL') === new Decimal(position.quantity).gt(0),
            ),
        ),
      );
    } catch (error) {
      this.log.warn(
        { err: error },
        'Positions could not be read after orders were canceled; every symbol that lost a conditional order is reported as unprotected',
      );
      return symbols;
    }
  }

  private async cancelGroup(group: readonly SweptOrder[], mayGoOn: () => boolean): Promise<Sweep> {
    const [{ market, symbol }] = group as readonly [SweptOrder];
    if (!mayGoOn()) return unite([]);
    try {
      await this.venue[market].cancelAll(symbol, kindOf(group));
    } catch (error) {
      const left = leftBy(error, group);
      if (left.frozenUntilMs !== null) return left;
      this.log.warn(
        { err: error, symbol },
        'Canceling all orders of a symbol in one request failed; they are canceled one by one',
      );
      return unite(await this.cancelSingly(group, mayGoOn));
    }
    return this.readOutcomes(group);
  }

  private async readOutcomes(group: readonly SweptOrder[]): Promise<Sweep> {
    const [{ market, symbol }] = group as readonly [SweptOrder];
    try {
      const reports = await this.venue[market].outcomes(symbol, group);
      return unite(
        group.map((order) => {
          const report = reports.get(order.clientOrderId);
          this.recordCancel(order.clientOrderId, report);
          return outcomeOf(order, report);
        }),
      );
    } catch (error) {
      return leftBy(error, group);
    }
  }

  private async cancelSingly(orders: readonly SweptOrder[], mayGoOn: () => boolean): Promise<Sweep[]> {
    const sweeps: Sweep[] = [];
    for (let start = 0; start < orders.length && mayGoOn(); start += PARALLEL_CANCELS) {
      const batch = orders.slice(start, start + PARALLEL_CANCELS);
      sweeps.push(...(await Promise.all(batch.map((order) => this.cancelOne(order)))));
    }
    return sweeps;
  }

  private async cancelOne(order: SweptOrder): Promise<Sweep> {
    try {
      const report = await cancelOrFind(this.venue, order);
      this.recordCancel(order.clientOrderId, report);
      return outcomeOf(order, report);
    } catch (error) {
      return leftBy(error, [order]);
    }
  }

  /** Not waited for: a journal that is away must not hold up the next cancel. */
  private recordCancel(clientOrderId: string, report: VenueReport | undefined): void {
    if (!report) return;
    this.recorder.applyEvidence(clientOrderId, { kind: 'reported', report }).catch((error: Error) => {
      this.log.warn(
        { clientOrderId, reason: error.message },
        'What the exchange reported about an order after a cancel could not be recorded; reconciliation will record it',
      );
    });
  }

  private async belongsTo({ clientOrderId }: SweptOrder, botConfigId: string | undefined): Promise<boolean> {
    return (await this.recorder.findEntry(clientOrderId))?.record.order.botConfigId === botConfigId;
  }
}

/** A conditional order that has triggered is an order like any other. */
const kindOf = ([first]: readonly SweptOrder[]): 'plain' | 'conditional' =>
  first && isConditional(first.type) && first.exchangeOrderId.startsWith('algo:') ? 'conditional' : 'plain';

/** What one call cancels: the orders of a market, a symbol and a kind. */
function groupsOf(orders: readonly SweptOrder[]): readonly (readonly SweptOrder[])[] {
  const groups = new Map<string, SweptOrder[]>();
  for (const order of orders) {
    const key = `${order.market}:${order.symbol}:${kindOf([order])}`;
    groups.set(key, [...(groups.get(key) ?? []), order]);
  }
  return [...groups.values()];
}
